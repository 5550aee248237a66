import TestKit

/// Looks again and again until it is so. What has not come after two minutes does not come: a number of looks says nothing,
/// since the cheapest are over before a busy machine has begun.
///
/// - Parameter what: for the failure's message, as it is then.
func until(_ what: @autoclosure () -> String, _ isSo: () async throws -> Bool) async throws {
    let end = ContinuousClock.now.advanced(by: .seconds(120))
    repeat {
        if try await isSo() { return }
        await Task.yield()
    } while ContinuousClock.now < end
    throw Failure("it never came to it that \(what())")
}
