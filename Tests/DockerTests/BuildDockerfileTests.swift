import Testing

@testable import Docker

@Suite("Dockerfiles")
struct BuildDockerfileTests {
    private func plan(
        _ text: String, _ query: [(name: String, value: String)] = []
    ) throws -> BuildPlan {
        try BuildArchive(dockerfile: text).plan(query)
    }

    private static let hex = String(repeating: "0a", count: 32)

    static let images: [(String, [String])] = [
        // Spellings of FROM.
        ("FROM x", ["x"]), ("from x", ["x"]), ("FrOm x\n", ["x"]), ("\n \t\nFROM x", ["x"]),
        ("  FROM   x  ", ["x"]), ("FROM\tx", ["x"]), ("\u{FEFF}FROM x", ["x"]),
        ("FROM x\r\nRUN true\r\n", ["x"]), ("\u{A0}FROM x\u{A0}", ["x"]),
        ("FROM\u{B}x\u{C}", ["x"]),
        ("FROM x AS y", ["x"]), ("FROM x as Y", ["x"]), ("FROM --platform=linux/amd64 x", ["x"]),
        ("FROM 'x'", ["x"]), ("FROM \"x\"", ["x"]), ("FROM x\\y", ["xy"]),
        ("FROM \"x\"'y'z", ["xyz"]),
        // Lines that go on.
        ("FR\\\nOM x", ["x"]), ("FROM \\\n x", ["x"]), ("FROM \\ \t\n x", ["x"]),
        ("FROM x\\\ny", ["xy"]),
        ("FROM x\\\n# comment\ny", ["xy"]), ("FROM x\\\n  # comment\ny", ["xy"]),
        ("\\\nFROM x", ["x"]),
        ("FROM x\\\n\n \ny", ["xy"]), ("FROM x \\", ["x"]), ("# c \\\nFROM x", ["x"]),
        // What counts of comments.
        ("# FROM y\nFROM x", ["x"]), ("# syntax=evil/frontend\nFROM x", ["x"]),
        ("#escape=`\nFROM `\nx", ["x"]), ("# EsCaPe = `\r\nFROM x`\ny", ["xy"]),
        ("# escape=`\nFROM x`y", ["xy"]), ("# syntax=x\n# escape=`\nFR`\nOM x", ["x"]),
        ("\u{FEFF}# escape=`\nFR`\nOM x", ["x"]),
        ("# other\n# escape\nFROM x\\\ny", ["xy"]), ("# check=x\nFROM x\\\ny", ["xy"]),
        ("# the escape=`\nFROM x\\\ny", ["xy"]), ("# escaped=`\nFROM x\\\ny", ["xy"]),
        ("FROM x\n# escape=`\nRUN x \\\nFROM y", ["x"]),
        // Stages.
        ("FROM scratch", []), ("FROM x AS s\nFROM S", ["x"]), ("FROM x AS s\nFROM y", ["x", "y"]),
        ("FROM x AS s\nFROM y\nCOPY --from=s / /", ["x", "y"]),
        ("FROM x AS s\nFROM y\nCOPY --from=S / /", ["x", "y"]),
        ("FROM x\nFROM y\nCOPY --from=0 / /", ["x", "y"]), ("FROM x AS s\nFROM s:1", ["x", "s:1"]),
        ("FROM x\nCOPY --from=y:1 / /", ["x", "y:1"]), ("FROM x\nCOPY --from=x / /", ["x"]),
        // A stage is not there before its end.
        ("FROM x AS s\nCOPY --from=s / /", ["x", "s"]), ("FROM s\nFROM y AS s", ["s", "y"]),
        ("FROM x\nCOPY --chown=1 --from=y / /", ["x", "y"]), ("FROM x\nCOPY y --from=y /", ["x"]),
        ("FROM x\ncopy\t--from=y / /", ["x", "y"]), ("FROM x\nCOPY --fr\\\nom=y / /", ["x", "y"]),
        ("FROM x\nCOPY \\\n--from=y / /", ["x", "y"]), ("FROM x\nRUN COPY --from=y", ["x"]),
        ("FROM x\nONBUILD COPY --from=y / /", ["x", "y"]),
        ("FROM x\nonbuild  copy --from=0 / /", ["x"]),
        ("FROM x\nRUN true \\\n# c\n COPY --from=y", ["x"]),
        // Names of images.
        ("FROM y/z", ["docker.io/y/z:latest"]), ("FROM docker.io/x", ["x"]),
        ("FROM index.docker.io/library/x", ["x"]), ("FROM library/x:latest", ["x"]),
        ("FROM localhost/x", ["localhost/x:latest"]),
        ("FROM r.example:5000/x/y:1", ["r.example:5000/x/y:1"]),
        ("FROM x@sha256:\(hex)", ["docker.io/library/x@sha256:\(hex)"]),
        ("FROM x:1@sha256:\(hex)", ["docker.io/library/x:1@sha256:\(hex)"]),
        ("FROM sha256:\(hex)", ["sha256:\(hex)"]), ("FROM \(hex)", ["sha256:\(hex)"]),
        ("FROM cafe:1", ["cafe:1"]), ("FROM x__y-z.w", ["x__y-z.w:latest"]),
        // Variables.
        ("ARG A=y\nFROM $A", ["y"]), ("ARG A=y\nFROM ${A}x", ["yx"]),
        ("ARG A\nFROM ${A:-z}", ["z"]),
        ("ARG A=y\nFROM ${A:+z}", ["z"]), ("ARG A\nFROM x${A:+z}", ["x"]),
        ("ARG A=y\nFROM $A_B", []),
        ("ARG A=y\nARG B=$A-x\nFROM $B", ["y-x"]), ("ARG A=y B=z\nFROM $A$B", ["yz"]),
        ("ARG A=1 B=x$A\nFROM $B", ["x"]), ("ARG A=\"y\"\nFROM $A", ["y"]),
        ("ARG A='y z'\nFROM x${A:+y}", ["xy"]),
        ("ARG A=y\\ z\nFROM x${A:+y}", ["xy"]), ("ARG A=y\nARG A\nFROM x$A", ["x"]),
        ("ARG A=${B:-${C:-z}}\nFROM $A", ["z"]), ("FROM x\nARG B=y\nFROM z$B", ["x", "z"]),
        ("ARG A=y\nFROM \"$A\"", ["y"]), ("ARG A=s\nFROM x AS s\nFROM $A", ["x"]),
        ("FROM x$HTTP_PROXY", ["x"]), ("ARG A=scratch\nFROM $A", []),
        ("ARG A='$B'\nFROM x${A:+y}", ["xy"]),
    ]

    @Test("threat 29: the images of a build are those that the engine takes", arguments: images)
    func image(_ text: String, _ names: [String]) throws {
        let full = names.map { name in
            name.contains(".io") || name.contains("/") || name.contains("sha256")
                ? name : "docker.io/library/\(name)" + (name.contains(":") ? "" : ":latest")
        }
        #expect((try? plan(text).imageNames) ?? [] == full)
    }

    static let refused: [(String, String)] = [
        ("no instructions", ""), ("no instructions", "# nothing\n\n"),
        ("unknown instruction", "\\\n"),
        ("no UTF-8", "FROM x\n\0"), ("no stage", "ARG A=y"),
        ("FROM comes first", "RUN true\nFROM x"),
        ("unknown instruction: fromx", "FROMx"), ("unknown instruction", "FROM x\nINCLUDE y"),
        ("unknown instruction", "FROM x\nWOR\u{212A}DIR /"), ("unknown instruction", "FROM\u{A0}x"),
        ("unknown instruction", "FROM x\n\n<<EOF\n"), ("one word, or three", "FROM"),
        ("one word, or three", "FROM x y"), ("one word, or three", "FROM x y z"),
        ("one word, or three", "FROM x a\u{17F} y"), ("one word, or three", "FROM x AS \u{212A}"),
        ("is no stage's name", "FROM x AS 1"), ("is no stage's name", "FROM x AS a/b"),
        ("two stages have one name", "FROM x AS s\nFROM y AS S"),
        ("is in it twice", "# syntax=x\n# syntax=y\nFROM x"),
        ("is in it twice", "# escape=`\n# escape=`\nFROM x"), ("neither", "# escape=x\nFROM x"),
        ("neither", "# escape=\\`\nFROM x"), ("neither", "# escape=  \nFROM x"),
        // What counts for some engines only.
        ("put it first", "# check=x\n# escape=`\nENV a \\\nFROM y"),
        ("put it first", "# other\n#EsCape\t=\\\nFROM x"),
        ("put it first", "# syntax=\n# escape=`\nFROM x"), ("put it first", "\n# escape=`\nFROM x"),
        ("put it first", "# check=x\r\n \t# escape = `\r\nFROM x"),
        ("put it first", "#\u{A0}escape=`\nFROM x"),
        ("put it first", "#\u{B}escape\u{85}=`\nFROM x"),
        ("put it first", "# escape=`\n# other\n# escape=\\\nFROM x"),
        ("carriage return", "FROM x\nRUN true \\\r\r\nFROM scratch AS y"),
        ("carriage return", "FROM x\rFROM y"), ("carriage return", "FROM x\nRUN a\r\r"),
        ("carriage return", "# \r escape=`\nFROM x"),
        ("with << is not", "FROM x\nRUN true <<CMD\nFROM scratch AS y\nCMD\nFROM y"),
        ("with << is not", "FROM x\nRUN true <<'#'\nENV a \\\n#\nFROM y"),
        ("with << is not", "FROM x\nRUN <\\\n<E\nE"),
        ("with << is not", "FROM x\nrun true 3<<-E\nE"),
        ("with << is not", "FROM x\nRUN <\\\n# c\n\n<E\nE"),
        ("with << is not", "FROM x\nCOPY <<a <<b /\na\nb"),
        ("with << is not", "FROM x\nRUN true <\\<E\nE"),
        ("with << is not", "FROM x\nRUN true <${X}<E\nE"),
        ("with << is not", "FROM x\nRUN true <$X<E\nE"),
        ("with << is not", "FROM x\nRUN true ${X:+ <\\<E }\nE"),
        ("with << is not", "FROM x\nADD\t<<a /\na"),
        ("with << is not", "FROM x\nCOPY --chown=1 <<a /\na"),
        ("with << is not", "FROM x\nONBUILD RUN <<a\nENV a b"),
        ("with << is not", "FROM x\nonbuild  copy <<a /\nENV a b"),
        // A name without a tag that may be the beginning of an id.
        ("write a tag", "FROM cafe"), ("write a tag", "FROM 0"),
        ("write a tag", "FROM x\nCOPY --from=cafe / /"),
        ("write a tag", "FROM X"), ("write a tag", "FROM x:"), ("write a tag", "FROM x:-1"),
        ("write a tag", "FROM x@y"),
        ("write a tag", "FROM x//y"),
        ("write a tag", "FROM R.example/x"), ("write a tag", "FROM sha256:cafe"),
        ("write a tag", "FROM sha256"),
        ("write a tag", "ARG A\nFROM $A"), ("write a tag", "ARG A=y\nFROM '$A'"),
        ("one word", "FROM x\u{E9}y"),
        ("write a tag", "ARG A='x y'\nFROM $A"), ("write a tag", "ARG A=y\nFROM \\$A"),
        ("is no earlier stage", "FROM x\nCOPY --from=0 / /"),
        ("is no earlier stage", "FROM x\nCOPY --from=1 / /"),
        ("is no earlier stage", "FROM x\nFROM y\nCOPY --from=00 / /"),
        ("is no earlier stage", "FROM x\nFROM y\nCOPY --from=+0 / /"),
        ("is no earlier stage", "FROM x\nFROM y\nCOPY --from=-0 / /"),
        ("is no earlier stage", "FROM x\nCOPY --from=99999999999999999999 / /"),
        ("is no flag with a value", "FROM x\nCOPY --from / /"),
        ("is no flag with a value", "FROM x\nCOPY --from= / /"),
        ("is no flag with a value", "FROM x\nCOPY -- / /"),
        ("is no flag with a value", "FROM x\nCOPY --fr\"om=y\" / /"),
        ("is no flag with a value", "FROM x\nCOPY --from='y' / /"),
        ("is no flag with a value", "FROM x\nCOPY --fro\\m=y / /"),
        ("is no flag with a value", "FROM x\nCOPY --from=\u{E0}y / /"),
        ("given twice", "FROM x\nCOPY --from=y --from=z / /"),
        ("not for this builder", "FROM x\nCOPY --chmod=1 / /"),
        ("not for this builder", "FROM x\nADD --from=y / /"),
        ("not for this builder", "FROM x\nRUN --mount=type=bind true"),
        ("not for this builder", "FROM x\nRUN --network=host true"),
        ("not for this builder", "FROM x\nRUN --security=insecure true"),
        ("not for this builder", "FROM x\nCOPY --FROM=y / /"),
        ("not for this builder", "FROM --from=y x"),
        ("ONBUILD ONBUILD", "FROM x\nONBUILD ONBUILD RUN true"),
        ("ONBUILD FROM", "FROM x\nONBUILD FROM y"),
        ("ONBUILD ends with", "# escape=`\nFROM x\nONBUILD RUN true \\"),
        ("not for this builder", "FROM x\nONBUILD RUN --mount=type=bind true"),
        ("unknown instruction", "FROM x\nONBUILD"),
        ("write a tag", "FROM x\nONBUILD COPY --from=cafe / /"),
        ("cannot be read", "FROM ${A:-${A:-${A:-${A:-${A:-${A:-${A:-${A:-${A}}}}}}}}}"),
        ("cannot be read", "FROM '"),
        ("cannot be read", "FROM \"x"), ("cannot be read", "FROM ${"),
        ("cannot be read", "FROM ${A"), ("cannot be read", "FROM ${A?x}"),
        ("cannot be read", "FROM ${A:?x}"), ("cannot be read", "FROM ${A%x}"),
        ("cannot be read", "FROM ${}"),
        ("cannot be read", "FROM x$1"), ("cannot be read", "FROM x$$"),
        ("one word", "FROM x$\u{E9}"),
        ("without a plain name", "ARG $A=y\nFROM x"), ("without a plain name", "ARG =y\nFROM x"),
        ("without a plain name", "ARG 'A'=y\nFROM x"),
        ("cannot be read", "ARG A=$\u{E9}\nFROM x"), ("cannot be read", "ARG A=\u{FEFF}y\nFROM x"),
        ("no list of texts", "FROM x\nADD [\"http://h/\"] x"),
        ("no list of texts", "FROM x\nADD [1, \"x\"]"),
        ("no plain address", "FROM x\nADD http://u@h/ /"),
        ("no plain address", "FROM x\nADD http:///x /"),
        ("no plain address", "FROM x\nADD http://[::1]/ /"),
        ("no plain address", "FROM x\nADD http://h%41/ /"),
        ("no plain address", "FROM x\nADD http://h\\\\x/ /"),
        ("no plain address", "FROM x\nADD http://h:x/ /"),
        ("no plain address", "FROM x\nADD http://h:/ /"),
        ("no plain address", "FROM x\nADD http://h\u{E9}/ /"),
        (
            "a line is too long",
            "FROM x\nRUN " + String(repeating: "x", count: BuildLimits.lineBytesMax - 3)
        ),
    ]

    @Test(
        "threat 29: a Dockerfile that the engine refuses or may read otherwise is refused",
        arguments: refused)
    func refusal(_ problem: String, _ text: String) {
        let refusal = #expect(throws: DockerRefusal.self) { try plan(text) }
        #expect(refusal?.message.contains(problem) == true, "\(refusal?.message ?? "")")
    }

    static let excesses: [(String, @Sendable (Int) -> String, Int)] = [
        ("too many stages", { "FROM x\n" + String(repeating: "FROM x\n", count: $0) }, 255),
        (
            "too many images",
            { "FROM x\n" + (0..<$0).map { "COPY --from=y:\($0) / /\n" }.joined() }, 511
        ),
        (
            "too many images",
            { "FROM x\n" + (0..<$0).map { "ADD http://h/\($0) /\n" }.joined() }, 511
        ),
        (
            "the values of ARG are too long",
            {
                "ARG A=" + String(repeating: "x", count: 16_000) + "\n"
                    + String(repeating: "ARG B=$A\n", count: $0) + "FROM x"
            }, 15
        ),
    ]

    @Test("what a Dockerfile names is bounded", arguments: excesses)
    func excess(_ problem: String, _ text: @Sendable (Int) -> String, _ most: Int) throws {
        _ = try plan(text(most))
        let refusal = #expect(throws: DockerRefusal.self) { try plan(text(most + 1)) }
        #expect(refusal?.message.contains(problem) == true, "\(refusal?.message ?? "")")
    }

    @Test("a line may be as long as the engine takes one")
    func longLine() throws {
        let text = "FROM x\nRUN " + String(repeating: "x", count: BuildLimits.lineBytesMax - 4)
        #expect(try plan(text).runs.count == 1)
    }

    static let fetches: [(String, [String])] = [
        ("ADD http://h/x /", ["h:80"]), ("ADD https://H.example/x /", ["h.example:443 secure"]),
        ("ADD http://h:8080 /", ["h:8080"]), ("ADD x http://h?x /", ["h:80"]),
        ("add\thttp://h#x /", ["h:80"]),
        ("ADD [\"http://h/x\", \"/\"]", ["h:80"]), ("ADD [\"\\u0068ttp://h/x\", \"/\"]", ["h:80"]),
        ("ADD --chown=1 http://h/x /", ["h:80"]), ("ADD ht\\\ntp://h/x /", ["h:80"]),
        ("ADD 'http'://h/x /", ["h:80"]),
        ("ADD \"http://h/x\" /", ["h:80"]), ("ADD h\\ttp://h/x /", ["h:80"]),
        ("ONBUILD ADD http://h/x /", ["h:80"]),
        ("ADD http://169.254.169.254/x /", ["169.254.169.254:80"]),
        ("ADD https://h/x-$V.tgz /", ["h:443 secure"]),
        ("ADD http://h/ http://h/ http://i/ /", ["h:80", "i:80"]),
        // Nobody knows from where.
        ("ADD $U /", ["?"]), ("ADD ${U} /", ["?"]), ("ADD ht$P://h/ /", ["?"]),
        ("ADD \"$U\" /", ["?"]),
        ("ADD http://$H/x /", ["?"]), ("ADD http://h$H/x /", ["?"]),
        ("ADD https://h:4$P/ /", ["? secure"]),
        ("ADD [\"$U\", \"/\"]", ["?"]), ("ENV U=x\nADD $U /", ["?"]), ("ADD ${U:-x} /", ["?"]),
        // Files.
        ("ADD x /", []), ("ADD x-$V.tgz /", []), ("ADD /$V /", []), ("ADD HTTP://h/x /", []),
        ("ADD ./http://h/ /", []),
        ("ADD x $D", []), ("ADD '$U' /", []), ("ADD \\$U /", []), ("COPY http://h/x /", []),
        ("COPY $U /", []),
        ("RUN ADD http://h/ /", []), ("# ADD http://h/x /", []), ("ADD ftp://h/x /", []),
    ]

    @Test(
        "threat 29: what the engine itself fetches is known, or known as unknown",
        arguments: fetches)
    func fetch(_ text: String, _ hosts: [String]) throws {
        let found = try plan("FROM x\n\(text)").fetches.map { fetch in
            (fetch.host ?? "?") + (fetch.port.map { ":\($0)" } ?? "")
                + (fetch.isSecure == true ? " secure" : "")
        }
        #expect(found == hosts)
    }

    static let arguments: [(String, String, String)] = [
        ("ARG A=y\nFROM $A", #"{"A":"z"}"#, "z"), ("ARG A=y\nFROM $A", #"{"A":null}"#, "y"),
        ("ARG A\nFROM $A", #"{"A":"z"}"#, "z"), ("ARG A=y\nFROM $A", #"{"B":"z"}"#, "y"),
        ("ARG A=y\nFROM $A", #"{"a":"z"}"#, "y"),
        ("FROM x$A", #"{"A":"z"}"#, "x"), ("FROM x$http_proxy", #"{"http_proxy":"z"}"#, "xz"),
        ("ARG A=y\nFROM $A", "", "y"),
        ("ARG A=y\nARG B=$A\nFROM $B", #"{"A":"z"}"#, "z"), ("ARG A=y\nFROM $A", #"{"A":""}"#, ""),
        ("ARG A=y\nFROM $A", "null", "y"),
        ("ARG A=y\nFROM x AS $A", #"{"A":"z"}"#, ""), ("ARG A=y\nFROM $A", #"{"A":"$B"}"#, ""),
        ("ARG A=y\nFROM $A", #"{"A":1}"#, ""), ("ARG A=y\nFROM $A", "[]", ""),
    ]

    @Test("the client's values for ARG count as the engine counts them", arguments: arguments)
    func argument(_ text: String, _ given: String, _ name: String) {
        let names = try? plan(text, [("buildargs", given)]).imageNames
        #expect(names == (name.isEmpty ? nil : ["docker.io/library/\(name):latest"]))
    }

    @Test("a build ends at its target, and everything before it counts")
    func target() throws {
        let text = "FROM x AS a\nRUN one\nFROM y AS b\nRUN two\nFROM z\nRUN three"
        #expect(try plan(text, [("target", "A")]).runs == ["one"])
        #expect(try plan(text, [("target", "b")]).imageNames.count == 2)
        #expect(try plan(text, [("target", "")]).runs == ["one", "two", "three"])
        for target in ["c", "0", "\u{212A}"] {
            #expect(throws: DockerRefusal.self) { try plan(text, [("target", target)]) }
        }
        // All of it has to be a Dockerfile all the same.
        #expect(throws: DockerRefusal.self) { try plan(text + "\nFOO", [("target", "a")]) }
    }

    @Test(
        "threat 29: what a stage says that builds from it run may be run by a later stage",
        arguments: [
            ("FROM x AS a\nONBUILD RUN one\nFROM a", ["one"]),
            ("FROM x\nonbuild  run [\"one\"]", ["[\"one\"]"]),
            ("FROM x AS a\nONBUILD RUN one\nFROM a AS b\nRUN two", ["one", "two"]),
            ("FROM x\nONBUILD CMD one", []), ("FROM x\nONBUILD COPY one /", []),
        ])
    func laterStages(_ text: String, _ runs: [String]) throws {
        let plan = try plan(text)
        #expect(plan.runs == runs)
        #expect(plan.runsInBridge == !runs.isEmpty)
        #expect(plan.effects.first?.attributes["runs"] == .flag(!runs.isEmpty))
    }

    @Test("what bases say that builds from them do is done too")
    func triggers() throws {
        var plan = try plan("FROM x")
        try plan.take(triggers: [
            "RUN one", "ADD http://h/x /", "COPY --from=y / /", "USER z", "ONBUILD RUN no",
        ])
        // The last is done by a later stage that begins with this one.
        #expect(plan.runs == ["one", "no"])
        #expect(plan.fetches.map(\.host) == ["h"])
        #expect(plan.imageNames.count == 2)
        try plan.take(triggers: ["# escape=`\nADD ht`\ntp://i/ /"])
        #expect(plan.fetches.map(\.host) == ["h", "i"])
        for trigger in ["", "RUN one\nRUN two", "FROM y\nRUN x", "FOO"] {
            #expect(throws: DockerRefusal.self, "\(trigger)") {
                try plan.take(triggers: [trigger])
            }
        }
    }
}
