import NIOCore
import NIOPosix
import Testing

@testable import TLS

@Suite("What is said of a connection that cannot be made")
struct NetworkReasonTests {
    private let loops = MultiThreadedEventLoopGroup.singleton

    /// Nobody's, and never given out by the system.
    private let port = 1

    private func failure(_ host: String) async throws -> any Error {
        try await #require(throws: (any Error).self) {
            // A server of names may take its time, which is no answer of the address.
            try await ClientBootstrap(group: loops).connectTimeout(.seconds(120))
                .connect(host: host, port: port).get()
        }
    }

    @Test("an address that refuses is said to refuse, and no more")
    func refused() async throws {
        let error = try await failure("127.0.0.1")
        #expect(networkReason(error) == "connection refused")
    }

    @Test("of a name each address that was tried has its reason")
    func named() async throws {
        let reasons = networkReason(try await failure("localhost"))
        #expect(reasons.contains("127.0.0.1: connection refused"), "\(reasons)")
        #expect(!reasons.contains("("), "\(reasons)")
    }

    @Test("a name that leads nowhere is said to")
    func unknown() async throws {
        let error = try await failure("no-such-host.invalid")
        #expect(networkReason(error) == "the name `no-such-host.invalid` cannot be looked up")
    }

    @Test("a socket that is not there, an address in use, a silent peer, and what else there is")
    func others() async throws {
        let missing = try await #require(throws: (any Error).self) {
            try await ClientBootstrap(group: loops)
                .connect(unixDomainSocketPath: "/nowhere/engine.sock").get()
        }
        #expect(networkReason(missing) == "no such file or directory")
        let channel = try await ServerBootstrap(group: loops).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(channel.localAddress?.port)
        let taken = try await #require(throws: (any Error).self) {
            try await ServerBootstrap(group: loops).bind(host: "127.0.0.1", port: port).get()
        }
        #expect(networkReason(taken) == "address already in use")
        try await channel.close()
        #expect(
            networkReason(ChannelError.connectTimeout(.seconds(15)))
                == "no answer within 15 seconds")
        #expect(networkReason(CancellationError()) == "CancellationError()")
    }
}
