import Foundation
import TestKit

/// A throw-away CA and a certificate for `localhost` and 127.0.0.1, made by the project's own script.
final class Certificates: Sendable {
    let directory: ScratchDirectory

    init() throws {
        directory = try ScratchDirectory()
        let script = projectDirectory + "/certs/make-development-ca"
        let output = try Command(script, [directory.path]).runToEnd()
        guard output.status == 0 else { throw Failure("make-development-ca: \(output)") }
    }

    func file(_ name: String) -> String { directory.file(name) }
}

/// The checkout that this file stands in.
let projectDirectory: String = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
