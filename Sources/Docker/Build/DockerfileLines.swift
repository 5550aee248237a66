/// A Dockerfile's instructions, each in one line, as the engine's own reader puts them together.
struct DockerfileLines {
    /// What continues a line, and takes a character's meaning: `\`, or what the file says with `# escape=`.
    private(set) var escape: Unicode.Scalar = "\\"
    private(set) var lines: [(number: Int, text: [Unicode.Scalar])] = []

    init(_ bytes: [UInt8]) throws(DockerRefusal) {
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw .dockerfile("it is no UTF-8")
        }
        var rest = try Self.split(text)[...]
        var directives: Set<String>? = []
        var number = 0
        while var line = rest.popFirst() {
            number += 1
            if number == 1, line.first == "\u{FEFF}" { line.removeFirst() }
            line = Array(line.drop { $0.properties.isWhitespace })
            let isDirective = try read(directive: line, &directives)
            guard isDirective || !lines.isEmpty || !Self.mayBeEscape(line) else {
                throw .dockerfile("`# escape=` does not count here: put it first", line: number)
            }
            var (text, goesOn) = continued(Self.withoutComment(line))
            if text.isEmpty, !goesOn { continue }
            let start = number
            while goesOn, let next = rest.popFirst() {
                number += 1
                let visible = next.drop { $0.properties.isWhitespace }
                // Comments and empty lines do not end what goes on.
                if visible.isEmpty || visible.first == "#" { continue }
                let (part, goesFurther) = continued(next)
                text += part
                goesOn = goesFurther
            }
            lines.append((start, text))
        }
    }

    private static func split(_ text: String) throws(DockerRefusal) -> [[Unicode.Scalar]] {
        var lines: [[Unicode.Scalar]] = []
        for part in text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false) {
            var line = Array(part)
            guard line.reduce(0, { $0 + UTF8.width($1) }) <= BuildLimits.lineBytesMax else {
                throw .dockerfile("a line is too long")
            }
            if line.last == "\r" { line.removeLast() }
            guard !line.contains("\r") else {
                throw .dockerfile("it has a carriage return inside of a line")
            }
            lines.append(line)
        }
        // Behind the last end of a line there is none.
        if lines.last?.isEmpty == true { lines.removeLast() }
        return lines
    }

    private static func withoutComment(_ line: [Unicode.Scalar]) -> [Unicode.Scalar] {
        line.first == "#" ? [] : line
    }

    /// The line without the escape character at its end, and whether there was one.
    private func continued(
        _ line: [Unicode.Scalar]
    ) -> (text: [Unicode.Scalar], goesOn: Bool) {
        let blanks = line.reversed().prefix { $0 == " " || $0 == "\t" }.count
        let text = line.dropLast(blanks)
        guard text.last == escape, text.dropLast().last != escape else { return (line, false) }
        return (Array(text.dropLast()), true)
    }

    /// `# escape=` and `# syntax=` count before anything else stands in the file. Returns whether it is one of them.
    private mutating func read(
        directive line: [Unicode.Scalar], _ seen: inout Set<String>?
    ) throws(DockerRefusal) -> Bool {
        guard var directives = seen else { return false }
        seen = nil
        func isBlank(_ scalar: Unicode.Scalar) -> Bool {
            "\t\n\u{C}\r ".unicodeScalars.contains(scalar)
        }
        guard line.first == "#" else { return false }
        var rest = line.dropFirst().drop(while: isBlank)
        let word = rest.prefix { $0.isLetter || $0.isDigit }
        rest = rest.dropFirst(word.count).drop(while: isBlank)
        guard word.first?.isLetter == true, rest.popFirst() == "=", !rest.isEmpty
        else { return false }
        let name = string(word).lowercased()
        guard name == "escape" || name == "syntax" else { return false }
        guard directives.insert(name).inserted else {
            throw .dockerfile("`# \(name)=` is in it twice")
        }
        seen = directives
        guard name == "escape" else { return true }
        let value = rest.drop(while: isBlank).reversed().drop(while: isBlank)
        guard value.count == 1, let escape = value.first, escape == "\\" || escape == "`" else {
            throw .dockerfile("`# escape=` is neither \\ nor `")
        }
        self.escape = escape
        return true
    }

    /// Whether an engine might take a comment for `# escape=`: later ones know more that may stand before it and in it.
    private static func mayBeEscape(_ line: [Unicode.Scalar]) -> Bool {
        guard line.first == "#" else { return false }
        let rest = line.dropFirst().drop { $0.properties.isWhitespace }
        let word = rest.prefix { $0.isLetter || $0.isDigit }
        return string(word).lowercased() == "escape"
            && rest.dropFirst(word.count).first { !$0.properties.isWhitespace } == "="
    }
}

extension DockerRefusal {
    static func dockerfile(_ problem: String, line: Int? = nil) -> DockerRefusal {
        DockerRefusal(400, "the Dockerfile\(line.map { ", line \($0)" } ?? ""): \(problem)")
    }
}
