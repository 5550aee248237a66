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

    @Test("a case is explained by its name, also one of a call to a container engine")
    func byCase() async throws {
        func explain(_ words: [String]) async throws -> Output {
            try await Command(
                TestGateway.binaries + "/sallyport",
                ["policy", "explain", "--policies", projectDirectory + "/policies"] + words
            ).run()
        }
        let pulled = try await explain(["--case", "an image of our registry is pulled"])
        #expect(pulled.status == 0 && pulled.out.hasPrefix("allow"), "\(pulled)")
        #expect(pulled.out.contains("`our-images` allows image.pull"), "\(pulled)")
        let other = try await explain(["--case", "one of the public registry is not"])
        #expect(other.status == 0 && other.out.hasPrefix("deny"), "\(other)")
        #expect(other.out.contains("`our-images` would allow it on"), "\(other)")
        let none = try await explain(["--case", "nobody's"])
        #expect(none.status == 4 && none.err.contains("no case has the name"), "\(none)")
        for words in [["--case", "x", "--principal", "alice"], ["SELECT 1"]] {
            #expect(try await explain(words).status == 2, "\(words)")
        }
    }
}
