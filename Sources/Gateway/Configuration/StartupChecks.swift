import Foundation
import Identity

/// Something that a start refuses and `doctor` names.
struct StartupCheck {
    let name: String
    let look: () throws(GatewayError) -> Void
}

extension GatewayConfiguration {
    /// What a start looks at before it touches anything: who may read and write its files, and what it calls.
    ///
    /// - Parameter signatureProgram: OpenSSH's `ssh-keygen`.
    func startupChecks(signatureProgram: String = SignatureVerifier.program) -> [StartupCheck] {
        let state = gateway.stateDirectory
        var checks = [
            StartupCheck(name: "state directory `\(state)`") { () throws(GatewayError) in
                try checkState(state)
            },
            StartupCheck(name: "private key `\(gateway.keyFile)`") {
                [gateway] () throws(GatewayError) in
                try checkSecret(gateway.keyFile)
            },
            StartupCheck(name: "`\(signatureProgram)`") { () throws(GatewayError) in
                guard access(signatureProgram, X_OK) == 0 else {
                    throw .configuration(
                        "no consent can be checked without it: install openssh-client")
                }
            },
        ]
        for authority in GatewayAuthority.allCases {
            checks.append(
                StartupCheck(name: "CA of the \(authority.rawValue)s") {
                    () throws(GatewayError) in try authority.check(in: state)
                })
        }
        for target in targets {
            guard case .file(let path) = target.postgres?.password else { continue }
            checks.append(
                StartupCheck(name: "password file `\(path)` of `\(target.name)`") {
                    () throws(GatewayError) in try checkSecret(path)
                })
        }
        for target in targets {
            guard case .address(_, let files) = target.docker?.place else { continue }
            checks.append(
                StartupCheck(name: "private key `\(files.keyFile)` of `\(target.name)`") {
                    () throws(GatewayError) in try checkSecret(files.keyFile)
                })
        }
        for path in identity.passwordFiles {
            checks.append(
                StartupCheck(name: "password file `\(path)` of the PAM service") {
                    () throws(GatewayError) in try checkSecret(path)
                })
        }
        if let path = identity.pamDirectory {
            for path in [path, path + "/" + identity.pamService] {
                checks.append(
                    StartupCheck(name: "PAM configuration `\(path)`") { () throws(GatewayError) in
                        try checkWritableByUsAlone(path)
                    })
            }
        }
        return checks
    }

    /// Throws what the first check refuses.
    func checkStartup() throws(GatewayError) {
        for check in startupChecks() {
            do throws(GatewayError) {
                try check.look()
            } catch {
                throw .configuration("\(check.name): \(error)")
            }
        }
    }
}

extension IdentitySection {
    /// The lines of the PAM service's own file, without comments, as words.
    var pamLines: [[String]] {
        let path = (pamDirectory ?? "/etc/pam.d") + "/" + pamService
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return [] }
        return text.split(separator: "\n").map { line in
            (line.split(separator: "#", omittingEmptySubsequences: false).first ?? "")
                .split(whereSeparator: \.isWhitespace).map(String.init)
        }
    }

    /// An `auth` line of `pam_permit` that is enough by itself, or the only one there is.
    var letsAnyoneIn: Bool {
        let lines = pamLines.filter { $0.first == "auth" || $0.first == "-auth" }
        let permits = lines.filter { $0.contains { $0.hasPrefix("pam_permit") } }
        guard !permits.isEmpty, !pamLines.contains(where: { $0.first == "@include" }) else {
            return false
        }
        return permits.count == lines.count || permits.contains { $0.contains("sufficient") }
    }

    /// What modules of a private PAM service are given of its own directory (`pwdfile=PATH`).
    fileprivate var passwordFiles: [String] {
        guard let directory = pamDirectory else { return [] }
        return pamLines.joined().compactMap { word in
            word.split(separator: "=", maxSplits: 1).last.map(String.init)
        }.filter { $0.hasPrefix(directory + "/") }
    }
}

private func checkState(_ path: String) throws(GatewayError) {
    guard let mode = mode(of: path) else { return }
    guard access(path, W_OK | X_OK) == 0 else {
        throw .configuration("it cannot be written: give it to the gateway's account")
    }
    guard mode.bits & 0o077 == 0 else {
        throw .configuration("it is open to others: run `chmod 700 \(path)`")
    }
}

/// Ours alone; one of root's may be readable by its group, as is usual for keys. What is missing is said elsewhere.
private func checkSecret(_ path: String) throws(GatewayError) {
    guard let mode = mode(of: path) else { return }
    let allowed: mode_t = mode.owner == 0 ? 0o640 : 0o600
    guard mode.bits & 0o077 & ~allowed == 0 else {
        throw .configuration("it is open to others: run `chmod 600 \(path)`")
    }
}

private func checkWritableByUsAlone(_ path: String) throws(GatewayError) {
    guard let mode = mode(of: path), mode.bits & 0o022 != 0 else { return }
    throw .configuration("others can change who may log in: run `chmod go-w \(path)`")
}

private func mode(of path: String) -> (bits: mode_t, owner: uid_t)? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return (status.st_mode & 0o777, status.st_uid)
}
