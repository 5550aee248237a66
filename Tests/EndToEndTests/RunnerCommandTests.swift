import Foundation
import TestKit
import Testing

@Suite("The runner's command", .realParts)
struct RunnerCommandTests {
    static let changes: [(command: String, says: String)] = [
        ("true", "runner.pem` is"), ("chmod 600 D/runner.pem", "certificate"),
        ("chmod 770 D", "is open to others"), ("chmod 707 D", "is open to others"),
        ("chown 54321 D", "another account's"), ("chmod 620 D/gateway", "is open to others"),
        ("chown 54321 D/gateway", "another account's"),
        ("chmod 602 D/ca.pem", "is open to others"), ("chown 54321 D/ca.pem", "another account's"),
        ("chmod 600 D/runner.pem; chown 54321 D/runner.pem", "another account's"),
        ("mv D/ca.pem D/other; ln -s other D/ca.pem", "no plain file"), ("rm D/ca.pem", "No such"),
    ]

    @Test("does not start with an enrolment that others may change", arguments: changes)
    func enrolment(_ command: String, _ says: String) async throws {
        try ShellGateway.makeSureOfAccount()
        let scratch = try ScratchDirectory()
        let directory = scratch.file("enrolment")
        let made = try await Command(
            "sh",
            [
                "-c",
                """
                umask 077; mkdir D; printf localhost:1 > D/gateway; echo no > D/ca.pem
                echo no > D/runner.pem; chmod 604 D/runner.pem; \(command)
                """.replacingOccurrences(of: "D", with: directory),
            ]
        ).run()
        #expect(made.status == 0, "\(made)")
        let said = try await Command(
            TestGateway.binaries + "/sallyportd",
            ["runner", "--dir", directory, "--account", ShellGateway.account]
        ).run()
        #expect(said.status == 1)
        #expect(said.err.contains(says), "\(said)")
    }

    @Test("takes no more sessions than it has files for, and those that are there go on")
    func fewFiles() async throws {
        let runner = try LocalRunner(files: 80)
        defer { runner.stop() }
        let first = try runner.connect()
        let second = try runner.connect()
        let third = try runner.connect()
        defer { for file in [first, second, third] { close(file) } }
        var said = [UInt8](repeating: 0, count: 1_000)
        let count = max(0, read(third, &said, said.count))
        #expect(String(decoding: said[..<count], as: UTF8.self).contains("takes no more"))
        var byte: UInt8 = 0
        #expect(read(third, &byte, 1) == 0)
        for file in [first, second] {
            #expect(recv(file, &byte, 1, Int32(MSG_DONTWAIT)) == -1 && errno == EAGAIN)
        }
    }

    @Test("does not take the socket of another that answers, and that of one that is gone")
    func taken() async throws {
        let runner = try LocalRunner(files: 1_000)
        defer { runner.stop() }
        let words = ["runner", "--socket", runner.socket, "--account", ShellGateway.account]
        let second = try await Command(TestGateway.binaries + "/sallyportd", words).run()
        #expect(second.status == 1 && second.err.contains("another runner"), "\(second)")
        // The first still answers.
        close(try runner.connect())
        runner.program.killNow()
        runner.program.finish()
        let third = try Conversation(Command(TestGateway.binaries + "/sallyportd", words))
        processes.add(third.processIdentifier)
        #expect(third.expect("listening at") != nil)
        third.killNow()
        third.finish()
        processes.remove(third.processIdentifier)
    }

    @Test("does not let sessions be the gateway's own account, unless that is said")
    func gatewayAccount() async throws {
        try ShellGateway.makeSureOfAccount()
        let words = [
            "runner", "--socket", "/proc/none/runner.sock", "--account", ShellGateway.account,
            "--gateway-user", ShellGateway.account,
        ]
        let program = TestGateway.binaries + "/sallyportd"
        let refused = try await Command(program, words).run()
        #expect(refused.err.contains("--allow-gateway-account"), "\(refused)")
        let allowed = try await Command(program, words + ["--allow-gateway-account"]).run()
        #expect(!allowed.err.contains("--allow-gateway-account"), "\(allowed)")
    }

    @Test("waits with connections that it has no descriptor for")
    func noFiles() async throws {
        let runner = try LocalRunner(files: 1_000)
        defer { runner.stop() }
        try limitFiles(of: runner.program, 3)
        let connection = try runner.connect()
        defer { close(connection) }
        #expect(runner.program.expect("no connection is taken for a while") != nil)
        try limitFiles(of: runner.program, 1_000)
        // No frame: when it is read, the connection ends.
        let bytes = [UInt8](repeating: 0xFF, count: 8)
        #expect(write(connection, bytes, bytes.count) == bytes.count)
        var byte: UInt8 = 0
        #expect(read(connection, &byte, 1) == 0)
    }
}

/// From now on a program may have so many files open; those that it has stay.
func limitFiles(of program: Conversation, _ count: Int) throws {
    let said = try Command(
        "prlimit", ["--pid", "\(program.processIdentifier)", "--nofile=\(count):"]
    ).runToEnd()
    guard said.status == 0 else { throw Failure("prlimit: \(said)") }
}

/// A runner without a gateway, with so many files at most.
private struct LocalRunner {
    let program: Conversation
    private let directory = "/run/sallyport-test-\(UUID().uuidString.prefix(8))"
    var socket: String { directory + "/runner.sock" }

    init(files: Int) throws {
        try ShellGateway.makeSureOfAccount()
        program = try Conversation(
            Command(
                "sh",
                [
                    "-c", "ulimit -n \(files); exec \"$@\"", "sh",
                    TestGateway.binaries + "/sallyportd", "runner", "--socket",
                    directory + "/runner.sock", "--account", ShellGateway.account,
                ]))
        processes.add(program.processIdentifier)
        guard program.expect("listening at") != nil else {
            throw Failure("runner: \(program.rest)")
        }
        let mode = try FileManager.default.attributesOfItem(atPath: directory)[.posixPermissions]
        guard mode as? Int == 0o755 else { throw Failure("the socket is out of reach") }
    }

    func stop() {
        program.killNow()
        program.finish()
        processes.remove(program.processIdentifier)
        try? FileManager.default.removeItem(atPath: directory)
    }

    func connect() throws -> Int32 {
        let file = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        // A test that waits in vain fails.
        var patience = timeval(tv_sec: 60, tv_usec: 0)
        setsockopt(
            file, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(socket.utf8)) }
        let connected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard connected == 0 else { throw Failure("connect: \(errno)") }
        return file
    }
}
