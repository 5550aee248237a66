/// One instruction of a Dockerfile: its name, its flags, and what stands behind them.
struct DockerfileInstruction {
    let line: Int
    /// In lower case.
    let name: String
    let flags: [(name: String, value: String)]
    let rest: [Unicode.Scalar]
    /// The whole of it.
    let text: [Unicode.Scalar]

    /// Names of instructions, and the flags that each may have.
    private static let known: [String: Set<String>] = [
        "add": ["chown"], "arg": [], "cmd": [], "copy": ["chown", "from"], "entrypoint": [],
        "env": [], "expose": [], "from": ["platform"],
        "healthcheck": ["interval", "timeout", "start-period", "retries"], "label": [],
        "maintainer": [], "onbuild": [], "run": [], "shell": [], "stopsignal": [], "user": [],
        "volume": [], "workdir": [],
    ]

    private static let withHeredocs: Set<String> = ["add", "copy", "run"]

    init(_ line: Int, _ text: [Unicode.Scalar]) throws(DockerRefusal) {
        self.line = line
        self.text = trimmed(text[...])
        let name = self.text.prefix { !$0.isBlank }
        self.name = string(name).lowercased()
        guard name.allSatisfy(\.isASCII), let flags = Self.known[self.name] else {
            throw .dockerfile("unknown instruction: \(shown(self.name))", line: line)
        }
        // Later engines read on to the end of what `<<` begins, whatever instructions stand in it.
        guard !Self.withHeredocs.contains(self.name) || !Self.mayBeginHeredoc(self.text) else {
            throw .dockerfile(
                "\(self.name.uppercased()) with << is not for this builder", line: line)
        }
        var rest = self.text.dropFirst(name.count).drop(while: \.isBlank)
        var found: [(name: String, value: String)] = []
        while rest.starts(with: "--".unicodeScalars) {
            let word = rest.prefix { !$0.isBlank }
            let flag = try Self.flag(word, line)
            guard flags.contains(flag.name) else {
                throw .dockerfile(
                    "\(self.name.uppercased()) with --\(shown(flag.name)) is not for this builder",
                    line: line)
            }
            guard !found.contains(where: { $0.name == flag.name }) else {
                throw .dockerfile("--\(flag.name) is given twice", line: line)
            }
            found.append(flag)
            rest = rest.dropFirst(word.count).drop(while: \.isBlank)
        }
        self.flags = found
        self.rest = trimmed(rest)
    }

    /// `<<`, also where a reader takes away what stands between the two before it looks: signs that escape, variables.
    private static func mayBeginHeredoc(_ text: [Unicode.Scalar]) -> Bool {
        var isBehindOne = false
        var rest = text[...]
        while let scalar = rest.popFirst() {
            switch scalar {
            case "<":
                if isBehindOne { return true }
                isBehindOne = true
            case "\\", "`": break
            case "$" where rest.first == "{":
                let inside = rest.prefix { $0 != "}" }
                if inside.contains("<") { return true }
                rest = rest.dropFirst(inside.count + 1)
            case "$":
                rest = rest.drop {
                    $0 == "_" || $0.isASCII && Character($0).isLetter || "0"..."9" ~= $0
                }
            default: isBehindOne = false
            }
        }
        return false
    }

    /// `--name=value` without anything that a reader of flags gives a meaning to.
    private static func flag(
        _ word: ArraySlice<Unicode.Scalar>, _ line: Int
    ) throws(DockerRefusal) -> (name: String, value: String) {
        let parts = word.dropFirst(2).split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty,
            word.allSatisfy({ "!"..."~" ~= $0 && $0 != "\\" && $0 != "\"" && $0 != "'" })
        else {
            throw .dockerfile("`\(shown(string(word)))` is no flag with a value", line: line)
        }
        return (string(parts[0]), string(parts[1]))
    }

    func flag(_ name: String) -> String? { flags.first { $0.name == name }?.value }

    /// What stands behind the flags, in words between blanks.
    var words: [[Unicode.Scalar]] { rest.split(whereSeparator: \.isBlank).map(Array.init) }
}

extension [Unicode.Scalar] {
    fileprivate func says(_ text: String) -> Bool {
        contains(text.unicodeScalars)
    }
}

private func trimmed(_ text: ArraySlice<Unicode.Scalar>) -> [Unicode.Scalar] {
    text.drop { $0.properties.isWhitespace }.reversed()
        .drop { $0.properties.isWhitespace }.reversed()
}
