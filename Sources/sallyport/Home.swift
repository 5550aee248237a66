import ControlClient
import Foundation

/// What the CLI remembers, in SALLYPORT_HOME (default ~/.config/sallyport): files 0600, directory 0700.
struct Home {
    /// `session.json`.
    struct Session: Codable {
        var gateway: String
        var principal: String
        var token: String
        var expires: Int64
        /// The private key that consents are signed with.
        var key: String?
        var ledgerKey: String

        /// For the same person at the same gateway only: nobody else is shown it.
        func liveToken(of name: String, at address: String) -> String? {
            let isLive = Int64(Date().timeIntervalSince1970 * 1_000) < expires
            return isLive && principal == name && gateway == address ? token : nil
        }
    }

    let directory: String

    init() {
        let environment = ProcessInfo.processInfo.environment
        directory =
            environment["SALLYPORT_HOME"]
            ?? (environment["HOME"] ?? NSHomeDirectory()) + "/.config/sallyport"
    }

    var caFile: String { directory + "/ca.pem" }
    var checkpointFile: String { directory + "/checkpoint" }
    var defaultKeyFile: String { directory + "/consent_key" }
    private var sessionFile: String { directory + "/session.json" }

    func session() -> Session? {
        FileManager.default.contents(atPath: sessionFile)
            .flatMap { try? JSONDecoder().decode(Session.self, from: $0) }
    }

    func save(_ session: Session) throws {
        try write(JSONEncoder().encode(session), to: sessionFile)
    }

    func checkpoint() -> String? {
        FileManager.default.contents(atPath: checkpointFile).map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    func save(checkpoint: String) throws { try write(Data(checkpoint.utf8), to: checkpointFile) }

    func save(ca: Data) throws { try write(ca, to: caFile) }

    func prepare() throws {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        // One that was there before may be open to others.
        guard chmod(directory, 0o700) == 0 else {
            throw Complaint(
                ExitStatus.refused,
                "`\(visible(directory))` cannot be made private: name another SALLYPORT_HOME")
        }
    }

    /// Beside first, then renamed: a file is never half written, and never readable by others.
    func write(_ data: Data, to path: String) throws {
        try prepare()
        let temporary = path + ".\(getpid()).tmp"
        let isMade = FileManager.default.createFile(
            atPath: temporary, contents: data, attributes: [.posixPermissions: 0o600])
        guard isMade, rename(temporary, path) == 0 else {
            unlink(temporary)
            throw Complaint(ExitStatus.refused, "`\(path)` cannot be written")
        }
    }
}
