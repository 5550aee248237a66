import Cryptography
import Foundation
import TestKit
import Testing

private let childArgument = "end-amid-openssl"

/// No test of its own: the test below runs this executable again with `childArgument`.
@Test("The process that ends", .enabled(if: CommandLine.arguments.contains(childArgument)))
func endsAmidOpenSSL() {
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
    /// No exit test of the testing library, which asks the system for any child of this process that has ended: as long as
    /// there is another's that nobody has collected, it gets that one, again and again.
    @Test("ends with its own status while other threads still use OpenSSL", arguments: 1...6)
    func endsWithItsOwnStatus(_: Int) async throws {
        let said = try await Command(
            "/proc/self/exe",
            ["--testing-library", "swift-testing", "--filter", "endsAmidOpenSSL", childArgument]
        ).run()
        #expect(said.status == 7, "\(said)")
    }
}
