import Vocabulary

/// What a Dockerfile makes the engine do, as its builder without BuildKit reads it (`version=1`).
///
/// `# syntax=` means nothing to that builder; what it leaves to BuildKit (heredocs, `RUN --mount`, `COPY --chmod`) is refused.
/// So is what engines of other versions read in another way: only 20.10 was compared with this.
struct Dockerfile {
    /// Images that stages begin with, and from which files are copied: the engine fetches them when they are not there.
    private(set) var images: [BuildImage] = []
    private(set) var fetches: [BuildFetch] = []
    /// Instructions that run a program while the image is made.
    private(set) var runs: [String] = []
    /// Each instruction, in one line.
    private(set) var lines: [String] = []

    private var escape: Unicode.Scalar
    /// Those that are complete.
    private var stages: [Stage] = []
    private var stage: Stage?
    private var arguments: BuildArguments
    private let target: String?

    private struct Stage {
        let name: String?
        /// The image that it is, as long as nothing is done to it.
        var unchanged: BuildImage?
    }

    /// The image that its last stage is: no instruction does anything to it.
    var unchanged: BuildImage? { stage?.unchanged }

    init(_ bytes: [UInt8], _ settings: BuildSettings) throws(DockerRefusal) {
        let file = try DockerfileLines(bytes)
        escape = file.escape
        arguments = BuildArguments(given: settings.arguments)
        target = settings.target?.lowercased()
        guard !file.lines.isEmpty else { throw .dockerfile("it has no instructions") }
        // All of it is read before anything of it counts, as the engine does it.
        var instructions: [DockerfileInstruction] = []
        for (number, text) in file.lines {
            instructions.append(try DockerfileInstruction(number, text))
        }
        for instruction in instructions {
            if instruction.name == "from", isAtTarget { break }
            try take(instruction)
            lines.append(string(instruction.text))
        }
        guard stage != nil else { throw .dockerfile("it has no stage: FROM is missing") }
        guard target == nil || isAtTarget else {
            throw .dockerfile("failed to reach build target \(shown(settings.target ?? ""))")
        }
    }

    /// What an image says that builds from it shall do (`ONBUILD`), each read as a file of its own.
    init(triggers: [String]) throws(DockerRefusal) {
        escape = "\\"
        arguments = BuildArguments(given: [:])
        target = nil
        for text in triggers {
            let file = try DockerfileLines(Array(text.utf8))
            guard let line = file.lines.first, file.lines.count == 1 else {
                throw .dockerfile("an image's ONBUILD is not one instruction")
            }
            escape = file.escape
            let instruction = try DockerfileInstruction(line.number, line.text)
            if instruction.name == "onbuild" {
                try takeTrigger(instruction.rest, line: instruction.line)
            }
            try takeDeed(instruction, ofTrigger: true)
        }
    }

    private var isAtTarget: Bool {
        target != nil && stage?.name == target
    }

    private mutating func take(_ instruction: DockerfileInstruction) throws(DockerRefusal) {
        guard stage != nil || instruction.name == "from" || instruction.name == "arg" else {
            throw .dockerfile("no build stage: FROM comes first", line: instruction.line)
        }
        // Whatever stands in a stage makes an image of it, ARG too.
        if instruction.name != "from" { stage?.unchanged = nil }
        switch instruction.name {
        case "arg": if stage == nil { try arguments.declare(instruction, escape) }
        case "from": try begin(instruction)
        case "onbuild": try takeTrigger(instruction.rest, line: instruction.line)
        default: try takeDeed(instruction)
        }
    }

    /// What it runs, fetches or copies. An `ONBUILD` counts as what it says: a later stage of the same file may do it.
    private mutating func takeDeed(
        _ instruction: DockerfileInstruction, ofTrigger: Bool = false
    ) throws(DockerRefusal) {
        switch instruction.name {
        case "run": runs.append(string(instruction.rest))
        case "add":
            for word in try sources(instruction) {
                let source = try DockerfileWord(word, escape: escape) { _ in .unknown }
                if let fetch = try BuildFetch(source, line: instruction.line) {
                    fetches.append(fetch)
                }
            }
        case "copy":
            guard let from = instruction.flag("from") else { return }
            if let image = try copied(from, instruction.line, ofTrigger) { images.append(image) }
        default: break
        }
    }

    /// Of an ADD; its last word is where they go.
    private func sources(
        _ instruction: DockerfileInstruction
    ) throws(DockerRefusal) -> [[Unicode.Scalar]] {
        guard instruction.rest.first == "[" else { return instruction.words.dropLast() }
        let list = try? JSONValue(parsing: Array(string(instruction.rest).utf8)).array
        let words = list?.compactMap(\.text)
        guard let words, words.count == list?.count else {
            throw .dockerfile("ADD [...] is no list of texts", line: instruction.line)
        }
        return words.dropLast().map { Array($0.unicodeScalars) }
    }

    // MARK: Stages

    private mutating func begin(_ instruction: DockerfileInstruction) throws(DockerRefusal) {
        let words = instruction.words.map(string)
        guard words.count == 1 || words.count == 3 && words[1].lowercased() == "as",
            instruction.rest.allSatisfy(\.isASCII)
        else {
            throw .dockerfile("FROM has one word, or three with AS", line: instruction.line)
        }
        var name: String?
        if words.count == 3 {
            let given = words[2].lowercased()
            guard Self.isStageName(given) else {
                throw .dockerfile("`\(shown(words[2]))` is no stage's name", line: instruction.line)
            }
            name = given
        }
        if let stage { stages.append(stage) }
        guard stages.count < BuildLimits.stagesMax else {
            throw .dockerfile("it has too many stages", line: instruction.line)
        }
        guard name.flatMap(stage(named:)) == nil else {
            throw .dockerfile("two stages have one name", line: instruction.line)
        }
        let arguments = arguments
        let base = try DockerfileWord(Array(words[0].unicodeScalars), escape: escape) {
            .known(arguments[$0] ?? "")
        }
        var unchanged: BuildImage?
        if let earlier = stage(named: base.text.lowercased()) {
            unchanged = earlier.unchanged
        } else if base.text != "scratch" {
            let image = try Self.image(base.text, instruction.line)
            images.append(image)
            unchanged = image
        }
        stage = Stage(name: name, unchanged: unchanged)
    }

    /// A complete one: no two have one name.
    private func stage(named name: String) -> Stage? { stages.first { $0.name == name } }

    private static func isStageName(_ text: String) -> Bool {
        guard let first = text.unicodeScalars.first, first.isLetter else { return false }
        return text.unicodeScalars.allSatisfy {
            $0.isLetter || $0.isDigit || $0 == "-" || $0 == "_" || $0 == "."
        }
    }

    /// The image of a `--from=`; `nil` for an earlier stage, by its name or number.
    private func copied(
        _ from: String, _ line: Int, _ ofTrigger: Bool
    ) throws(DockerRefusal) -> BuildImage? {
        if stage(named: from.lowercased()) != nil { return nil }
        let digits = from.unicodeScalars.drop { $0 == "+" || $0 == "-" }
        if digits.allSatisfy(\.isDigit) {
            guard let number = Int(from), String(number) == from, number >= 0,
                ofTrigger || number < stages.count
            else {
                throw .dockerfile("`--from=\(shown(from))` is no earlier stage", line: line)
            }
            return nil
        }
        return try Self.image(from, line)
    }

    private static func image(_ text: String, _ line: Int) throws(DockerRefusal) -> BuildImage {
        guard let image = BuildImage(source: text) else {
            throw .dockerfile(
                "`\(shown(text))` is no image's name, or may be the beginning of an id: write a tag",
                line: line)
        }
        return image
    }

    /// An instruction that is kept in the image, and done by builds from it.
    private mutating func takeTrigger(
        _ text: [Unicode.Scalar], line: Int
    ) throws(DockerRefusal) {
        // It is read as a file of its own one day.
        guard text.last != "\\" else {
            throw .dockerfile("ONBUILD ends with \\", line: line)
        }
        let instruction = try DockerfileInstruction(line, text)
        guard !["onbuild", "from", "maintainer"].contains(instruction.name) else {
            throw .dockerfile("ONBUILD \(instruction.name.uppercased()) is none", line: line)
        }
        let escape = self.escape
        self.escape = "\\"
        defer { self.escape = escape }
        try takeDeed(instruction, ofTrigger: true)
    }
}

/// The variables of a Dockerfile before its first stage: what FROM may use.
private struct BuildArguments {
    /// What the client gives; `nil` without a value.
    private let given: [String: String?]
    private var declared: [String: String?] = [:]
    private var byteCount = 0

    init(given: [String: String?]) { self.given = given }

    /// Always declared, without a value.
    private static let builtIn = [
        "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy",
        "NO_PROXY", "no_proxy",
    ]

    /// `nil` for what has no value, or is not declared.
    subscript(name: String) -> String? {
        guard let value = declared[name] ?? (Self.builtIn.contains(name) ? .some(nil) : nil) else {
            return nil
        }
        return (given[name] ?? nil) ?? value
    }

    /// `ARG name`, `ARG name=value other=value`: each value sees what was declared before this instruction.
    mutating func declare(
        _ instruction: DockerfileInstruction, _ escape: Unicode.Scalar
    ) throws(DockerRefusal) {
        var declarations: [(name: String, value: String?)] = []
        for word in Self.words(instruction.rest, escape) {
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts.first, let first = name.first, !first.isDigit,
                name.allSatisfy({ $0.isLetter || $0.isDigit || $0 == "_" })
            else {
                throw .dockerfile("ARG without a plain name", line: instruction.line)
            }
            var value: String?
            if parts.count == 2 {
                value = try DockerfileWord(Array(parts[1]), escape: escape) {
                    .known(self[$0] ?? "")
                }.text
            }
            declarations.append((string(name), value))
            byteCount += value?.utf8.count ?? 0
            guard byteCount <= BuildLimits.argumentBytesMax else {
                throw .dockerfile("the values of ARG are too long", line: instruction.line)
            }
        }
        for (name, value) in declarations { declared[name] = .some(value) }
    }

    /// Words between white space that is neither quoted nor escaped; quotes and escapes stay.
    private static func words(
        _ text: [Unicode.Scalar], _ escape: Unicode.Scalar
    ) -> [[Unicode.Scalar]] {
        var words: [[Unicode.Scalar]] = []
        var word: [Unicode.Scalar] = []
        var quote: Unicode.Scalar?
        var rest = text[...]
        while let scalar = rest.popFirst() {
            if quote == nil, scalar.properties.isWhitespace {
                if !word.isEmpty { words.append(word) }
                word = []
                continue
            }
            if scalar == escape, quote != "'" {
                // At the end it stands for nothing.
                guard let next = rest.popFirst() else { break }
                word += [scalar, next]
                continue
            }
            if let open = quote {
                if scalar == open { quote = nil }
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
            }
            word.append(scalar)
        }
        if !word.isEmpty { words.append(word) }
        return words
    }
}
