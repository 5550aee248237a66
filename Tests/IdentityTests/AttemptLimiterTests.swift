import Testing
import Vocabulary

@testable import Identity

@Suite("Attempts")
struct AttemptLimiterTests {
    let limiter = AttemptLimiter(secret: [UInt8](repeating: 1, count: 32))

    func fail(_ principal: String?, _ address: String, at time: MonotonicTime = start) -> Bool {
        limiter.charge(principal: principal, address: address, at: time) != nil
    }

    @Test("threat 34: a principal's are limited, from whatever address and in whatever spelling")
    func perPrincipal() {
        for number in 0..<Int(Limits.principalFailuresMax) {
            #expect(fail(number.isMultiple(of: 2) ? "alice" : "ALICE", "192.0.2.\(number)"))
        }
        #expect(!fail("alice", "198.51.100.1"))
        #expect(fail("bob", "198.51.100.1"))
        #expect(fail(nil, "198.51.100.1"), "tokens do not count the name")
    }

    @Test("threat 34: an address's are limited, for whatever names")
    func perAddress() {
        for number in 0..<Int(Limits.addressFailuresMax) {
            #expect(fail("name-\(number)", "192.0.2.1"))
        }
        #expect(!fail("another", "192.0.2.1"))
        #expect(!fail(nil, "192.0.2.1"))
        #expect(fail("another", "192.0.2.2"))
    }

    @Test("are forgiven one by one")
    func forgiven() {
        while fail("alice", "192.0.2.1") {}
        let later = MonotonicTime(
            nanoseconds: start.nanoseconds + Limits.principalForgivenNanoseconds)
        let justBefore = MonotonicTime(nanoseconds: later.nanoseconds - 1)
        #expect(!fail("alice", "192.0.2.2", at: justBefore))
        #expect(fail("alice", "192.0.2.2", at: later))
        #expect(!fail("alice", "192.0.2.2", at: later))
    }

    @Test("that succeed do not count, and a refused one charges nothing")
    func givenBack() throws {
        for _ in 0..<100 {
            limiter.giveBack(
                try #require(limiter.charge(principal: "alice", address: "192.0.2.1", at: start)))
        }
        while fail("alice", "192.0.2.1") {}
        for _ in 0..<1_000 { #expect(!fail("alice", "192.0.2.1")) }
        let later = MonotonicTime(
            nanoseconds: start.nanoseconds + Limits.principalForgivenNanoseconds)
        #expect(fail("alice", "192.0.2.1", at: later))
    }

    @Test("do not overflow at the end of time")
    func endOfTime() {
        #expect(fail("alice", "192.0.2.1", at: MonotonicTime(nanoseconds: .max)))
    }
}
