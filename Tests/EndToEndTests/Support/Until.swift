import TestKit

/// Looks again and again until it is so.
func until(_ what: String, _ isSo: () async throws -> Bool) async throws {
    for _ in 0..<100_000 {
        if try await isSo() { return }
        await Task.yield()
    }
    throw Failure("it never came to it that \(what)")
}
