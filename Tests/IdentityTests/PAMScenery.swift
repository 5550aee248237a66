import Cryptography
import Foundation
import Store
import TestKit
import Vocabulary

@testable import Identity

/// A private PAM configuration with users alice, bsmith and mallory (`correct horse`), and logins over it.
struct PAMScenery {
    static let password = Array("correct horse".utf8)
    /// `openssl passwd -6 -salt sallyport 'correct horse'`.
    private static let hash =
        "$6$sallyport$rf0Wo1xfSoK/550qRISiqzHudwL25aCwd8NmqPGr2JWBiqTBkkqcnw1LfpBFUWR"
        + "//wPz0nrm1VibPWfmcAYIw0"
    static let oathKey = "00112233445566778899aabbccddeeff00112233"
    static let goodAccount = "account required pam_permit.so"

    let base: Scenery
    let logins: PAMLogins
    let attempts = AttemptLimiter(secret: Random.bytes(32))
    let history: ConversationHistory
    let configuration: PAMConfiguration

    /// - Parameters:
    ///   - stack: the service's lines; `PWDFILE`, `OATHFILE` and `DIR` stand for paths.
    ///   - launch: how a helper is started; left out, it is served in this process.
    init(
        _ stack: [String], helperArguments: [String]? = nil, milliseconds: Int64 = 3_600_000,
        helperPath: String? = nil
    ) async throws {
        let base = try await Scenery()
        self.base = base
        let directory = base.scratch.file("pam.d")
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true)
        func write(_ text: String, _ file: String) throws {
            try Data(text.utf8).write(to: URL(fileURLWithPath: base.scratch.file(file)))
        }
        let users = ["alice", "bsmith", "mallory", "bob", "deploy-bot"]
        try write(users.map { "\($0):\(Self.hash)\n" }.joined() + "carol:\n", "pwdfile")
        try write("HOTP alice - \(Self.oathKey)\n", "oath")
        chmod(base.scratch.file("oath"), 0o600)
        let lines = stack.map {
            $0.replacing("PWDFILE", with: base.scratch.file("pwdfile"))
                .replacing("OATHFILE", with: base.scratch.file("oath"))
                .replacing("DIR", with: base.scratch.path)
        }
        try write(lines.joined(separator: "\n") + "\n", "pam.d/sallyport")
        configuration = try PAMConfiguration(
            service: "sallyport", directory: directory,
            helperPath: helperPath ?? "/proc/self/exe",
            helperArguments: helperArguments ?? [PAMHelper.argument],
            conversationMilliseconds: milliseconds, passwordMilliseconds: milliseconds)
        history = ConversationHistory(database: base.database)
        if helperPath != nil || helperArguments != nil {
            logins = PAMLogins(
                configuration: configuration, directory: base.directory, database: base.database,
                attempts: attempts)
        } else {
            logins = PAMLogins(
                configuration: configuration, directory: base.directory, database: base.database,
                attempts: attempts, launch: serveOnThread)
        }
    }

    static func passwordOnly() async throws -> PAMScenery {
        try await PAMScenery(["auth required pam_pwdfile.so pwdfile=PWDFILE", goodAccount])
    }

    func begin(_ user: String, address: String = "192.0.2.7") async throws -> LoginStep {
        try await logins.start(user: user, address: address, now: noon, monotonic: start)
    }

    func answer(_ id: ConversationID, _ answers: [[UInt8]]) async throws -> LoginStep {
        try await logins.answer(
            id, answers, address: "192.0.2.7", now: noon, monotonic: start)
    }

    func password(
        _ user: String, _ password: [UInt8] = Self.password, address: String = "192.0.2.7"
    ) async throws -> AuthenticatedPrincipal {
        try await logins.authenticate(
            user: user, password: password, address: address, monotonic: start)
    }

    /// Holds a conversation with these answers, one call each; what PAM said on the way.
    func converse(
        _ user: String, _ answers: [[UInt8]], said: inout [PAMMessage]
    ) async throws -> AuthenticatedPrincipal? {
        var rest = answers[...]
        var step = try await begin(user)
        while true {
            switch consume step {
            case .finished(let whole): return whole.authenticated
            case .asks(let id, let messages):
                said += messages
                let count = messages.count { $0.kind.wantsAnswer }
                let given = Array(rest.prefix(count))
                rest = rest.dropFirst(count)
                step = try await answer(id, given)
            }
        }
    }
}

/// The helper's side with the real libpam, on a thread of this process.
@Sendable func serveOnThread() throws -> PAMHelperLink {
    let (ours, theirs) = try PacketSocket.pair()
    startThread { _ = PAMHelper.serve(theirs, endsItself: false) }
    return PAMHelperLink(socket: ours, child: nil)
}
