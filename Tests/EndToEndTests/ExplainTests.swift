import TestKit
import Testing

/// `sallyport policy explain`, which asks no gateway.
@Suite("Why a command is decided as it is", .realParts)
struct ExplainTests {
    private func explain(_ options: [String]) async throws -> Output {
        try await Command(
            TestGateway.binaries + "/sallyport",
            ["policy", "explain", "--policies", projectDirectory + "/policies"]
                + ["--principal", "deploy-bot", "--owner", "alice"] + options
                + ["DELETE FROM customers"]
        ).run()
    }

    @Test("where no policy selects what was asked about, it says what may be missing")
    func unselected() async throws {
        let hint = "--label, --target, --group and --owner say what they are"
        let without = try await explain(["--label", "env=nowhere"])
        #expect(without.out.hasPrefix("deny") && without.out.contains(hint), "\(without)")
        let with = try await explain(["--label", "env=production"])
        #expect(with.out.hasPrefix("hold") && !with.out.contains(hint), "\(with)")
    }
}
