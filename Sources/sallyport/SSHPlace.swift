import Cryptography
import Foundation
import Identity
import Shell

/// The files of stock SSH clients: a configuration to include, a key, the gateway's host key. Files 0600, directory 0700.
struct SSHPlace {
    /// Hosts with this name behind their target's are the gateway's.
    static let suffix = ".sallyport"
    /// The gateway's name among known hosts, whatever the target is.
    private static let hostKeyAlias = "sallyport"

    let directory: String

    init(directory: String) { self.directory = absolute(directory) }

    var configuration: String { directory + "/config" }
    private var key: String { directory + "/key" }
    private var knownHosts: String { directory + "/known_hosts" }

    func prepare() throws {
        guard !directory.contains(where: { "\"\\\n\r".contains($0) }) else {
            throw Complaint(
                ExitStatus.usage, "`\(visible(directory))` cannot stand in a configuration of ssh")
        }
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700])
        guard chmod(directory, 0o700) == 0 else {
            throw Complaint(
                ExitStatus.refused, "`\(visible(directory))` cannot be made private: name another")
        }
        if access(key, R_OK) != 0 { try makeSSHKey(key) }
    }

    /// The line of the key that this place's clients log in with. It opens nothing by itself: with each connection the
    /// gateway is told, under the caller's token, that this is the one key to let in.
    func publicKey() throws -> String {
        guard let text = try? String(contentsOfFile: key + ".pub", encoding: .utf8) else {
            throw Complaint(
                ExitStatus.refused, "`\(visible(key)).pub` is missing: run `sallyport ssh-config`")
        }
        return text.split(separator: " ").prefix(2).joined(separator: " ")
    }

    func write(_ ready: SSHReady, gateway: String, home: String, caFile: String) throws {
        let (user, hostKey) = try harmless(ready)
        let variables = [
            "SALLYPORT_HOME=" + absolute(home), "SALLYPORT_CA=" + absolute(caFile),
        ]
        let words =
            ["env"] + variables + [
                try ownPath(), "ssh-proxy", "--gateway", gateway, "--directory", directory,
            ]
        let command = words.map { shellQuoted($0).replacingOccurrences(of: "%", with: "%%") }
            .joined(separator: " ")
        try put("\(Self.hostKeyAlias) \(hostKey)\n", knownHosts)
        try put(
            """
            # Written by `sallyport ssh-config`, which writes it anew.
            Host *\(Self.suffix)
                ProxyCommand \(command) --user '%r' -- '%n'
                HostKeyAlias \(Self.hostKeyAlias)
                UserKnownHostsFile \(written(knownHosts))
                GlobalKnownHostsFile none
                StrictHostKeyChecking yes
                UpdateHostKeys no
                CanonicalizeHostname no
                User \(user)
                IdentityFile \(written(key))
                IdentitiesOnly yes
                IdentityAgent none
                PreferredAuthentications publickey
                PubkeyAuthentication yes
                ForwardAgent no
                ForwardX11 no
                Tunnel no
                ControlMaster no
                ControlPath none
                SendEnv LANG LC_* COLORTERM

            """, configuration)
    }

    /// The gateway's word goes into files that `ssh` obeys: nothing but a plain account name, and a key as we write it.
    private func harmless(_ ready: SSHReady) throws -> (user: String, hostKey: String) {
        let isName =
            !ready.user.isEmpty && ready.user.utf8.count <= 32
            && ready.user.utf8.first != UInt8(ascii: "-")
            && ready.user.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
        guard isName else {
            throw Complaint(
                ExitStatus.refused, "the gateway says `\(visible(ready.user))`, which is no account"
            )
        }
        guard let key = try? SSHPublicKey(line: ready.hostKey) else {
            throw Complaint(
                ExitStatus.refused,
                "the gateway says `\(visible(ready.hostKey))`, which is no host key")
        }
        return (ready.user, "\(key.algorithm.rawValue) \(Base64.encode(key.blob))")
    }

    private func put(_ text: String, _ path: String) throws {
        let fresh = path + ".\(getpid()).tmp"
        let isMade = FileManager.default.createFile(
            atPath: fresh, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600])
        guard isMade, rename(fresh, path) == 0 else {
            unlink(fresh)
            throw Complaint(ExitStatus.refused, "`\(visible(path))` cannot be written")
        }
    }

    /// A file's name in `ssh_config`.
    private func written(_ path: String) -> String {
        "\"" + path.replacingOccurrences(of: "%", with: "%%") + "\""
    }
}

/// For a shell.
func shellQuoted(_ word: String) -> String {
    "'" + word.replacingOccurrences(of: "'", with: #"'\''"#) + "'"
}

func absolute(_ path: String) -> String { URL(fileURLWithPath: path).path }

private func ownPath() throws -> String {
    let path = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    guard !path.contains(where: \.isNewline) else {
        throw Complaint(ExitStatus.refused, "`\(visible(path))` cannot stand in a configuration")
    }
    return path
}
