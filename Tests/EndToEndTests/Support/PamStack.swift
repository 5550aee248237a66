import Foundation
import TestKit

/// What the tests of logins do to a gateway's PAM service: its file is read anew at each login.
extension TestGateway {
    /// `auth required pam_pwdfile.so`, with the people's passwords.
    var passwordLine: String { "auth required pam_pwdfile.so pwdfile=\(home)/pam.d/passwords" }
    static let anyAccount = "account required pam_permit.so"

    func setPAM(_ lines: [String]) throws {
        try (lines.joined(separator: "\n") + "\n")
            .write(toFile: home + "/pam.d/sallyport", atomically: true, encoding: .utf8)
    }

    /// `sallyport login` with these answers to hidden questions, one each. The person has logged in before.
    func logInAgain(_ name: String, _ answers: [String]) async throws -> Output {
        try await person(
            name,
            ["login", "--gateway", "localhost:\(port)", "--user", name, "--password-stdin"],
            input: answers.map { $0 + "\n" }.joined())
    }

    /// `psql` as a person, by a password.
    func psql(as name: String, password: String, _ arguments: [String]) -> Command {
        var command = psql(password, arguments)
        let own = connection.replacingOccurrences(of: "user=deploy-bot", with: "user=\(name)")
        command.arguments = command.arguments.map { $0 == connection ? own : $0 }
        return command
    }

    /// The processes that hold this daemon's PAM conversations.
    var helpers: [Int32] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { Int32($0) }.filter { identifier in
            let stat = (try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8))
            // `PID (NAME) STATE PARENT ...`
            let fields = stat?.split(separator: ")").last?.split(separator: " ") ?? []
            return fields.count > 1 && Int32(fields[1]) == daemon.processIdentifier
                && fields[0] != "Z"
        }
    }

    /// Waits until a helper is there; the helpers.
    func firstHelpers() async throws -> [Int32] {
        var found: [Int32] = []
        try await until("a helper is started") {
            found = helpers
            return !found.isEmpty
        }
        return found
    }

    /// Compiles a module that does to some users what a broken one does; the line that puts it into a stack.
    ///
    ///     auth     hang=USER: never returns    crash=USER: a null pointer    everyone else: ignored
    ///     account  expired=USER: PAM_ACCT_EXPIRED    renew=USER: PAM_NEW_AUTHTOK_REQD
    func makeBrokenModule() throws -> String {
        let path = directory.file("pam_broken.so")
        guard !FileManager.default.fileExists(atPath: path) else { return path }
        let source = directory.file("pam_broken.c")
        try brokenModule.write(toFile: source, atomically: true, encoding: .utf8)
        let made = try Command("cc", ["-shared", "-fPIC", "-Wall", "-o", path, source]).runToEnd()
        guard made.status == 0 else { throw Failure("cc: \(made)") }
        return path
    }
}

/// Whether the process has ended. Its parent may not have collected it yet.
func hasEnded(_ identifier: Int32) -> Bool {
    let stat = try? String(contentsOfFile: "/proc/\(identifier)/stat", encoding: .utf8)
    return stat?.contains(") Z ") ?? true
}

private let brokenModule = """
    #include <security/pam_modules.h>
    #include <string.h>
    #include <unistd.h>

    static int is(const char *fault, pam_handle_t *handle, int count, const char **options) {
        const char *user = NULL;
        if (pam_get_user(handle, &user, NULL) != PAM_SUCCESS || user == NULL) return 0;
        size_t length = strlen(fault);
        for (int index = 0; index < count; index++)
            if (strncmp(options[index], fault, length) == 0 && strcmp(options[index] + length, user) == 0)
                return 1;
        return 0;
    }

    int pam_sm_authenticate(pam_handle_t *handle, int flags, int count, const char **options) {
        if (is("hang=", handle, count, options)) for (;;) pause();
        if (is("crash=", handle, count, options)) *(volatile int *)0 = 1;
        return PAM_IGNORE;
    }

    int pam_sm_setcred(pam_handle_t *handle, int flags, int count, const char **options) {
        return PAM_IGNORE;
    }

    int pam_sm_acct_mgmt(pam_handle_t *handle, int flags, int count, const char **options) {
        if (is("expired=", handle, count, options)) return PAM_ACCT_EXPIRED;
        if (is("renew=", handle, count, options)) return PAM_NEW_AUTHTOK_REQD;
        return PAM_SUCCESS;
    }

    """

extension TestGateway {
    /// The bodies of all ledger entries of this kind, in order.
    func ledgerBodies(_ kind: String) throws -> [[String: Any]] {
        try String(contentsOfFile: ledger + "/entries-000001.jsonl", encoding: .utf8)
            .split(separator: "\n").compactMap { line in
                let entry =
                    try? JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
                return entry?["kind"] as? String == kind ? entry?["body"] as? [String: Any] : nil
            }
    }

    /// The token that the person's CLI keeps since the last login.
    func loginToken(of name: String) throws -> String {
        let data = try Data(
            contentsOf: URL(fileURLWithPath: directory.file(name + "/session.json")))
        let session = try JSONSerialization.jsonObject(with: data) as? [String: Any]
        guard let token = session?["token"] as? String else { throw Failure("no token of \(name)") }
        return token
    }
}
