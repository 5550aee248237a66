import Testing
import Vocabulary

@testable import Identity

@Suite("Attempts")
struct AttemptLimiterTests {
    let limiter = AttemptLimiter(secret: [UInt8](repeating: 1, count: 32))

    func fail(
        _ principal: String?, _ address: String, isVouched: Bool = false,
        at time: MonotonicTime = start
    ) -> Bool {
        limiter.charge(
            principal: principal, address: address, isVouched: isVouched, at: time) != nil
    }

    @Test(
        "threat 34: a principal's are limited at an address, in whatever spelling, and nowhere else"
    )
    func perPrincipal() {
        for number in 0..<Int(Limits.principalFailuresMax) {
            #expect(fail(number.isMultiple(of: 2) ? "alice" : "ALICE", "192.0.2.1"))
        }
        #expect(!fail("alice", "192.0.2.1"))
        #expect(fail("alice", "198.51.100.1"))
        #expect(fail("bob", "192.0.2.1"))
        #expect(fail(nil, "192.0.2.1"), "tokens do not count the name")
    }

    @Test(
        "threat 34: a principal's from everywhere are limited too, and not for who is vouched for")
    func everywhere() {
        for number in 0..<Int(Limits.everywhereFailuresMax) {
            #expect(fail("alice", "192.0.2.\(number)"))
        }
        #expect(!fail("alice", "198.51.100.1"))
        #expect(fail("bob", "198.51.100.1"))
        while fail(nil, "198.51.100.1") {}
        for _ in 0..<Limits.principalFailuresMax {
            #expect(fail("alice", "198.51.100.1", isVouched: true))
        }
        #expect(!fail("alice", "198.51.100.2", isVouched: true))
        #expect(!fail("alice", "198.51.100.1"))
    }

    @Test(
        "threat 34: one /64 of IPv6 is one address, and IPv4 in its clothes is IPv4",
        arguments: [
            ("2001:db8::1", "2001:db8:0:0:ffff::2", true),
            ("2001:db8::1", "2001:db8:0:1::1", false),
            ("fe80::1%eth0", "fe80::2%eth1", true), ("::ffff:192.0.2.1", "192.0.2.1", true),
            ("192.0.2.1", "192.0.2.2", false), ("unknown", "unknown", true), ("::1", "::2", true),
            ("::ffff:192.0.2.1", "::ffff:192.0.2.2", false), ("x:y", "x:z", false),
        ])
    func groups(one: String, other: String, isOne: Bool) {
        while fail(nil, one) {}
        #expect(fail(nil, other) != isOne)
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
        #expect(!fail("alice", "192.0.2.1", at: justBefore))
        #expect(fail("alice", "192.0.2.1", at: later))
        #expect(!fail("alice", "192.0.2.1", at: later))
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
