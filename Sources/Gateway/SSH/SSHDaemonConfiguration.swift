import Identity
import Shell

/// What one connection's `sshd` is told: one key, one command that is not the client's choice, one session, and nothing
/// else that SSH can do.
struct SSHDaemonConfiguration {
    let hostKeyFile: String
    /// The connection's own.
    let directory: String
    /// The only one that may log in: `sshd` runs as it.
    let account: String
    let isRoot: Bool
    /// `sallyport`, absolute.
    let program: String

    /// `sshd_config`. Throws `GatewayError` for a path that cannot stand in one.
    func text() throws(GatewayError) -> String {
        for path in [hostKeyFile, directory]
        where path.utf8.contains(where: { $0 < 0x20 || "\"\\%".utf8.contains($0) }) {
            throw .upstream("`\(path)` cannot stand in a configuration of sshd")
        }
        return """
            AllowUsers \(account)
            PermitRootLogin \(isRoot ? "prohibit-password" : "no")
            AuthenticationMethods publickey
            PubkeyAuthentication yes
            PubkeyAcceptedAlgorithms ssh-ed25519
            AuthorizedKeysFile "\(directory)/\(SSHDirectory.File.authorizedKeys.rawValue)"
            AuthorizedKeysCommand none
            AuthorizedPrincipalsFile none
            TrustedUserCAKeys none
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            HostbasedAuthentication no
            GSSAPIAuthentication no
            KerberosAuthentication no
            UsePAM no
            StrictModes no
            MaxAuthTries 3
            LoginGraceTime \(GatewayLimits.loginSecondsMax)
            HostKey "\(hostKeyFile)"
            HostKeyAlgorithms ssh-ed25519
            MaxSessions 1
            ForceCommand \(command)
            Subsystem sftp \(FileTransfer.sftpServer)
            DisableForwarding yes
            AllowAgentForwarding no
            AllowTcpForwarding no
            AllowStreamLocalForwarding no
            GatewayPorts no
            PermitListen none
            PermitOpen none
            PermitTunnel no
            X11Forwarding no
            PermitTTY yes
            PermitUserEnvironment no
            PermitUserRC no
            AcceptEnv LANG LC_* COLORTERM
            ChrootDirectory none
            Banner none
            PrintMotd no
            PrintLastLog no
            Compression no
            TCPKeepAlive no
            UseDNS no
            PidFile none
            VersionAddendum none
            DebianBanner no

            """
    }

    /// `authorized_keys`: the same again, for the one key.
    func authorizedKey(_ key: SSHPublicKey) -> String {
        "restrict,pty \(key.line)\n"
    }

    /// Read by the account's shell.
    private var command: String { "exec \(quoted(program)) ssh-session \(quoted(directory))" }

    private func quoted(_ text: String) -> String {
        "'"
            + text.split(separator: "'", omittingEmptySubsequences: false).joined(
                separator: #"'\''"#)
            + "'"
    }
}
