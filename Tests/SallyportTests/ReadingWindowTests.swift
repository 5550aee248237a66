import NIOCore
import NIOPosix
import Testing

@testable import ControlClient

@Suite("What of an answer waits for its reader")
struct ReadingWindowTests {
    @Test("is bounded: nothing more is read until half of it is taken")
    func bounded() async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        let window = ReadingWindow()
        window.opened(channel)
        func reads() async throws -> Bool { try await channel.getOption(.autoRead).get() }
        window.came(Limits.waitingBytesMax - 1)
        #expect(try await reads())
        window.came(1)
        #expect(try await !reads())
        window.came(100)
        window.took(Limits.waitingBytesMax / 2)
        #expect(try await !reads())
        window.took(100)
        #expect(try await reads())
        window.took(Limits.waitingBytesMax / 2)
        #expect(try await reads())
        try await channel.close()
    }
}
