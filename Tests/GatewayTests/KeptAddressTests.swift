import NIOCore
import NIOPosix
import Synchronization
import Testing
import Vocabulary

@testable import Gateway

@Suite("A kept address")
struct KeptAddressTests {
    private let loops = MultiThreadedEventLoopGroup.singleton
    /// Nobody else's: a port of 127.0.0.1 that is closed may be another's at once.
    private let host = "127.\(UInt8.random(in: 1...254)).\(UInt8.random(in: 1...254)).1"

    private func listen() async throws -> (channel: any Channel, port: Int) {
        let channel = try await ServerBootstrap(group: loops).bind(host: host, port: 0).get()
        return (channel, try #require(channel.localAddress?.port))
    }

    private func reached(_ kept: KeptAddress, port: Int, at nanoseconds: UInt64) async throws
        -> Int?
    {
        let channel = try await kept.connect(
            { ClientBootstrap(group: loops) }, host: host, port: port,
            clock: { MonotonicTime(nanoseconds: nanoseconds) }
        ).get()
        defer { channel.close(promise: nil) }
        return channel.remoteAddress?.port
    }

    @Test("is used until its time is over, and no longer than somebody answers there")
    func life() async throws {
        let (first, second) = (try await listen(), try await listen())
        let kept = KeptAddress()
        let over = GatewayLimits.keptAddressNanoseconds
        #expect(try await reached(kept, port: first.port, at: 0) == first.port)
        // What is dialled shows by the port: a kept address has its own.
        #expect(try await reached(kept, port: second.port, at: over - 1) == first.port)
        #expect(try await reached(kept, port: second.port, at: over) == second.port)
        try await second.channel.close()
        #expect(try await reached(kept, port: first.port, at: over + 1) == first.port)
        try await first.channel.close()
        await #expect(throws: (any Error).self) {
            try await reached(kept, port: first.port, at: over + 2)
        }
    }
}
