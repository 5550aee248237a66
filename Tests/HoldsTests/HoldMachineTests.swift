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

    @Test(
        "threat 22: of two gateways that go by the same row one gets through",
        arguments: HoldStep.allCases.filter { HoldMachine.next(after: .pending, $0) != nil })
    func compareAndSet(step: HoldStep) async throws {
        let scenery = try await Scenery()
        let id = try await scenery.desk.open(scenery.request()) { _ in }.id
        try await scenery.ground.database.write { statements in
            let table = HoldTable(statements)
            let row = try table.get(id)
            let next = try table.take(step, row, at: scenery.clock.now)
            #expect(try table.get(id) == next)
            for other in HoldStep.allCases
            where HoldMachine.next(after: .pending, other) != nil {
                #expect(throws: IllegalHoldStep(state: next.state, step: other)) {
                    try table.take(other, row, at: scenery.clock.now)
                }
            }
            #expect(try table.get(id) == next)
        }
    }

    @Test("threat 22: a row of the round before leads nowhere")
    func roundBefore() async throws {
        let scenery = try await Scenery()
        let id = try await scenery.desk.open(scenery.request()) { _ in }.id
        try await scenery.ground.database.write { statements in
            let table = HoldTable(statements)
            let row = try table.get(id)
            let approved = try table.take(.approve, row, at: scenery.clock.now)
            let again = try table.reopen(
                approved, under: row.terms, at: scenery.clock.now, why: "the policy asks for more")
            #expect(throws: IllegalHoldStep(state: .pending, step: .approve)) {
                try table.take(.approve, row, at: scenery.clock.now)
            }
            #expect(try table.get(id) == again)
        }
    }
}
