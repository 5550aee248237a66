import Foundation
import NIOCore
import NIOPosix
import Synchronization
import TLS
import TestKit
import Testing

/// The `openssl` tool is the judge: its server, which answers each line reversed, against our client.
@Suite("our client against openssl s_server")
struct OpenSSLServerTests {
    struct Outcome {
        var text = ""
        var established: TLSEstablished?
        var error: TLSError?
    }

    @Test(arguments: [("-tls1_2", TLSEstablished.Version.tls12), ("-tls1_3", .tls13)])
    func `a line goes there and comes back`(
        option: String, version: TLSEstablished.Version
    ) async throws {
        let server = try ToolServer("server", [option, "-alpn", "postgresql"])
        defer { server.stop() }
        let outcome = try await ask(server, Contexts.client(protocols: ["postgresql"]))
        #expect(outcome.text == "olleh\n")
        #expect(outcome.established?.version == version)
        #expect(outcome.established?.applicationProtocol == "postgresql")
        #expect(outcome.established?.peerCertificate?.commonName == "server")
        #expect(outcome.error == nil)
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `threat 3: the certificate of a stranger is refused, except by require`(
        option: String
    ) async throws {
        let server = try ToolServer("imposter", [option])
        defer { server.stop() }
        let refused = try await ask(server, Contexts.client())
        #expect(refused.error?.kind == .certificate)
        #expect(refused.text.isEmpty)
        let taken = try await ask(server, Contexts.client(ca: nil))
        #expect(taken.text == "olleh\n")
    }

    @Test(arguments: ["-tls1_2", "-tls1_3"])
    func `our client certificate is shown when it is demanded`(option: String) async throws {
        let files = try TestCertificates.shared.get()
        let demand = [
            option, "-Verify", "3", "-verify_return_error", "-CAfile", files.certificate("ca"),
        ]
        let server = try ToolServer("server", demand)
        defer { server.stop() }
        #expect(try await ask(server, Contexts.client(identity: "alice")).text == "olleh\n")
        let without = try await ask(server, Contexts.client())
        #expect(without.error?.kind == .alert)
        #expect(without.error?.reason.contains("client certificate") == true)
    }

    @Test func `threat 3: a server of TLS 1.1 is refused`() async throws {
        let server = try ToolServer("server", ["-tls1_1", "-cipher", "ALL:@SECLEVEL=0"])
        defer { server.stop() }
        let outcome = try await ask(server, Contexts.client(ca: nil))
        #expect(outcome.established == nil)
        #expect(outcome.error?.reason.contains("TLS 1.2 or 1.3 is needed") == true)
    }

    /// Sends `hello`, waits for an answer of one line or the end.
    private func ask(_ server: ToolServer, _ context: TLSContext) async throws -> Outcome {
        let group = MultiThreadedEventLoopGroup.singleton
        let outcome = SharedOutcome()
        let channel = try await ClientBootstrap(group: group)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = TLSHandler(
                        connection: try TLSConnection(context, serverName: "localhost"),
                        handshakeWithin: .seconds(30))
                    try channel.pipeline.syncOperations.addHandlers([handler, OneLine(outcome)])
                }
            }
            .connect(host: "127.0.0.1", port: server.port).get()
        channel.writeAndFlush(ByteBuffer(string: "hello\n"), promise: nil)
        try await channel.closeFuture.get()
        return outcome.held.withLock { $0 }
    }

    final class SharedOutcome: Sendable {
        let held = Mutex(Outcome())
    }

    private final class OneLine: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let outcome: SharedOutcome

        init(_ outcome: SharedOutcome) { self.outcome = outcome }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard let event = event as? TLSEstablished else { return }
            outcome.held.withLock { $0.established = event }
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let piece = String(buffer: unwrapInboundIn(data))
            let isWhole = outcome.held.withLock { held in
                held.text += piece
                return held.text.hasSuffix("\n")
            }
            if isWhole { context.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            guard let error = error as? TLSError else { return }
            outcome.held.withLock { $0.error = error }
        }
    }
}

/// `openssl s_server -rev` on a port of its own choosing.
private final class ToolServer {
    let port: Int
    private let server: Conversation

    init(_ name: String, _ options: [String]) throws {
        let files = try TestCertificates.shared.get()
        server = try Conversation(
            Command(
                "openssl",
                [
                    "s_server", "-rev", "-accept", "127.0.0.1:0", "-cert", files.certificate(name),
                    "-key", files.key(name),
                ] + options))
        guard server.expect("ACCEPT ") != nil, let address = server.expect("\n") else {
            throw ToolFailed(arguments: options, output: server.rest)
        }
        port = Int(address.dropLast().split(separator: ":").last ?? "") ?? 0
    }

    func stop() {
        server.killNow()
        server.finish()
    }
}
