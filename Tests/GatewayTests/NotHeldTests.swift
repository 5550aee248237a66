import Holds
import Ledger
import Testing

@testable import Gateway

@Suite("A command that could not be held")
struct NotHeldTests {
    @Test("is told whose doing it is, and nothing of the gateway's inside")
    func told() {
        let limit = notHeld(HoldError.limit("`bot` has 16 commands waiting"))
        #expect(limit.code == "42501" && limit.hint?.contains("withdraw") == true)
        #expect(limit.detail == "`bot` has 16 commands waiting")
        #expect(notHeld(HoldError.invalid("connect again")).hint == nil)
        for error in [LedgerError.full, .cannotOpen(path: "/secret/path", reason: "x")] {
            let said = notHeld(error)
            #expect(said.code == "58030" && said.detail == nil)
            #expect(said.hint?.contains("doctor") == true)
        }
    }
}
