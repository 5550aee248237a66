import Foundation
import TestKit
import Testing

/// Whatever a stock client can ask for beside a session's streams.
@Suite("threat 33: forwarding by ssh", .realParts)
struct SSHForwardingTests {
    struct Way: CustomTestStringConvertible, Sendable {
        let testDescription: String
        /// `L`: where the client listens; `S`: where somebody answers, on the gateway's machine.
        let options: [String]
        let curl: [String]
    }

    static let ways = [
        Way(
            testDescription: "-L", options: ["-L", "L:127.0.0.1:S"],
            curl: ["http://127.0.0.1:L/"]),
        Way(
            testDescription: "-L to a socket with a path", options: ["-L", "L:/run/dbus/socket"],
            curl: ["http://127.0.0.1:L/"]),
        Way(
            testDescription: "-D", options: ["-D", "L"],
            curl: ["--socks5", "127.0.0.1:L", "http://127.0.0.1:S/"]),
    ]

    @Test("threat 33: a port of the client's leads nowhere", arguments: ways)
    func local(_ way: Way) async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let server = try Answering()
        defer { server.stop() }
        let direct = try await curl(["http://127.0.0.1:\(server.port)/"])
        #expect(direct.out == "reached", "\(direct)")
        let port = try freePort()
        func filled(_ words: [String]) -> [String] {
            words.map {
                $0.replacing("L", with: "\(port)").replacing("S", with: "\(server.port)")
            }
        }
        let options = [way.options[0]] + filled(Array(way.options.dropFirst()))
        let ssh = try Conversation(
            clients.client("ssh", ["-v", "-N"] + options + ["host.sallyport"]))
        defer {
            ssh.terminate()
            ssh.finish()
        }
        #expect(ssh.expect("forwarding listening on") != nil, "\(ssh.rest)")
        #expect(ssh.expect("Entering interactive session") != nil, "\(ssh.rest)")
        let said = try await curl(filled(way.curl))
        #expect(said.status != 0 && said.out == "", "\(said)")
        #expect(ssh.expect("open failed") != nil, "\(ssh.rest)")
        #expect(server.count == 1)
    }

    @Test("threat 33: a target is no way to another host")
    func jump() async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let server = try Answering()
        defer { server.stop() }
        let said = try await clients.ssh(
            [
                "-o", "ProxyCommand=ssh -F \"\(clients.configuration)\" -W %h:%p host.sallyport",
                "-p",
                "\(server.port)", "127.0.0.1", "echo in",
            ])
        #expect(said.status == 255 && said.out == "", "\(said)")
        #expect(said.err.contains("administratively prohibited"), "\(said)")
        #expect(server.count == 0)
    }

    @Test(
        "threat 33: there is no tunnel, of either kind",
        .enabled(if: access("/dev/net/tun", R_OK | W_OK) == 0),
        arguments: ["point-to-point", "ethernet"])
    func tunnel(kind: String) async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        let said = try await clients.ssh(
            ["-v", "-o", "Tunnel=\(kind)", "-w", "any:any", "host.sallyport", "echo in"])
        #expect(said.err.contains("Requesting tun"), "\(said)")
        #expect(said.err.contains("open failed"), "\(said)")
        #expect(said.out == "in\n")
    }

    @Test("threat 33: a trusted display is lent no more than another")
    func display() async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.transfers]))
        var ssh = clients.client("ssh", ["-v", "-Y", "host.sallyport", "echo display=$DISPLAY"])
        ssh.environment["DISPLAY"] = ":99"
        let said = try await ssh.run()
        #expect(said.err.contains("Requesting X11 forwarding"), "\(said)")
        #expect(said.out == "display=\n", "\(said)")
    }

    @Test(
        "threat 33: however a client asks for a program, it is judged",
        arguments: [
            ["host.sallyport", "wget -V"], ["-tt", "host.sallyport", "wget -V"],
            ["-o", "RemoteCommand=wget -V", "host.sallyport"], ["host.sallyport"],
        ])
    func judged(words: [String]) async throws {
        let clients = try await SSHClients(ShellGateway(policies: [Policies.loginShells]))
        let said = try await clients.ssh(words, input: "wget -V\nexit $?\n")
        #expect(said.status == 126, "\(said)")
        #expect((said.err + said.out).contains("hosts/no-downloads"), "\(said)")
        let programs = try await clients.shells.recordedPrograms()
        #expect(programs.contains(RecordedProgram(words: "wget -V", verdict: "deny")))
    }

    private func curl(_ words: [String]) async throws -> Output {
        try await Command("/usr/bin/curl", ["-s", "--max-time", "60"] + words)
            .run()
    }
}

/// Answers every connection to a port of the loopback address, and counts them.
private final class Answering: Sendable {
    let port: Int
    private let program: Conversation

    init() throws {
        port = try freePort()
        program = try Conversation(
            Command("/usr/bin/python3", ["-u", "-c", Self.script, "\(port)"]))
        guard program.expect("listening") != nil else { throw Failure(program.rest) }
    }

    /// How often somebody came. It stops.
    var count: Int {
        stop()
        return program.finish().out.components(separatedBy: "came").count - 1
    }

    func stop() {
        program.killNow()
        program.finish()
    }

    private static let script = """
        import socket, sys
        door = socket.create_server(('127.0.0.1', int(sys.argv[1])))
        print('listening')
        while True:
            client, _ = door.accept()
            print('came')
            client.recv(65536)
            client.sendall(b'HTTP/1.0 200 OK\\r\\n\\r\\nreached')
            client.close()
        """
}
