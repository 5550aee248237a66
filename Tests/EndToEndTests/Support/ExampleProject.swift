import Foundation
import TestKit

/// The example of a policy for shells, for a project's directory that is there.
final class ExampleProject: Sendable {
    let path = "/srv/sallyport-test-\(UUID().uuidString.prefix(8))"

    init() throws {
        try ShellGateway.makeSureOfAccount()
        mkdir(path, 0o755)
        guard let user = getpwnam(ShellGateway.account)?.pointee else {
            throw Failure("no account")
        }
        chown(path, user.pw_uid, user.pw_gid)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func gateway() throws -> ShellGateway {
        let policy = try String(
            contentsOfFile: projectDirectory + "/policies/shells.yaml", encoding: .utf8)
        return try ShellGateway(
            policies: [policy.replacingOccurrences(of: "/srv/app", with: path)],
            target: ["    writable: [\(path)]"])
    }
}
