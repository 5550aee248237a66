import ControlAPI
import Foundation
import TestKit
import Testing

/// `kill -9` of the daemon at random moments under load, and a start on the same state directory after each.
/// `SALLYPORT_KILLS=n` kills so often; each kill has a seed of its own, and `SALLYPORT_SEED=n` is that of the first one.
@Suite("A daemon that is killed under load", .serialized, .realParts)
struct KillTests {
    private static func number(_ name: String) -> UInt64? {
        ProcessInfo.processInfo.environment[name].flatMap { UInt64($0) }
    }

    @Test(
        "threats 19, 25 and 26: nothing has run that is not recorded, nothing twice, and nothing is left of what it had under way",
        .timeLimit(.minutes(240)))
    func kills() async throws {
        var story = try await LoadedGateway()
        let first = Self.number("SALLYPORT_SEED") ?? 20_261_121
        for seed in first..<first + (Self.number("SALLYPORT_KILLS") ?? 5) {
            do {
                try await story.killAndLook(seed)
            } catch {
                Issue.record("seed \(seed): \(error)")
                return
            }
        }
        print(story.tally)
        #expect(story.tally.rows > 0 && story.tally.released > 0, "\(story.tally)")
    }
}
