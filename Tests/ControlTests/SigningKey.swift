import Foundation
import TestKit

/// An SSH key in a file, made and used by ssh-keygen.
struct SigningKey: Sendable {
    let path: String
    let publicLine: String

    init(in scratch: ScratchDirectory) throws {
        path = scratch.file("key-" + UUID().uuidString)
        try run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", path])
        publicLine = try String(contentsOfFile: path + ".pub", encoding: .utf8)
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The armored signature for a consent.
    func sign(_ document: [UInt8]) throws -> String {
        let file = path + "-" + UUID().uuidString
        try Data(document).write(to: URL(fileURLWithPath: file))
        try run(
            "/usr/bin/ssh-keygen",
            ["-q", "-Y", "sign", "-n", "consent@sallyport", "-f", path, file])
        return try String(contentsOfFile: file + ".sig", encoding: .utf8)
    }
}

/// Runs a program to its end; throws when it fails.
func run(_ program: String, _ arguments: [String]) throws {
    guard try Command(program, arguments).runToEnd().status == 0 else { throw Missing() }
}
