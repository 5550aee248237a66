import Foundation
import TestKit
import Testing

/// What `sallyportd init` writes, for a new user to begin from.
@Suite("A new configuration", .realParts)
struct InitTests {
    @Test("has the project's own policies and their cases, word for word")
    func policies() async throws {
        let directory = try ScratchDirectory()
        let made = try await Command(
            TestGateway.binaries + "/sallyportd", ["init", directory.file("gateway")]
        ).run()
        try #require(made.status == 0, "\(made)")
        let written = try FileManager.default.contentsOfDirectory(
            atPath: directory.file("gateway/policies"))
        #expect(
            written.sorted() == [
                "containers.cases.yaml", "containers.yaml", "production-databases.cases.yaml",
                "production-databases.yaml", "shells.cases.yaml", "shells.yaml",
            ])
        for name in written {
            let own = try String(
                contentsOfFile: projectDirectory + "/policies/" + name, encoding: .utf8)
            let copy = try String(
                contentsOfFile: directory.file("gateway/policies/" + name), encoding: .utf8)
            #expect(copy == own, "\(name)")
        }
    }
}
