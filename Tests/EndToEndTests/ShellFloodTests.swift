import Foundation
import Shell
import TestKit
import Testing

@Suite("Floods in shell sessions", .realParts)
struct ShellFloodTests {
    static let floods: [(what: String, frame: [UInt8])] = [
        ("sizes", TerminalSize(columns: 80, rows: 24).frame),
        ("signals", frame(.signal, [0, 0, 0, UInt8(SIGWINCH)])),
        ("input without a byte", frame(.input)),
    ]

    @Test(
        "threat 34: while the runner takes nothing, the client's socket is not read, and nothing of the flood is lost or kept in memory",
        arguments: floods.indices)
    func client(index: Int) async throws {
        let shells = try ShellGateway()
        let client = try FrameClient(shells, token: try await shells.agent(), ["cat"])
        try client.send(frame(.input, [0x61]))
        #expect(try client.next(.output) == [0x61])
        let gateway = shells.gateway.daemon.processIdentifier
        let before = try memory(of: gateway)
        kill(shells.runner.processIdentifier, SIGSTOP)
        defer { kill(shells.runner.processIdentifier, SIGCONT) }
        let chunk = Array(repeatElement(Self.floods[index].frame, count: 4_096).joined())
        let most = 64 << 20
        var taken = 0
        while taken < most, try client.offer(chunk) { taken += chunk.count }
        // What two sockets hold, and no more.
        #expect(taken < most / 2)
        #expect(try memory(of: gateway) < before + 16 << 20)
        kill(shells.runner.processIdentifier, SIGCONT)
        try client.send(frame(.input, [0x62]))
        #expect(try client.next(.output) == [0x62])
        #expect(try memory(of: shells.runner.processIdentifier) < 64 << 20)
    }

    @Test("input and output without end are kept by nobody on the way")
    func endless() async throws {
        let shells = try ShellGateway(policies: [Policies.transfers])
        let token = try await shells.agent()
        let (gateway, runner) = (
            shells.gateway.daemon.processIdentifier, shells.runner.processIdentifier
        )
        let before = (try memory(of: gateway), try memory(of: runner))
        let line =
            "head -c 96000000 /dev/zero | \"$0\" exec host -- sh -c 'dd bs=777 2>/dev/null' | dd bs=777 2>/dev/null | wc -c"
        var both = shells.agent(token, ["-c", line, TestGateway.binaries + "/sallyport"])
        both.program = "/bin/sh"
        let said = try await both.run()
        #expect(said.out == "96000000\n", "\(said)")
        // The most that they ever had.
        #expect(try memory(of: gateway, "VmHWM") < before.0 + 48 << 20)
        #expect(try memory(of: runner, "VmHWM") < before.1 + 24 << 20)
    }

    /// Bytes.
    private func memory(of process: Int32, _ what: String = "VmRSS") throws -> Int {
        let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
        let line = status.split(separator: "\n").first { $0.hasPrefix(what + ":") }
        return try #require(line?.split(separator: " ").dropFirst().first.flatMap { Int($0) }) << 10
    }
}
