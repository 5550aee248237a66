import ControlAPI
import Foundation

/// One program of a session.
struct ProgramItem: Encodable, Hashable {
    var number: UInt64
    /// The number of the program that started it; left out for a session's first.
    var parent: UInt64?
    /// Its words, and its file before them where they do not name it.
    var statement: String
    /// Which file it is; left out of recordings of before that was recorded.
    var program: ProgramFileItem?
    /// Its words; left out of one that did not run.
    var values: [String?]?
    var verdict: String
    var rules: [String]
    var hold: String?
    /// When it was let go or refused, since the session was opened.
    var microseconds: UInt64
    /// How it ended: `exited 0`, `signal 9`; left out while it runs, and of one that did not run.
    var tag: String?
    /// Microseconds.
    var duration: UInt64?
    /// Why it did not run.
    var refusal: String?
}

/// A session of programs: what `sallyport session ID --json` prints of one.
struct ShellStory: Encodable {
    let session: SessionItem
    let events: [EventItem]
    let isPart = false
    let programs: [ProgramItem]
}

/// The programs of a session by who started whom.
struct ProgramTree {
    let programs: [ProgramItem]

    init(_ events: [EventItem]) {
        var programs: [ProgramItem] = []
        var places: [UInt64: Int] = [:]
        for event in events {
            if event.isProgram {
                if let number = event.number { places[number] = programs.count }
                programs.append(ProgramItem(event))
            } else if event.kind == "outcome", let place = event.number.flatMap({ places[$0] }) {
                programs[place].tag = event.text ?? event.tag
                programs[place].duration = event.duration
            }
        }
        self.programs = programs
    }

    /// Each behind the one that started it, indented; one whose parent is not there stands at the margin.
    var lines: [String] {
        // A program's number is larger than its parent's: so there is no circle.
        let known = Set(programs.map(\.number))
        var children: [UInt64: [ProgramItem]] = [:]
        var waiting: [(program: ProgramItem, depth: Int)] = []
        for program in programs.reversed() {
            if let parent = program.parent, parent < program.number, known.contains(parent) {
                children[parent, default: []].append(program)
            } else {
                waiting.append((program, 0))
            }
        }
        var lines: [String] = []
        while let (program, depth) = waiting.popLast() {
            lines.append(line(program, depth))
            for child in children.removeValue(forKey: program.number) ?? [] {
                waiting.append((child, depth + 1))
            }
        }
        return lines
    }

    private func line(_ program: ProgramItem, _ depth: Int) -> String {
        let time = String(format: "%10.3fs  ", Double(program.microseconds) / 1_000_000)
        // A chain of hundreds would leave no room for what they are.
        let indent = String(repeating: "  ", count: min(depth, 40))
        let hold = program.hold.map { "  (consented: \(visible($0)))" } ?? ""
        let verdict = visible(program.verdict)
        return time + indent
            + "#\(program.number) \(program.refusal == nil ? verdict : Terminal.red(verdict))  "
            + visible(program.statement) + ended(program) + hold + shownRules(program.rules)
    }

    private func ended(_ program: ProgramItem) -> String {
        if let refusal = program.refusal { return "  → \(visible(refusal))" }
        guard let tag = program.tag else { return "" }
        let duration = String(format: "%.3f ms", Double(program.duration ?? 0) / 1_000)
        return "  → \(visible(tag))  (\(duration))"
    }
}

extension ProgramItem {
    /// Of an event that is a program's.
    init(_ event: EventItem) {
        let isRefused = event.kind == "refused"
        self.init(
            number: event.number ?? 0, parent: event.parent, statement: event.statement ?? "",
            program: event.program, values: event.values, verdict: event.verdict ?? "",
            rules: event.rules ?? [],
            hold: event.hold, microseconds: event.microseconds,
            refusal: isRefused ? event.text ?? "" : nil)
    }
}
