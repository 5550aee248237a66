import Cryptography
import Foundation
import Testing

/// Programs end while threads of theirs still speak TLS: a command's status must not be lost in a crash.
@Suite("A process that ends")
struct ExitTests {
    @Test("ends with its own status while other threads still use OpenSSL", arguments: 1...6)
    func endsWithItsOwnStatus(_: Int) async {
        await #expect(processExitsWith: .exitCode(7)) {
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
    }
}
