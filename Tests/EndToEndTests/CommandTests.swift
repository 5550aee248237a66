import Foundation
import Testing

/// What the tests themselves stand on.
@Suite("Programs that tests run")
struct CommandTests {
    @Test("have none of the test's open files")
    func descriptors() async throws {
        let path = FileManager.default.temporaryDirectory.path + "/open-" + UUID().uuidString
        // Without O_CLOEXEC, as Foundation and others open files.
        let descriptor = open(path, O_WRONLY | O_CREAT, 0o600)
        defer {
            close(descriptor)
            unlink(path)
        }
        #expect(descriptor > 2)
        let listed = try await Command("ls", ["-l", "/proc/self/fd"]).run()
        #expect(listed.status == 0 && listed.out.contains("pipe:"), "\(listed)")
        #expect(!listed.out.contains(path), "\(listed)")
    }
}
