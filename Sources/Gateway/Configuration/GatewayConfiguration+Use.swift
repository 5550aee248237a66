import Identity
import Shell
import TLS

extension GatewayConfiguration {
    /// Every switch that makes the gateway weaker than it can be, for `doctor` and the ledger.
    public var weakenings: [String] {
        var found: [String] = []
        if consents.allowsUnprotectedKeys {
            found.append("consents.unprotected_keys: a key without a passphrase proves no human")
        }
        if consents.freshMilliseconds > Limits.loginTokenMillisecondsMax {
            found.append(
                "consents.fresh is longer than a login lives: nobody logs in anew to consent")
        }
        if identity.letsAnyoneIn {
            found.append("identity.pam: `pam_permit` lets in whoever gives an account's name")
        }
        for target in targets {
            guard let postgres = target.postgres else { continue }
            if postgres.password == nil {
                found.append(
                    "targets.\(target.name) has no password: its server trusts whoever reaches it")
            }
            switch postgres.tls {
            case .verifyFull: break
            case .require:
                found.append("targets.\(target.name).tls is `require`: the server is not verified")
            case .disable:
                found.append(
                    "targets.\(target.name).tls is `disable`: SQL and data travel in plaintext")
            }
        }
        return found
    }
}

extension GatewayConfiguration {
    /// What `next` says otherwise that a running gateway goes on with as it is, named as in the file.
    func needsRestart(for next: GatewayConfiguration) -> [String] {
        var found: [String] = []
        func compare<Value: Equatable>(_ name: String, _ value: (Self) -> Value) {
            if value(self) != value(next) { found.append(name) }
        }
        compare("gateway.listen", \.gateway.listen)
        compare("gateway.state", \.gateway.stateDirectory)
        compare("gateway.ledger_origin", \.gateway.ledgerOrigin)
        compare("gateway.recording_sync", \.gateway.recordingSyncMilliseconds)
        compare("identity.pam") { [$0.identity.pamService, $0.identity.pamDirectory] }
        compare("consents", \.consents)
        for name in Set((targets + next.targets).map(\.name)).sorted() {
            compare("targets.\(name)") { $0.targets.first { $0.name == name } }
        }
        return found
    }
}

extension IdentitySection {
    var declaration: DirectoryDeclaration {
        DirectoryDeclaration(
            people: people.map {
                PersonDeclaration(name: $0.name, groups: $0.groups, accounts: $0.accounts)
            },
            agents: agents.map {
                AgentDeclaration(
                    name: $0.name, owner: $0.owner, groups: $0.groups, targets: $0.targets)
            }, administrators: administrators)
    }
}

extension GatewaySection {
    /// - Parameter authorities: the directory with the gateway's own CAs; without it, nobody shows a certificate of
    ///   theirs, and no runner of another host connects.
    func tlsContext(authorities: String? = nil) throws -> TLSContext {
        let native = ["postgresql", "http/1.1"]
        var rules = [
            TLSCertificateRule(
                applicationProtocols: Set([nil] + native),
                caFiles: [authorities.map(GatewayAuthority.client.file), clientCAFile]
                    .compactMap { $0 }, isRequired: false)
        ]
        if let authorities {
            rules.append(
                TLSCertificateRule(
                    applicationProtocols: [ShellLimits.runnerProtocol],
                    caFiles: [GatewayAuthority.runner.file(in: authorities)], isRequired: true))
        }
        return try TLSContext.server(
            certificateFile: certificateFile, keyFile: keyFile,
            applicationProtocols: native + [
                ShellLimits.applicationProtocol, SSHOpening.applicationProtocol,
            ] + (authorities == nil ? [] : [ShellLimits.runnerProtocol]),
            sessionLifetimeSeconds: GatewayLimits.resumptionSecondsMax, rules: rules)
    }
}
