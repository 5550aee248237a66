import ControlClient
import Foundation
import Shell
import TestKit
import Testing

/// A client that sends what no `sallyport exec` does.
final class FrameClient {
    private let link: FrameLink
    private var frames: [(FrameType, [UInt8])] = []

    init(_ shells: ShellGateway, token: String, _ command: [String], terminal: TerminalSize? = nil)
        throws
    {
        let address = try #require(GatewayAddress("localhost:\(shells.gateway.port)"))
        let opening = ShellOpening(
            token: token, target: "host", command: command.map { Array($0.utf8) },
            terminal: terminal, application: "frames")
        link = try ShellClient.connect(
            to: address, caFile: shells.gateway.home + "/certs/ca.pem", opening: opening)
        _ = try next(.opened)
    }

    func send(_ frame: [UInt8]) throws {
        guard try offer(frame, milliseconds: 60_000) else { throw Failure("nothing is taken") }
    }

    /// False when the gateway has taken nothing for so long.
    func offer(_ bytes: [UInt8], milliseconds: Int32 = 3_000) throws -> Bool {
        link.sendFrames(bytes)
        while link.pendingBytes > 0 {
            let before = link.pendingBytes
            try link.flush()
            guard link.pendingBytes > 0, link.pendingBytes == before else { continue }
            var files = [pollfd(fd: link.descriptor, events: Int16(POLLOUT), revents: 0)]
            guard poll(&files, 1, milliseconds) > 0 else { return false }
        }
        return true
    }

    /// The next frame of that type; those before it are passed over.
    func next(_ wanted: FrameType) throws -> [UInt8] {
        while true {
            try link.flush()
            while try link.next({ type, body in frames.append((type, Array(body))) }) {}
            if let place = frames.firstIndex(where: { $0.0 == wanted }) {
                defer { frames.removeFirst(place + 1) }
                return frames[place].1
            }
            guard !link.isAtEnd else { throw Failure("ended: \(frames)") }
            let events = Int16(POLLIN) | (link.wantsWrite ? Int16(POLLOUT) : 0)
            var files = [pollfd(fd: link.descriptor, events: events, revents: 0)]
            guard poll(&files, 1, 60_000) > 0 else { throw Failure("no \(wanted): \(frames)") }
            try link.receive()
        }
    }
}
