import Testing
import Vocabulary

@testable import Gateway

@Suite("CancelRequests are counted")
struct CancelLimiterTests {
    private func time(_ seconds: UInt64) -> MonotonicTime {
        MonotonicTime(nanoseconds: seconds * 1_000_000_000)
    }

    @Test("threat 16: an address may try so often in a minute, and again in the next")
    func counted() {
        let limiter = CancelLimiter()
        for _ in 0..<GatewayLimits.cancelsPerMinuteMax {
            #expect(limiter.admit("10.0.0.1", at: time(1_000)))
        }
        #expect(!limiter.admit("10.0.0.1", at: time(1_000)))
        #expect(!limiter.admit("10.0.0.1", at: time(1_060)))
        #expect(limiter.admit("10.0.0.2", at: time(1_060)))
        #expect(limiter.admit("10.0.0.1", at: time(1_061)))
    }

    @Test("many addresses take no more memory than a known number, and those that are known go on")
    func bounded() {
        let limiter = CancelLimiter()
        let now = time(1_000)
        for number in 0..<GatewayLimits.cancelAddressesMax {
            #expect(limiter.admit("a\(number)", at: now))
        }
        #expect(!limiter.admit("new", at: now))
        #expect(limiter.admit("a7", at: now))
        #expect(limiter.admit("new", at: time(1_061)))
    }
}
