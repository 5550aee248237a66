import Testing

/// A test that starts real servers and clients. Only a few run at once: each is a dozen processes, and the holds, deadlines
/// and passwords of the others go on while they wait for a processor.
struct RealParts: SuiteTrait, TestTrait, TestScoping {
    private static let gate = Gate(3)

    var isRecursive: Bool { true }

    func provideScope(
        for test: Test, testCase: Test.Case?,
        performing function: @Sendable () async throws -> Void
    ) async throws {
        await Self.gate.enter()
        do {
            try await function()
        } catch {
            await Self.gate.leave()
            throw error
        }
        await Self.gate.leave()
    }
}

extension Trait where Self == RealParts {
    static var realParts: RealParts { RealParts() }
}

/// Lets so many in at once, the others in the order in which they came.
private actor Gate {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ free: Int) { self.free = free }

    func enter() async {
        if free > 0 {
            free -= 1
        } else {
            await withCheckedContinuation { waiting.append($0) }
        }
    }

    func leave() {
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
    }
}
