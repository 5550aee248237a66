import ControlAPI
import Foundation

/// A session of programs as an asciicast v2 recording: its header, then a line for each event.
struct Asciicast {
    private var streams: [String: PartialText] = [:]
    private var last: UInt64 = 0
    /// Written without a terminal: a line's end does not go back to its beginning.
    private var hasTerminal = true

    /// - Parameter shell: the session's event `shell`.
    mutating func header(_ session: SessionItem, _ shell: EventItem) -> String {
        hasTerminal = shell.columns != nil
        let title = "\(session.id): \(session.principal) on \(session.target)"
        let command = (shell.values ?? []).compactMap { $0 }.joined(separator: " ")
        var fields = [
            "\"version\": 2", "\"width\": \(side(shell.columns, 80))",
            "\"height\": \(side(shell.rows, 24))",
            "\"timestamp\": \(session.opened / 1_000)", "\"title\": \(quoted(visible(title)))",
        ]
        if !command.isEmpty { fields.append("\"command\": \(quoted(visible(command)))") }
        if let term = shell.term, !term.isEmpty {
            fields.append("\"env\": {\"TERM\": \(quoted(visible(term)))}")
        }
        return "{\(fields.joined(separator: ", "))}"
    }

    /// `nil` for what such a recording has no event for.
    mutating func line(_ event: EventItem) -> String? {
        switch event.kind {
        case "output":
            let text = streams[event.stream ?? "", default: PartialText()].take(event.output ?? [])
            return text.isEmpty ? nil : line(event, "o", shown(text))
        case "input":
            let text = streams[event.kind, default: PartialText()].take(event.input ?? [])
            return text.isEmpty ? nil : line(event, "i", text)
        case "resized":
            return line(event, "r", "\(side(event.columns, 80))x\(side(event.rows, 24))")
        default: return event.isProgram ? line(event, "m", visible(marker(of: event))) : nil
        }
    }

    /// What was begun and never ended.
    mutating func end() -> [String] {
        ["terminal", "output", "error", "input"].compactMap { stream in
            guard let text = streams[stream]?.end(), !text.isEmpty else { return nil }
            return line(at: last, stream == "input" ? "i" : "o", text)
        }
    }

    /// Of a terminal whose client did not say how large it is (0), players would show nothing.
    private func side(_ said: UInt64?, _ usual: UInt64) -> UInt64 {
        said.flatMap { $0 == 0 ? nil : $0 } ?? usual
    }

    private func shown(_ text: String) -> String {
        hasTerminal ? text : text.replacingOccurrences(of: "\n", with: "\r\n")
    }

    private mutating func line(_ event: EventItem, _ code: String, _ text: String) -> String {
        last = max(last, event.microseconds)
        return line(at: last, code, text)
    }

    private func line(at microseconds: UInt64, _ code: String, _ text: String) -> String {
        let fraction = String(microseconds % 1_000_000 + 1_000_000).dropFirst()
        return "[\(microseconds / 1_000_000).\(fraction), \"\(code)\", \(quoted(text))]"
    }
}

/// What a program's place in a recording is called: its number, what was decided by which rules, and the command.
func marker(of event: EventItem) -> String {
    let rules = (event.rules ?? []).joined(separator: ", ")
    let verdict = event.kind == "refused" ? "refused" : event.verdict ?? ""
    return "#\(event.number ?? 0) \(verdict) \(event.statement ?? "")"
        + (rules.isEmpty ? "" : " [\(rules)]")
}

/// A JSON string in which nothing acts on a terminal.
private func quoted(_ text: String) -> String {
    var json = "\""
    for scalar in text.unicodeScalars {
        switch scalar.value {
        case 0x22, 0x5C: json += "\\\(scalar)"
        case ..<0x20, 0x7F...0x9F, 0x2028, 0x2029:
            let digits = String(scalar.value, radix: 16)
            json += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: json.unicodeScalars.append(scalar)
        }
    }
    return json + "\""
}

/// Text out of bytes that were cut anywhere: a character that is not whole waits for its rest. What is no UTF-8 is
/// replaced.
struct PartialText {
    private var rest: [UInt8] = []

    mutating func take(_ bytes: [UInt8]) -> String {
        let all = rest + bytes
        let whole = all.count - unfinished(all)
        rest = Array(all[whole...])
        return String(decoding: all[..<whole], as: UTF8.self)
    }

    mutating func end() -> String {
        defer { rest = [] }
        return String(decoding: rest, as: UTF8.self)
    }

    /// How many of the last bytes begin a character that may be whole with more.
    private func unfinished(_ bytes: [UInt8]) -> Int {
        for (index, byte) in bytes.suffix(3).reversed().enumerated() where byte & 0xC0 != 0x80 {
            let length = byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : byte >= 0xC0 ? 2 : 1
            return length > index + 1 ? index + 1 : 0
        }
        return 0
    }
}
