import Testing

@testable import Docker

@Suite("What small texts may not make large")
struct BuildBoundsTests {
    private func refusal(_ dockerfile: String) -> DockerRefusal? {
        do {
            _ = try BuildArchive(dockerfile: dockerfile).plan()
            return nil
        } catch {
            return error as? DockerRefusal
        }
    }

    private static let long = String(repeating: "x", count: BuildLimits.wordBytesMax)

    @Test(
        "threat 29: variables that make a word too long end the reading, in quotes too",
        arguments: [
            "\"$a$a\"", "$a$a", "\"${a}${a}\"", "x${n:-$a$a}", "\"x${a:+$a$a}\"", "'$a'$a\"$a\"",
            "\"" + String(repeating: "$a", count: 20_000) + "\"",
        ])
    func words(_ word: String) {
        let text = "ARG a=\(Self.long)\nARG b=\(word)\nFROM x"
        #expect(refusal(text)?.message.contains("cannot be read") == true)
        // As long as it may be is not too long.
        #expect(refusal("ARG a=\(Self.long)\nARG b=\"$a\"\nFROM x") == nil)
        #expect(
            refusal("ARG a=\(Self.long)\nFROM $a$a")?.message.contains("cannot be read") == true)
    }

    @Test("threat 29: the values of all variables together have a bound")
    func values() {
        func text(_ count: Int) -> String {
            "ARG a=\(Self.long)\nARG " + (1..<count).map { "a\($0)=$a" }.joined(separator: " ")
                + "\nFROM x"
        }
        let most = BuildLimits.argumentBytesMax / BuildLimits.wordBytesMax
        #expect(refusal(text(most)) == nil)
        #expect(refusal(text(most + 1))?.message.contains("too long") == true)
    }

    @Test("threat 29: a Dockerfile has as many stages as people write")
    func stages() {
        func text(_ count: Int) -> String {
            (0..<count).map { "FROM x AS s\($0)" }.joined(separator: "\n")
        }
        #expect(refusal(text(BuildLimits.stagesMax)) == nil)
        #expect(refusal(text(28_000).prefix(250_000) + "\n")?.message.contains("stages") == true)
    }

    @Test("threat 29: masking reads a text once, whatever stands in it")
    func masks() {
        for (part, start) in [
            (":", ":"), ("/:", "/"), ("://", ":"), ("a://b:", "a"), ("=", "="), ("://:@", ":"),
        ] {
            let text = String(repeating: part, count: (1 << 18) / part.utf8.count)
            #expect(mask(text).hasPrefix(start))
        }
    }

    @Test(
        "a password is masked in each address, and nothing else of it",
        arguments: [
            ("http://u:p@h/x:y@z", "http://u:***@h/x:y@z"),
            ("a://u:p:q@h b://v:r@i/c", "a://u:***@h b://v:***@i/c"),
            ("://u:p@h", "://u:***@h"), ("ssh://u@h:80/a@b", "ssh://u@h:80/a@b"),
            ("http://t0ken@h:80/a@b", "http://***@h:80/a@b"),
            ("http://u:@h", "http://u:@h"), ("x:y@z", "x:y@z"), ("a:/b:c@d", "a:/b:c@d"),
            ("http://u:p@", "http://u:***@"), ("http://u:$(x)@h", "http://u:$(x)@h"),
        ])
    func addresses(_ text: String, _ masked: String) { #expect(mask(text) == masked) }
}
