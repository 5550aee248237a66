import Cryptography
import Foundation
import Testing
import Vocabulary

@testable import Shell

@Suite("What must be the same when a program comes again")
struct RetryEncodingTests {
    static func program() -> ProgramStart {
        ProgramStart(
            number: 7, parent: 3, isMain: true,
            executable: file("/usr/bin/dash", 0x11),
            script: file("/srv/app/deploy", 0x22),
            executedAs: Array("/srv/app/deploy".utf8),
            arguments: ["/bin/sh", "/srv/app/deploy", "production"].map { Array($0.utf8) },
            environment: ["PATH=/usr/bin", "SALLYPORT_SESSION=ses_1", "LANG=C"].map {
                Array($0.utf8)
            },
            directory: Array("/srv/app".utf8), userID: 1_000, groupID: 1_001)
    }

    static func file(_ path: String, _ byte: UInt8) -> ProgramFile {
        ProgramFile(
            path: Array(path.utf8), isVerified: true, mode: 0o100755,
            digest: Digest([UInt8](repeating: byte, count: 32)))
    }

    static func login() -> RunnerStart {
        RunnerStart(
            session: "ses_1", account: "deploy", command: [Array("make".utf8)],
            terminal: TerminalSize(columns: 80, rows: 24), environment: [Array("LANG=C".utf8)],
            directory: nil, writable: nil, allowsSetuid: false, processesMax: 512,
            allowedVariables: [], watched: [])
    }

    struct Change: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout ProgramStart) throws -> Void

        init(_ name: String, _ change: @escaping @Sendable (inout ProgramStart) throws -> Void) {
            testDescription = name
            self.change = change
        }
    }

    @Test(
        "numbers, processes and the session's own name do not matter",
        arguments: [
            Change("number") { $0.number = 8 },
            Change("parent") { $0.parent = 1 },
            Change("process") { $0.isMain = false },
            Change("names") { $0.executable.names = [Array("/bin/sh".utf8)] },
        ])
    func same(_ change: Change) throws {
        let program = Self.program()
        var other = program
        try change.change(&other)
        let first = program.retryEncoding(session: "ses_1")
        #expect(first != nil && other.retryEncoding(session: "ses_1") == first)
        other.environment[1] = Array("SALLYPORT_SESSION=ses_2".utf8)
        #expect(other.retryEncoding(session: "ses_2") == first)
    }

    static let changes: [Change] = [
        Change("another word") { $0.arguments[2] = Array("staging".utf8) },
        Change("one word more") { $0.arguments.append([]) },
        Change("words cut elsewhere") {
            $0.arguments = ["/bin/sh", "/srv/app/deploy produc", "tion"].map { Array($0.utf8) }
        },
        Change("a word as a variable") {
            $0.environment.insert($0.arguments.removeLast(), at: 0)
        },
        Change("another variable") { $0.environment[2] = Array("LANG=de".utf8) },
        Change("variables in another order") { $0.environment.swapAt(0, 2) },
        Change("another session's name") { $0.environment[1] = Array("SALLYPORT_SESSION=x".utf8) },
        Change("another name in its caller's eyes") { $0.executedAs = Array("./deploy".utf8) },
        Change("another directory") { $0.directory = Array("/srv".utf8) },
        Change("another executable's bytes") {
            $0.executable = file("/usr/bin/dash", 0x12)
        },
        Change("another executable's path") { $0.executable = file("/usr/bin/bash", 0x11) },
        Change("another script's bytes") { $0.script = file("/srv/app/deploy", 0x23) },
        Change("no script") { $0.script = nil },
        Change("another user") { $0.userID = 0 },
        Change("another effective user") { $0.effectiveUserID = 0 },
        Change("another group") { $0.groupID = 0 },
        Change("a terminal") { $0.isOnTerminal = true },
    ]

    @Test("everything else does", arguments: changes)
    func other(_ change: Change) throws {
        let program = Self.program()
        var other = program
        try change.change(&other)
        let encoding = other.retryEncoding(session: "ses_1")
        #expect(encoding != nil && encoding != program.retryEncoding(session: "ses_1"))
    }

    @Test(
        "what cannot be known again has no encoding",
        arguments: [
            Change("a file in memory") { $0.executable.isVerified = false },
            Change("unreadable") { $0.executable.digest = nil },
            Change("a script in memory") { $0.script?.isVerified = false },
            Change("an unreadable script") { $0.script?.digest = nil },
            Change("a script that may change") { $0.script?.isReplaceable = true },
        ])
    func unknown(_ change: Change) throws {
        var program = Self.program()
        try change.change(&program)
        #expect(program.retryEncoding(session: "ses_1") == nil)
    }

    @Test("a session's beginning has its account, command, terminal, environment and directory")
    func loginChanges() throws {
        let login = Self.login()
        var same = login
        same.session = "ses_2"
        same.terminal = TerminalSize(columns: 100, rows: 40)
        #expect(same.retryEncoding == login.retryEncoding)
        let changes: [(inout RunnerStart) -> Void] = [
            { $0.account = "root" }, { $0.command = [] }, { $0.isLine = true },
            { $0.terminal = nil },
            { $0.environment = [] }, { $0.directory = [] },
        ]
        for change in changes {
            var other = login
            change(&other)
            #expect(other.retryEncoding != login.retryEncoding)
        }
    }

    @Test(
        "threat 19: code that comes from elsewhere cannot be known again",
        arguments: [["-s"], [], ["-i"], ["/dev/stdin"], ["/dev/fd/3"], ["-x", "/proc/self/fd/0"]])
    func unseenCode(_ words: [String]) {
        let shell = ProgramFile(
            path: Array("/usr/bin/dash".utf8), isVerified: true, mode: 0o755,
            digest: Digest([UInt8](repeating: 1, count: 32)))
        let piped = start(shell, words, isOnTerminal: false)
        #expect(ProgramCode(of: piped).isUnseen && piped.retryEncoding(session: "ses_1") == nil)
        for seen in [["-c", "ls"], ["/srv/app/deploy"]] {
            let plain = start(shell, seen, isOnTerminal: false)
            #expect(!ProgramCode(of: plain).isUnseen)
            #expect(plain.retryEncoding(session: "ses_1") != nil)
        }
    }

    @Test("docs/consent-statement.md has the digests of both")
    func document() throws {
        let path = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../docs/consent-statement.md").path
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let encoding = try #require(Self.program().retryEncoding(session: "ses_1"))
        for bytes in [encoding, Self.login().retryEncoding] {
            let digest = SHA256.hash(bytes).hex
            let hex = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
            let lines = stride(from: 0, to: hex.count, by: 96).map {
                String(hex.dropFirst($0).prefix(96))
            }
            #expect(text.contains(digest), "\(digest)")
            #expect(text.contains(lines.joined(separator: "\n")), "\(lines)")
        }
    }
}
