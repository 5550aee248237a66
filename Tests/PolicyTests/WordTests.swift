import TestKit
import Testing
import Vocabulary

@testable import Policy

private func bytes(_ texts: [String]) -> [[UInt8]] { texts.map { Array($0.utf8) } }

func exec(_ path: String, _ words: [String]?) -> Effect {
    Effect(.shellExec, object(path), arguments: words.map(bytes))
}

@Suite("Rules on a program's words")
struct WordTests {
    /// Glob, word, whether it matches.
    static let globTable: [(String, String, Bool)] = [
        ("push", "push", true), ("push", "pushy", false), ("push", "pus", false),
        ("push", "Push", false), ("", "", true), ("", "a", false), ("*", "", true),
        ("*", "any thing", true), ("-*", "-x", true), ("-*", "x", false), ("-*", "-", true),
        ("*.txt", "a.txt", true), ("*.txt", ".txt", true), ("*.txt", "a.txt.gz", false),
        ("a*b", "ab", true), ("a*b", "a", false), ("ab*ba", "aba", false),
        ("ab*ba", "abba", true), ("a*a", "a", false), ("*a*b*", "xxayybzz", true),
        ("*a*b*", "xxbyya", false), ("a*b*c", "abbc", true), ("a*bc*c", "abc", false),
        ("a*bc*c", "abcc", true), ("?", "a", true), ("?", "", false), ("?", "ab", false),
        ("a?c", "abc", true), ("a?c", "ac", false), ("*?x", "yx", true), ("*?x", "x", false),
        ("?*", "", false), ("**", "", true), ("a**b", "axb", true), ("\\*", "*", true),
        ("\\*", "a", false), ("\\?", "?", true), ("\\?", "a", false), ("\\\\", "\\", true),
        ("a\\x2ab", "a*b", true), ("a\\x2ab", "axb", false), ("é", "é", true), ("??", "é", true),
        ("é", "e\u{301}", false), ("[a]", "[a]", true), ("[a]", "a", false), ("a/b", "a/b", true),
        ("a*d", "a/b/c\nd", true),
    ]

    @Test("a glob matches the whole word or not at all", arguments: globTable)
    func glob(_ glob: String, _ word: String, _ matches: Bool) throws {
        #expect(try Glob(parsing: glob).matches(Array(word.utf8)) == matches)
    }

    @Test("a glob's spelling reads back to it", arguments: globTable.map(\.0))
    func spelling(_ glob: String) throws {
        let read = try Glob(parsing: glob)
        #expect(try Glob(parsing: read.description) == read)
        #expect(read.description.utf8.allSatisfy { (0x20..<0x7F).contains($0) })
    }

    @Test("bytes that are no text match byte for byte")
    func invalidText() throws {
        #expect(try Glob(parsing: "a\\xff*").matches([0x61, 0xFF, 0x80]))
        #expect(try Glob(parsing: "?").matches([0xFF]))
        #expect(try !Glob(parsing: "\u{FFFD}").matches([0xFF]))
    }

    @Test("globs find what trying every way to place their stars finds", arguments: 0..<40)
    func plain(_ seed: Int) throws {
        var random = SeededRandom(seed: UInt64(seed))
        func word(_ letters: [String], _ countMax: Int) -> String {
            (0..<Int.random(in: 0...countMax, using: &random)).map { _ in random.pick(letters) }
                .joined()
        }
        func matches(_ glob: Substring, _ text: Substring) -> Bool {
            guard let first = glob.first else { return text.isEmpty }
            if first == "*" {
                return matches(glob.dropFirst(), text)
                    || (!text.isEmpty && matches(glob, text.dropFirst()))
            }
            guard let letter = text.first, first == "?" || first == letter else { return false }
            return matches(glob.dropFirst(), text.dropFirst())
        }
        for _ in 0..<500 {
            let (glob, text) = (word(["a", "b", "*", "?"], 7), word(["a", "b"], 9))
            let expected = matches(glob[...], text[...])
            #expect(
                try Glob(parsing: glob).matches(Array(text.utf8)) == expected, "\(glob) \(text)")
        }
    }

    @Test("a glob of many stars on a megabyte is done in one go")
    func stars() throws {
        let glob = try Glob(parsing: String(repeating: "a*", count: 200) + "b")
        #expect(!glob.matches([UInt8](repeating: UInt8(ascii: "a"), count: 1 << 20)))
    }

    /// The rule's keys, the words, whether it matches.
    static let conditionTable: [(String, [String], Bool)] = [
        ("arguments: [push]", ["push"], true), ("arguments: [push]", ["push", "x"], false),
        ("arguments: [push]", [], false), ("arguments: []", [], true),
        ("arguments: []", ["x"], false),
        ("arguments: [push, ...]", ["push"], true),
        ("arguments: [push, ...]", ["push", "x", "y"], true),
        ("arguments: [push, ...]", ["fetch"], false), ("arguments: [...]", [], true),
        ("arguments: ['*', push]", ["-v", "push"], true),
        ("arguments: [[push, fetch], origin]", ["fetch", "origin"], true),
        ("arguments: [[push, fetch], origin]", ["pull", "origin"], false),
        ("arguments: [[...]]", ["..."], true), ("arguments: [[...]]", ["x"], false),
        ("arguments: ['']", [""], true), ("arguments: ['a b']", ["a", "b"], false),
        ("any_argument: [--force, -f]", ["push", "-f"], true),
        ("any_argument: [--force, -f]", ["push"], false), ("any_argument: ['*']", [], false),
        ("no_argument: ['-*']", ["status"], true),
        ("no_argument: ['-*']", ["status", "-s"], false),
        ("no_argument: ['-*']", [], true),
        ("arguments: [push, ...], no_argument: [--force*]", ["push", "--force-with-lease"], false),
        ("arguments: [push, ...], no_argument: [--force*]", ["push", "origin"], true),
        ("arguments: [push, ...], any_argument: [main]", ["push", "origin"], false),
    ]

    @Test("conditions look at each word by itself", arguments: conditionTable)
    func conditions(_ keys: String, _ words: [String], _ matches: Bool) throws {
        let set = try rules(
            "rule: a, effects: [shell.exec], objects: [/usr/bin/git], \(keys), decide: allow")
        #expect(set.decide(exec("/usr/bin/git", words)).verdict == (matches ? .allow : .deny))
        let explained = set.scope.explain([exec("/usr/bin/git", words)], inTransaction: false)
        #expect(explained.effects[0].matched.count == (matches ? 1 : 0))
        let denying = try rules(
            "rule: a, effects: [shell.exec], decide: allow",
            "rule: d, effects: [shell.exec], \(keys), decide: deny")
        #expect(denying.decide(exec("/usr/bin/git", words)).verdict == (matches ? .deny : .allow))
    }

    @Test(
        "threat 29: a command with variables of its own is not allowed by its words alone",
        arguments: [
            ("", 0, true), ("", 1, false), (", attributes: {environment: {below: 3}}", 2, true),
            (", attributes: {environment: {below: 3}}", 3, false),
            (", attributes: {terminal: false}", 1, false),
        ])
    func environment(_ keys: String, _ count: Int64, _ matches: Bool) throws {
        let effect = Effect(
            .containerExec, object("/docker.io/library/bb"),
            attributes: ["environment": .number(count), "terminal": .flag(false)],
            arguments: bytes(["true"]))
        func verdict(_ lines: String...) throws -> Verdict {
            try rules(lines).decide(effect).verdict
        }
        let allowing =
            "rule: a, effects: [container.exec], arguments: ['true']\(keys), decide: allow"
        #expect(try verdict(allowing) == (matches ? .allow : .deny))
        // For a rule that denies, they are the same words.
        let all = "rule: b, effects: [container.exec], decide: allow"
        #expect(try verdict(all) == .allow)
        #expect(
            try verdict(
                all, "rule: d, effects: [container.exec], arguments: ['true'], decide: deny")
                == .deny)
    }

    @Test(
        "words that are not known count for deny and hold, and never for allow and review",
        arguments: ["arguments: [x]", "any_argument: [x]", "no_argument: [x]"])
    func unknownWords(_ keys: String) throws {
        for (verdict, expected) in [
            ("allow", Verdict.deny), ("review", .deny), ("hold, \(consent)", .hold),
            ("deny", .deny),
        ] {
            let set = try rules("rule: r, effects: [shell.exec], \(keys), decide: \(verdict)")
            let decision = set.decide(exec("/bin/x", nil))
            #expect(decision.verdict == expected)
            #expect(decision.matches.isEmpty == (verdict == "allow" || verdict == "review"))
        }
    }

    @Test(
        "a wrong condition is refused, with its place",
        arguments: [
            ("effects: [read], arguments: [x]", "p.yaml:3:43: `arguments` is for programs"),
            (
                "effects: [shell.exec, shell.login], no_argument: [x]",
                "`no_argument` is for programs"
            ),
            (
                "effects: [container.exec-start], no_argument: [x]",
                "`no_argument` is for programs"
            ),
            (
                "effects: [shell.exec], any_argument: []",
                "expected a list of globs, found an empty one"
            ),
            ("effects: [shell.exec], arguments: x", "expected a list of globs, one for each word"),
            ("effects: [shell.exec], arguments: [5]", "expected a glob, found the number `5`"),
            ("effects: [shell.exec], arguments: [..., x]", "expected `...` at the end alone"),
            ("effects: [shell.exec], arguments: [[]]", "found an empty one"),
            ("effects: [shell.exec], arguments: ['\\a']", "bad glob `\\a`"),
            ("effects: [shell.exec], no_argument: ['\\x00']", "bad glob"),
        ])
    func wrong(_ keys: String, _ problem: String) {
        let text = "policy: p\nrules:\n  - {rule: r, \(keys), decide: allow}\n"
        let found = problems(PolicyFile(path: "p.yaml", text: text))
        #expect(found.count == 1)
        #expect(found.first?.contains(problem) == true, "\(found)")
    }

    @Test("a command in a container has words to look at, with its program's name the first")
    func commands() throws {
        let set = try rules(
            "rule: r, effects: [container.exec], arguments: [psql, '...'], decide: allow")
        for (words, verdict) in [(["psql", "-l"], Verdict.allow), (["sh"], .deny), (nil, .deny)] {
            let effect = Effect(
                .containerExec, object("/docker.io/library/postgres"),
                arguments: words.map { $0.map { Array($0.utf8) } })
            #expect(set.decide(effect).verdict == verdict)
        }
    }

    @Test(
        "a rule looks at labels: one that an object does not have is the empty text, when they are known",
        arguments: [
            (["label.env": .text("production"), "labels": .number(1)], Verdict.hold),
            (["label.env": .text("test"), "labels": .number(1)], .allow),
            (["label.com.example.team": .text("a"), "labels": .number(1)], .allow),
            (["labels": .number(0)], .allow), ([:], .hold),
        ] as [([String: AttributeValue], Verdict)])
    func labels(_ attributes: [String: AttributeValue], _ verdict: Verdict) throws {
        let set = try rules(
            "rule: all, effects: [container.stop], decide: allow",
            "rule: r, effects: [container.stop], attributes: {label.env: production}, decide: hold, \(consent)",
            "rule: team, effects: [container.kill], attributes: {label.com.example.team: a}, decide: allow",
            "rule: no, effects: [container.logs], attributes: {label.env: ''}, decide: allow"
        )
        #expect(
            set.decide(Effect(.containerStop, .none, attributes: attributes)).verdict == verdict)
        let isUnlabelled = attributes["labels"] != nil && attributes["label.env"] == nil
        #expect(
            set.decide(Effect(.containerLogs, .none, attributes: attributes)).verdict
                == (isUnlabelled ? .allow : .deny))
        let isTeam = attributes["label.com.example.team"] != nil
        #expect(
            set.decide(Effect(.containerKill, .none, attributes: attributes)).verdict
                == (isTeam ? .allow : .deny))
    }

    @Test("the version tells apart what matches differently, and nothing else")
    func version() throws {
        func version(_ keys: String) throws -> String {
            try rules("rule: r, effects: [shell.exec], \(keys)decide: allow").version
        }
        let keys = [
            "", "arguments: [], ", "arguments: [...], ", "arguments: [a], ",
            "arguments: [a, ...], ",
            "arguments: [[...]], ", "arguments: [a, b], ", "arguments: [[a, b]], ",
            "any_argument: [a], ", "no_argument: [a], ", "objects: [/usr/bin/git], ",
            "objects: [usr.bin.git], ",
        ]
        #expect(Set(try keys.map(version)).count == keys.count)
        #expect(try version("arguments: [[a, b]], ") == version("arguments: [[b, a, a]], "))
        #expect(try version("any_argument: ['a**'], ") == version("any_argument: ['a*'], "))
    }

    @Test("a hint says which words would have been allowed")
    func hint() throws {
        let scope = try rules(
            "rule: look, effects: [shell.exec], objects: [/usr/bin/git], "
                + "arguments: [[status, log], ...], no_argument: ['-*'], decide: allow"
        ).scope
        let decision = scope.decide([exec("/usr/bin/git", ["push"])], inTransaction: false)
        #expect(
            scope.denialHint(for: decision)
                == "no rule allows `shell.exec` on `/usr/bin/git`; `look` would allow it if "
                + "its words were `status` or `log`, ... and no word were `-*`")
    }

    @Test("threat 30: an alias that is allowed does not make up for a name that is excepted")
    func aliases() throws {
        let names = ["/usr/bin/python3", "/usr/bin/python3.11", "/opt/py"].map(object)
        let known = ObjectReference.known(
            as: names.compactMap { if case .exactly(let name) = $0 { name } else { nil } })
        let effect = Effect(.shellExec, known, arguments: [])
        for name in ["/usr/bin/python3", "/usr/bin/python3.11", "/opt/py"] {
            let excepting = try rules(
                "rule: a, effects: [shell.exec], objects: {except: [\(name)]}, decide: allow")
            #expect(excepting.decide(effect).verdict == .deny)
            let denying = try rules(
                "rule: a, effects: [shell.exec], decide: allow",
                "rule: d, effects: [shell.exec], objects: [\(name)], decide: deny")
            #expect(denying.decide(effect).verdict == .deny)
            let allowing = try rules(
                "rule: a, effects: [shell.exec], objects: [\(name)], decide: allow")
            #expect(allowing.decide(effect).verdict == .allow)
            let spared = try rules(
                "rule: a, effects: [shell.exec], decide: allow",
                "rule: d, effects: [shell.exec], objects: {except: [\(name)]}, decide: deny")
            #expect(spared.decide(effect).verdict == .allow)
        }
    }

    @Test("an effect that needs no permit is enough for nothing, and every rule on it counts")
    func needsNoPermit() throws {
        let set = try rules(
            "rule: script, effects: [shell.exec], objects: [/opt/report], decide: allow",
            "rule: hold, effects: [shell.exec], objects: [/usr/bin/perl], decide: hold, \(consent)")
        let script = exec("/opt/report", [])
        func interpreter(_ path: String) -> Effect {
            var effect = exec(path, [])
            effect.needsNoPermit = true
            return effect
        }
        #expect(set.decide(script, interpreter("/usr/bin/python3")).verdict == .allow)
        #expect(set.decide(script, interpreter("/usr/bin/perl")).verdict == .hold)
        #expect(set.decide(interpreter("/usr/bin/python3")).verdict == .deny)
        #expect(set.decide(interpreter("/opt/report")).verdict == .deny)
        #expect(set.decide(exec("/tmp/x", []), interpreter("/opt/report")).verdict == .deny)
        let effects = [script, interpreter("/usr/bin/python3")]
        let explained = set.scope.explain(effects, inTransaction: false)
        #expect(explained.effects.map(\.verdict) == [.allow, .allow])
    }

    @Test(
        "the literal paths are those of rules over programs, excepted ones too, each once, sorted")
    func literalPaths() throws {
        let scope = try rules(
            "rule: a, effects: [shell.exec], objects: [/usr/bin/git, /opt/*, /bin/*/x, '*', /], decide: allow",
            "rule: b, effects: [shell.exec, shell.login], objects: {only: [/usr/bin/git, /a/é], except: [/usr/bin/awk]}, decide: deny",
            "rule: c, effects: [shell.file-write], objects: [/srv], decide: allow"
        ).scope
        #expect(
            scope.literalPaths == bytes(["/a/é", "/bin", "/opt", "/usr/bin/awk", "/usr/bin/git"]))
    }
}
