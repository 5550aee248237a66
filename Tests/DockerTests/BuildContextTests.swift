import TestKit
import Testing

@testable import Docker

@Suite("Archives of builds")
struct BuildContextTests {
    typealias Entry = BuildArchive.Entry

    private static let dockerfile = Entry.file("Dockerfile", "FROM judged\nRUN true\n")
    private static let long = String(repeating: "long-", count: 30) + "name"

    static let taken: [(String, [Entry])] = [
        ("alone", [dockerfile]),
        ("with `./`", [.directory("./"), .file("./Dockerfile", "FROM judged\nRUN true\n")]),
        ("behind others", [.directory("a/"), .file("a/b", "FROM other"), dockerfile]),
        (
            "a directory that comes behind what is in it",
            [.file("a/b"), .directory("a/"), dockerfile]
        ),
        ("without a directory's own entry", [.file("a/b/c/d"), .file("a/b/e"), dockerfile]),
        (
            "a name in records",
            [.records([("path", "Dockerfile"), ("mtime", "1.5")]), .file("x", "FROM judged")]
        ),
        ("a long name of GNU's", [.longName(long), .file("long-", "x"), dockerfile]),
        (
            "a long name and goal of GNU's",
            [
                .longName(long), .longName(long, type: "K"), .symbolicLink("l", to: "l"),
                dockerfile,
            ]
        ),
        (
            "a name with a prefix",
            [.init(name: "Dockerfile", content: "FROM other", prefix: "sub"), dockerfile]
        ),
        ("links that nothing leads through", [.symbolicLink("l", to: "../../x"), dockerfile]),
        ("a hard link", [.file("a", "x"), .hardLink("b", to: "./a"), dockerfile]),
        ("git's comment", [.records([("comment", "abc")], type: "g"), dockerfile]),
        ("the older byte for a file", [dockerfile.patched(156, [0])]),
        (
            "a large owner as GNU writes it",
            [
                dockerfile.patched(257, Array("ustar  \0".utf8)).patched(
                    108, [0x80, 0, 0, 0, 1, 2, 3, 4])
            ]
        ),
        ("in lower case", [.file("dockerfile", "FROM judged")]),
        (
            "in lower case beside the other",
            [.file("dockerfile", "FROM other"), .file("Dockerfile", "FROM judged")]
        ),
        ("names in capitals are others", [.file("DOCKERFILE", "FROM other"), dockerfile]),
    ]

    @Test("the Dockerfile of a plain archive is judged", arguments: taken)
    func plain(_ what: String, _ entries: [Entry]) throws {
        let plan = try BuildArchive(entries).plan()
        #expect(plan.imageNames == ["docker.io/library/judged:latest"])
    }

    static let refused: [(String, [Entry])] = [
        // Which one the engine builds depends on what it has written before.
        ("is in it twice", [dockerfile, dockerfile]),
        ("is in it twice", [dockerfile, .file("./Dockerfile", "FROM evil")]),
        ("is in it twice", [.directory("Dockerfile"), dockerfile]),
        ("is in it twice", [.file("a/b"), .file("a"), dockerfile]),
        ("is in it twice", [.directory("a"), .symbolicLink("a", to: "."), dockerfile]),
        ("is in it twice", [dockerfile, .records([("path", "Dockerfile")]), .file("harmless")]),
        ("is in it twice", [dockerfile, .longName("Dockerfile"), .file("harmless")]),
        ("is in it twice", [dockerfile, .symbolicLink("Dockerfile", to: "real")]),
        ("is an absolute name", [dockerfile, .file("/Dockerfile")]),
        ("is no plain name", [dockerfile, .file("../Dockerfile")]),
        ("is no plain name", [dockerfile, .file("a/../Dockerfile")]),
        ("is no plain name", [dockerfile, .file("./../Dockerfile")]),
        ("is no plain name", [dockerfile, .file("././Dockerfile")]),
        ("is no plain name", [dockerfile, .file("a//b")]),
        ("is no plain name", [dockerfile, .file("a/./b")]),
        ("is no plain name", [dockerfile, .file("a/")]),
        ("is no plain name", [dockerfile, .file("")]),
        ("is no plain name", [dockerfile, .file("..")]),
        ("is no plain name", [dockerfile, .longName("x/x/../../Dockerfile"), .file("x")]),
        ("is behind a symbolic link", [dockerfile, .symbolicLink("d", to: "."), .file("d/x")]),
        ("is below a file", [dockerfile, .file("Dockerfile/x")]),
        ("is below a file", [dockerfile, .file("a"), .hardLink("b", to: "a"), .file("b/x")]),
        (
            "is a link: send the file itself",
            [.file("real", "x"), .symbolicLink("Dockerfile", to: "real")]
        ),
        (
            "is a link: send the file itself",
            [.file("real", "x"), .hardLink("Dockerfile", to: "real")]
        ),
        ("is a directory", [.directory("Dockerfile/")]),
        ("is a link to a file that is not before it", [dockerfile, .hardLink("x", to: "y")]),
        ("is no plain name", [dockerfile, .hardLink("x", to: "../../etc/passwd")]),
        ("is an absolute name", [dockerfile, .hardLink("x", to: "/etc/passwd")]),
        (
            "is a link to a file that is not before it",
            [dockerfile, .directory("d"), .hardLink("x", to: "d")]
        ),
        (
            "is a link to a file that is not before it",
            [dockerfile, .symbolicLink("l", to: "/"), .hardLink("x", to: "l")]
        ),
        ("is a device", [dockerfile, .init(name: "x", type: "3")]),
        ("is a device", [dockerfile, .init(name: "x", type: "4")]),
        ("is a pipe", [dockerfile, .init(name: "x", type: "6")]),
        ("is a sparse file", [dockerfile, .init(name: "x", type: "S")]),
        ("of an unknown kind", [dockerfile, .init(name: "x", type: "7")]),
        ("of an unknown kind", [dockerfile, .init(name: "x", type: "V")]),
        ("of an unknown kind", [dockerfile, .init(name: "x", type: "X")]),
        ("has bytes that is no file", [dockerfile, .init(name: "x", type: "5", content: "x")]),
        (
            "has bytes that is no file",
            [dockerfile, .init(name: "x", type: "2", content: "x", link: "y")]
        ),
        ("checksum", [dockerfile.damaged(0, [0x64])]),
        ("checksum", [dockerfile.damaged(148, Array("        ".utf8))]),
        ("no tar archive of a known kind", [dockerfile.patched(257, [0, 0, 0, 0, 0, 0, 0, 0])]),
        ("no tar archive of a known kind", [dockerfile.patched(263, Array("  ".utf8))]),
        ("fields of another kind", [dockerfile.patched(508, Array("tar\0".utf8))]),
        (
            "fields of another kind",
            [dockerfile.patched(257, Array("ustar  \0".utf8)).patched(345, Array("evil".utf8))]
        ),
        ("the size", [dockerfile.patched(124, [0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1])]),
        ("the size", [dockerfile.patched(124, Array("-0000000001\0".utf8))]),
        ("the size", [dockerfile.patched(124, [UInt8](repeating: 0, count: 12))]),
        ("the size", [dockerfile.patched(124, Array("12 34567890\0".utf8))]),
        ("a number of an entry", [dockerfile.patched(108, Array("99999999".utf8))]),
        (
            "a number of an entry",
            [dockerfile.patched(136, [0x80, 1] + [UInt8](repeating: 0, count: 10))]
        ),
        ("goes on behind its end", [dockerfile.patched(20, Array("evil".utf8))]),
        ("twice", [.records([("path", "a"), ("path", "b")]), dockerfile]),
        ("twice", [.records([("path", "a")]), .records([("path", "b")]), dockerfile]),
        ("twice", [.records([("path", "a")]), .longName("b"), dockerfile]),
        ("twice", [.longName("b"), .records([("path", "a")]), dockerfile]),
        ("twice", [.longName("b"), .longName("c"), dockerfile]),
        ("two sizes", [.records([("size", "3")]), dockerfile]),
        (
            "`GNU.sparse.map` of an entry is not known",
            [.records([("GNU.sparse.map", "0,1")]), dockerfile]
        ),
        (
            "`GNU.sparse.name` of an entry",
            [.records([("GNU.sparse.name", "Dockerfile")]), dockerfile]
        ),
        ("is not known", [.records([("SCHILY.xattr.trusted.x", "y")]), dockerfile]),
        ("is not known", [.records([("PATH", "x")]), dockerfile]),
        ("is none", [.records([("path", "")]), dockerfile]),
        ("is none", [.records([("path", "a\0b")]), dockerfile]),
        ("are none", [.init(name: "x", type: "x", content: "7 path=a\n"), dockerfile]),
        ("are none", [.init(name: "x", type: "x", content: "999 path=a\n"), dockerfile]),
        ("are none", [.init(name: "x", type: "x", content: "010 path=a\n"), dockerfile]),
        ("are none", [.init(name: "x", type: "x", content: "path=a\n"), dockerfile]),
        ("is none", [.init(name: "x", type: "L", content: "a\0b\0"), dockerfile]),
        ("is none", [.init(name: "x", type: "L"), dockerfile]),
        ("`path` of the archive", [.records([("path", "Dockerfile")], type: "g"), dockerfile]),
        ("amid it", [dockerfile, .records([("comment", "x")], type: "g")]),
        (
            "amid it",
            [.records([("path", "a")]), .records([("comment", "x")], type: "g"), dockerfile]
        ),
        ("ends before an entry that it began", [dockerfile, .records([("path", "a")])]),
        ("ends before an entry that it began", [dockerfile, .longName("a")]),
        (
            "the records of an entry are too long",
            [.init(name: "x", type: "x", size: "00000200001\0")]
        ),
        ("Cannot locate specified Dockerfile: Dockerfile", [.file("DOCKERFILE", "FROM x")]),
        ("Cannot locate specified Dockerfile: Dockerfile", []),
        // The engine looks for these bytes again in the archive that it makes of this one.
        ("begins like a compressed file", [.records([("path", "BZh9")]), .file("x"), dockerfile]),
        (
            "begins like a compressed file",
            [.records([("path", "a/BZh9")]), .file("x"), dockerfile]
        ),
        ("it is compressed (bzip2)", [.file("BZh91AY"), dockerfile]),
    ]

    @Test(
        "threats 28, 29: an archive that could be unpacked to another Dockerfile is refused",
        arguments: refused)
    func ambiguous(_ problem: String, _ entries: [Entry]) {
        let refusal = #expect(throws: DockerRefusal.self) { try BuildArchive(entries).plan() }
        #expect(refusal?.message.contains(problem) == true, "\(refusal?.message ?? "")")
    }

    static let ends: [(String, [UInt8])] = [
        ("ends before its end", [UInt8](repeating: 0, count: 511)),
        ("ends before its end", [UInt8](repeating: 0, count: 512)),
        ("ends before its end", [UInt8](repeating: 0, count: 1023)),
        ("stands behind the archive's end", BuildArchive.end + [1]),
        (
            "stands behind the archive's end",
            BuildArchive([.file("Dockerfile", "FROM evil")], end: [UInt8](repeating: 0, count: 512))
                .bytes
        ),
        (
            "stands behind the archive's end",
            [UInt8](repeating: 0, count: 512)
                + BuildArchive([.file("Dockerfile", "FROM evil")]).bytes
        ),
        (
            "stands behind the archive's end",
            BuildArchive.end + BuildArchive([.file("Dockerfile", "FROM evil")]).bytes
        ),
        ("stands behind the archive's end", BuildArchive.end + Array("&networkmode=host".utf8)),
    ]

    @Test(
        "threat 28: an archive has one end, and nothing behind it but empty blocks", arguments: ends
    )
    func end(_ problem: String, _ end: [UInt8]) throws {
        let refusal = #expect(throws: DockerRefusal.self) {
            try BuildArchive([Self.dockerfile], end: end).plan()
        }
        // A second archive right behind the first is one with a name twice.
        let isOther = refusal?.message.contains("is in it twice") == true
        #expect(refusal?.message.contains(problem) == true || isOther, "\(refusal?.message ?? "")")
        let unended = BuildArchive([Self.dockerfile], end: []).bytes
        // So does docker's command line with a Dockerfile from elsewhere: up to the last byte of the last file.
        for count in [0, 1, 491] { _ = try BuildArchive.plan([Array(unended.dropLast(count))]) }
        #expect(throws: DockerRefusal.self) {
            try BuildArchive.plan([Array(unended.dropLast(492))])
        }
        let padded = BuildArchive.end + [UInt8](repeating: 0, count: 9 * 512 + 3)
        _ = try BuildArchive([Self.dockerfile], end: padded).plan()
    }

    @Test(
        "an archive that is compressed is refused with what to do",
        arguments: [
            ("gzip", [0x1F, 0x8B, 8]), ("bzip2", Array("BZh9".utf8)),
            ("xz", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]),
        ], [0, 20, 2000])
    func compressed(_ what: (String, [UInt8]), _ more: Int) {
        let bytes = what.1 + [UInt8](repeating: 7, count: more)
        let refusal = #expect(throws: DockerRefusal.self) { try BuildArchive.plan([bytes]) }
        #expect(refusal?.message.contains("compressed (\(what.0))") == true)
        #expect(refusal?.message.contains("without `--compress`") == true)
    }

    @Test(
        "a text is no archive",
        arguments: ["", "FROM evil\n", String(repeating: "FROM evil\n", count: 100)])
    func text(_ text: String) {
        #expect(throws: DockerRefusal.self) { try BuildArchive.plan([Array(text.utf8)]) }
    }

    @Test("an archive is the same in whatever pieces it comes")
    func pieces() throws {
        let bytes = BuildArchive([
            .records([("path", "Dockerfile")]), .file("x", "FROM judged"), .longName("y"),
            .file("z"),
        ]).bytes
        let whole = try BuildArchive.plan([bytes])
        #expect(whole.imageNames == ["docker.io/library/judged:latest"])
        for pieces in splits(of: bytes) {
            let plan = try? BuildArchive.plan(pieces)
            guard plan == whole else {
                Issue.record(
                    "another plan in \(pieces.count) pieces, \(pieces[0].count) bytes first")
                return
            }
        }
    }

    @Test("what is refused is refused alike in whatever pieces it comes", arguments: refused)
    func refusedPieces(_ problem: String, _ entries: [Entry]) {
        let bytes = BuildArchive(entries).bytes
        let whole = #expect(throws: DockerRefusal.self) { try BuildArchive.plan([bytes]) }
        for size in [1, 7, 511, 513] {
            let pieces = stride(from: 0, to: bytes.count, by: size).map {
                Array(bytes[$0..<min($0 + size, bytes.count)])
            }
            let refusal = #expect(throws: DockerRefusal.self) { try BuildArchive.plan(pieces) }
            #expect(refusal == whole)
        }
    }

    @Test("nothing is taken any more behind a refusal")
    func sticks() throws {
        var context = BuildContext(try BuildArchive.settings([]))
        let bad = BuildArchive([.file("/x")]).bytes
        #expect(throws: DockerRefusal.self) { try bad.withUnsafeBytes { try context.take($0) } }
        let good = BuildArchive([Self.dockerfile]).bytes
        #expect(throws: DockerRefusal.self) { try good.withUnsafeBytes { try context.take($0) } }
        #expect(throws: DockerRefusal.self) { try context.finish() }
    }

    @Test("names are bounded, each and all together, also those of directories that they imply")
    func bounded() throws {
        func refusal(_ entries: [Entry]) -> DockerRefusal? {
            #expect(throws: DockerRefusal.self) { try BuildArchive(entries).plan() }
        }
        let deep = String(repeating: "a/", count: BuildLimits.pathBytesMax / 2)
        #expect(
            refusal([.records([("path", deep + "b")]), .file("x")])?.message.contains("too long")
                == true)
        let names = (0..<20).flatMap { number -> [Entry] in
            [.records([("path", "\(number)/" + deep.dropLast(100) + "b")]), .file("x")]
        }
        #expect(refusal(names)?.status == 413)
        let text = String(repeating: "#", count: BuildLimits.dockerfileBytesMax + 1)
        #expect(refusal([.file("Dockerfile", text)])?.status == 413)
    }

    static let places: [(query: String, files: [String])] = [
        ("", ["Dockerfile"]), ("", ["dockerfile"]), ("Dockerfile", ["dockerfile"]),
        ("sub/D", ["sub/D"]), ("./sub/D", ["sub/D"]), ("/sub/D", ["sub/D"]),
        ("sub/D", ["./sub/D", "Dockerfile"]), (".dockerfile.0a1b", [".dockerfile.0a1b"]),
    ]

    @Test("the Dockerfile is the one that the query names", arguments: places)
    func place(_ query: String, _ files: [String]) throws {
        let entries = files.enumerated().map { index, name in
            Entry.file(name, index == 0 ? "FROM judged" : "FROM other")
        }
        let plan = try BuildArchive(entries).plan([("dockerfile", query)])
        #expect(plan.imageNames == ["docker.io/library/judged:latest"])
    }

    @Test(
        "of two names the first counts, as for the engine: docker-py sends the text behind the name"
    )
    func firstName() throws {
        let archive = BuildArchive([.file("x", "FROM judged"), .file("y", "FROM other")])
        let plan = try archive.plan([("dockerfile", "x"), ("dockerfile", "y")])
        #expect(plan.imageNames == ["docker.io/library/judged:latest"])
    }

    @Test(
        "a Dockerfile that is not there, or not surely there, is refused",
        arguments: [
            "other", "../Dockerfile", "sub/../Dockerfile", "sub//D", "sub/", "./", "/", "link/D",
            "dockerfile",
            "Dockerfile\0",
        ])
    func missing(_ query: String) {
        let archive = BuildArchive([
            .file("Dockerfile", "FROM x"), .file("sub/D", "FROM y"),
            .symbolicLink("link", to: "sub"),
        ])
        #expect(throws: DockerRefusal.self) { try archive.plan([("dockerfile", query)]) }
    }
}
