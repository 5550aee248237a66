import Testing

@testable import Holds

@Suite("The state table of holds")
struct HoldMachineTests {
    /// Everything that is legal; every other pair is not.
    static let legal: [HoldState: [HoldStep: HoldState]] = [
        .pending: [
            .approve: .approved, .deny: .denied, .expire: .expired, .abandon: .abandoned,
        ],
        .approved: [
            .release: .running, .reopen: .pending, .deny: .denied, .expire: .expired,
            .abandon: .abandoned,
        ],
        .running: [.succeed: .succeeded, .fail: .failed, .lose: .unknown],
    ]

    @Test(
        "each step leads where the table says, and every other one is an error that changes nothing",
        arguments: HoldState.allCases, HoldStep.allCases)
    func table(state: HoldState, step: HoldStep) throws {
        var machine = HoldMachine(state: state)
        if let next = Self.legal[state]?[step] {
            try machine.take(step)
            #expect(machine.state == next)
        } else {
            #expect(throws: IllegalHoldStep(state: state, step: step)) { try machine.take(step) }
            #expect(machine.state == state)
        }
    }

    @Test("an end is what nothing leads out of", arguments: HoldState.allCases)
    func ends(state: HoldState) {
        let isStuck = HoldStep.allCases.allSatisfy { HoldMachine.next(after: state, $0) == nil }
        #expect(state.isEnd == isStuck)
    }
}
