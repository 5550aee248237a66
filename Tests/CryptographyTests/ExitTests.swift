import Cryptography
import Foundation
import TestKit
import Testing

private let childArgument = "end-while-threads-hash"

/// No test of its own: the test below runs this executable again with `childArgument`.
@Test("The process that ends", .enabled(if: CommandLine.arguments.contains(childArgument)))
func endsWhileThreadsHash() {
    let started = DispatchSemaphore(value: 0)
    for _ in 0..<8 {
        Thread.detachNewThread {
            started.signal()
            while true { _ = SHA256.hash(Random.bytes(64)) }
        }
    }
    for _ in 0..<8 { started.wait() }
    exit(7)
}

/// Programs end while threads of theirs still speak TLS: a command's status must not be lost in a crash.
@Suite("A process that ends")
struct ExitTests {
    @Test("ends with its own status while other threads still use OpenSSL")
    func endsWithItsOwnStatus() async throws {
        for _ in 0..<6 {
            let ended = try await Command(
                "/proc/self/exe",
                [
                    "--testing-library", "swift-testing", "--filter", "endsWhileThreadsHash",
                    childArgument,
                ]
            ).run()
            #expect(ended.status == 7, "\(ended)")
        }
    }
}
