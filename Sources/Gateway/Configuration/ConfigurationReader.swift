import Foundation
import Holds
import Policy
import Vocabulary

extension GatewayConfiguration {
    /// Reads `sallyport.yaml`, strictly: an unknown key, a wrong type, a name that is none is refused, with file, line, column
    /// and what was expected; all problems are reported, not just the first.
    public static func load(file path: String) throws(PolicyErrors) -> GatewayConfiguration {
        let log = ProblemLog()
        guard let file = readFile(path, log), let tree = YAMLTree.compose(file, log) else {
            throw log.errors
        }
        let reader = ConfigurationReader(directory: directory(of: path), log: log)
        guard let configuration = reader.configuration(tree), log.isEmpty else { throw log.errors }
        configuration.checkDirectory(tree, log)
        guard log.isEmpty else { throw log.errors }
        return configuration
    }
}

/// Absolute: PAM's helper and the ledger must not depend on where the process stands.
private func directory(of path: String) -> String {
    URL(fileURLWithPath: path).deletingLastPathComponent().path
}

/// Each method reads one section; `nil` when anything in it is wrong, which the log then says.
private struct ConfigurationReader {
    let directory: String
    let log: ProblemLog

    func configuration(_ tree: YAMLTree) -> GatewayConfiguration? {
        guard
            let fields = FieldReader(
                tree, "the configuration", keys: ["gateway", "identity", "consents", "targets"],
                log)
        else { return nil }
        let gateway = fields.required("gateway", "where the gateway listens").flatMap(gateway)
        let identity = fields.required("identity", "people and agents").flatMap(identity)
        let consents = consents(fields["consents"])
        let targets = fields.required("targets", "a mapping of targets").flatMap(targets)
        guard let gateway, let identity, let consents, let targets else { return nil }
        return GatewayConfiguration(
            gateway: gateway, identity: identity, consents: consents, targets: targets)
    }

    private func gateway(_ tree: YAMLTree) -> GatewaySection? {
        let keys = [
            "listen", "certificate", "key", "client_ca", "state", "policies", "ledger_origin",
            "recording_sync",
        ]
        guard let fields = FieldReader(tree, "`gateway`", keys: keys, log) else { return nil }
        let listen = fields.required("listen", "`HOST:PORT`, or a list of them").flatMap(addresses)
        let certificate = path(fields, "certificate", "the gateway's certificate, a PEM file")
        let key = path(fields, "key", "the certificate's key, a PEM file")
        let state = path(fields, "state", "the directory of store, recordings and ledger")
        let policies = path(fields, "policies", "the directory of policies")
        let clientCA = fields["client_ca"]?.text("a PEM file", log).map(absolute)
        let origin = fields["ledger_origin"]?.text("the ledger's name", log) ?? "sallyport"
        let sync = fields["recording_sync"]?.duration(log) ?? 1_000
        guard let listen, let certificate, let key, let state, let policies else { return nil }
        return GatewaySection(
            listen: listen, certificateFile: certificate, keyFile: key, clientCAFile: clientCA,
            stateDirectory: state, policiesDirectory: policies, ledgerOrigin: origin,
            recordingSyncMilliseconds: sync)
    }

    private func addresses(_ tree: YAMLTree) -> [ListenAddress]? {
        if case .list = tree.content {
            return tree.list(of: "addresses", log, address)
        }
        return address(tree).map { [$0] }
    }

    private func address(_ tree: YAMLTree) -> ListenAddress? {
        guard let text = tree.text("an address, `HOST:PORT`", log) else { return nil }
        if let address = ListenAddress(text) { return address }
        log.report(
            tree.place, "expected an address, `HOST:PORT` or `[IPV6]:PORT`, found \(quote(text))")
        return nil
    }

    /// Where a server is: port 0 is nowhere.
    private func serverAddress(_ tree: YAMLTree) -> ListenAddress? {
        guard let address = address(tree) else { return nil }
        if address.port > 0 { return address }
        log.report(tree.place, "expected an address with a port from 1 on, found port 0")
        return nil
    }

    // MARK: Identity

    private func identity(_ tree: YAMLTree) -> IdentitySection? {
        let keys = ["pam", "people", "agents", "administrators"]
        guard let fields = FieldReader(tree, "`identity`", keys: keys, log) else { return nil }
        let pam = pam(fields["pam"])
        let people = fields.required("people", "a mapping of people").flatMap { tree in
            named(tree, "a mapping of people", person)
        }
        let agents = fields["agents"].map { named($0, "a mapping of agents", agent) } ?? []
        let administrators = fields["administrators"].map(names) ?? []
        guard let pam, let people, let agents, let administrators else { return nil }
        return IdentitySection(
            pamService: pam.service, pamDirectory: pam.directory, people: people, agents: agents,
            administrators: administrators)
    }

    private func pam(_ tree: YAMLTree?) -> (service: String, directory: String?)? {
        guard let tree else { return ("sallyport", nil) }
        guard let fields = FieldReader(tree, "`pam`", keys: ["service", "directory"], log) else {
            return nil
        }
        let service = fields["service"].map { $0.name("a PAM service's name", log) } ?? "sallyport"
        let directory = fields["directory"].map { $0.text("a directory", log).map(absolute) }
        if let directory, directory == nil { return nil }
        return service.map { ($0, directory ?? nil) }
    }

    private func person(_ name: String, _ tree: YAMLTree) -> PersonSection? {
        guard let fields = FieldReader(tree, "a person", keys: ["groups", "accounts"], log) else {
            return nil
        }
        let groups = fields["groups"].map(names) ?? []
        let accounts =
            fields["accounts"].map { tree in
                tree.list(of: "accounts such as `pam:bsmith`", log) { $0.text("an account", log) }
            } ?? []
        guard let groups, let accounts else { return nil }
        return PersonSection(name: name, groups: groups, accounts: accounts)
    }

    private func agent(_ name: String, _ tree: YAMLTree) -> AgentSection? {
        guard let fields = FieldReader(tree, "an agent", keys: ["owner", "groups", "targets"], log)
        else { return nil }
        let owner = fields.required("owner", "the person who answers for it")?
            .name("a person's name", log)
        let groups = fields["groups"].map(names) ?? []
        let targets = fields["targets"].map(names)
        if let targets, targets == nil { return nil }
        guard let owner, let groups else { return nil }
        return AgentSection(name: name, owner: owner, groups: groups, targets: targets ?? nil)
    }

    // MARK: Consents

    private func consents(_ tree: YAMLTree?) -> ConsentsSection? {
        var section = ConsentsSection(
            freshMilliseconds: 30 * 60_000, allowsUnprotectedKeys: false,
            pendingPerPrincipalMax: Holds.Limits.pendingPerPrincipalMax,
            pendingPerTargetMax: Holds.Limits.pendingPerTargetMax)
        guard let tree else { return section }
        let keys = ["fresh", "unprotected_keys", "pending_per_principal", "pending_per_target"]
        guard let fields = FieldReader(tree, "`consents`", keys: keys, log) else { return nil }
        section.freshMilliseconds = fields["fresh"]?.duration(log) ?? section.freshMilliseconds
        section.allowsUnprotectedKeys =
            fields["unprotected_keys"]?.flag("true or false", log) ?? false
        section.pendingPerPrincipalMax =
            count(fields["pending_per_principal"]) ?? section.pendingPerPrincipalMax
        section.pendingPerTargetMax =
            count(fields["pending_per_target"]) ?? section.pendingPerTargetMax
        return section
    }

    private func count(_ tree: YAMLTree?) -> Int? {
        tree?.number("a number from 1 to 100000", in: 1...100_000, log).map { Int($0) }
    }

    // MARK: Targets

    private func targets(_ tree: YAMLTree) -> [TargetSection]? {
        named(tree, "a mapping of targets", target)
    }

    private static let targetKeys = ["kind", "labels", "retention", "sessions_per_principal"]
    private static let postgresKeys = [
        "address", "database", "tls", "ca", "user", "password", "search_path", "catalogue_refresh",
        "recorded_rows",
    ]
    private static let shellKeys = [
        "runner", "socket", "account", "environment", "writable", "processes",
    ]

    private static let dockerKeys = ["socket", "address", "ca", "certificate", "key"]

    private enum Kind: String, CaseIterable {
        case postgres, shell, docker

        static let expected = "`postgres`, `shell` or `docker`"

        /// Besides `targetKeys`.
        var keys: [String] {
            switch self {
            case .postgres: postgresKeys
            case .shell: shellKeys
            case .docker: dockerKeys
            }
        }
    }

    /// The kind says which other keys there are.
    private func target(_ name: String, _ tree: YAMLTree) -> TargetSection? {
        guard case .mapping(let entries) = tree.content else {
            log.report(tree.place, "expected a target as a mapping, found \(tree.kind)")
            return nil
        }
        // Where it is none, or none that is known, the other keys are looked at as PostgreSQL's.
        let written = entries.first { $0.key == "kind" }?.value.scalar
        var kind = Kind.postgres
        if case .text(let text) = written { kind = Kind(rawValue: text) ?? .postgres }
        guard let fields = FieldReader(tree, "a target", keys: Self.targetKeys + kind.keys, log),
            let name = TargetName(name)
        else { return nil }
        let isKnown = fields.required("kind", Kind.expected).flatMap(isKind)
        let labels = fields["labels"].map(labels) ?? [:]
        let retention = fields["retention"]?.duration(
            "a duration such as `12h` or `90d`, of 1s to 3650d",
            longest: GatewayLimits.retentionMillisecondsMax, log)
        let sessions = fields["sessions_per_principal"]?.number(
            "a number from 1 to 100000", in: 1...GatewayLimits.sessionsPerPrincipalMax, log)
        let service: TargetSection.Service? =
            switch kind {
            case .postgres: postgres(fields).map { .postgres($0) }
            case .shell: shell(fields).map { .shell($0) }
            case .docker: docker(fields).map { .docker($0) }
            }
        guard isKnown != nil, let labels, let service else { return nil }
        return TargetSection(
            name: name, labels: labels, retentionMilliseconds: retention,
            sessionsPerPrincipalMax: sessions.map { Int($0) }, service: service)
    }

    private func isKind(_ tree: YAMLTree) -> Bool? {
        guard let text = tree.text(Kind.expected, log) else { return nil }
        if Kind(rawValue: text) != nil { return true }
        log.report(
            tree.place, "unknown kind of target \(quote(text)), expected \(Kind.expected)")
        return nil
    }

    private func docker(_ fields: FieldReader) -> DockerSection? {
        let socket = fields["socket"].map { $0.text("a socket's path", log).map(absolute) }
        let address = fields["address"].map(serverAddress)
        let files = ["ca", "certificate", "key"]
        switch (socket, address) {
        case (nil, nil), (_?, _?):
            log.report(fields.place, "expected either `socket` or `address`")
            return nil
        case (let socket?, nil):
            for (key, field) in files.compactMap({ key in fields[key].map { (key, $0) } }) {
                log.report(field.place, "expected `\(key)` for an engine with an `address` only")
            }
            return socket.map { DockerSection(place: .socket($0)) }
        case (nil, let address?):
            let ca = path(fields, "ca", "the PEM file of the CA of the engine's certificate")
            let certificate = path(fields, "certificate", "the gateway's own, a PEM file")
            let key = path(fields, "key", "the certificate's key, a PEM file")
            guard let address, let ca, let certificate, let key else { return nil }
            return DockerSection(
                place: .address(
                    address,
                    .init(caFile: ca, certificateFile: certificate, keyFile: key)))
        }
    }

    private func postgres(_ fields: FieldReader) -> PostgresSection? {
        let server = fields.required("address", "`HOST:PORT`").flatMap(serverAddress)
        let database = fields.required("database", "the database's name")?.text("a name", log)
        let user = fields.required("user", "the database's role")?.text("a role's name", log)
        let tls: PostgresSection.UpstreamTLS? =
            fields["tls"].map { $0.word("way of TLS", log) } ?? .verifyFull
        let ca = fields["ca"]?.text("a PEM file", log).map(absolute)
        let password = fields["password"].map(password)
        let path = fields["search_path"].map { texts($0, "a schema's name") } ?? ["public"]
        let refresh = fields["catalogue_refresh"]?.duration(log) ?? 30_000
        let rows =
            fields["recorded_rows"]?.number(
                "a number from 0 to 1000", in: 0...Int64(GatewayLimits.recordedRowsMax), log) ?? 0
        if tls == .verifyFull, ca == nil {
            log.report(
                fields.place, "expected the key `ca`: `tls: verify-full` needs the CA's PEM file")
        }
        guard let server, let database, let user, let tls, let path else { return nil }
        return PostgresSection(
            host: server.host, port: server.port, database: database, tls: tls, caFile: ca,
            user: user, password: password ?? nil, searchPath: path,
            catalogueRefreshMilliseconds: refresh, recordedRowsMax: Int(rows))
    }

    private func shell(_ fields: FieldReader) -> ShellSection? {
        let runner = fields.required("runner", "`local`, or an enrolled runner's name")?
            .name("`local`, or an enrolled runner's name", log)
        let socket = fields["socket"].map { $0.text("a socket's path", log).map(absolute) }
        let account = fields.required("account", "whose processes its sessions are")?
            .text("an account's name", log)
        let environment = fields["environment"].map { texts($0, "a variable's name") } ?? []
        let writable = fields["writable"].map { texts($0, "an absolute path", isPath) }
        let processes = fields["processes"].map {
            $0.number("a number from 1 to 100000", in: 1...100_000, log)
        }
        if let socket, socket == nil { return nil }
        if let writable, writable == nil { return nil }
        if let processes, processes == nil { return nil }
        if let runner, runner != "local", let place = fields["socket"]?.place {
            log.report(place, "expected `socket` for `runner: local` only")
            return nil
        }
        guard let runner, let account, let environment else { return nil }
        // What is a name is a runner's, but for `local`.
        let place =
            RunnerName(runner).map { ShellSection.Runner.remote($0) }
            ?? .local(socket: (socket ?? nil) ?? GatewayLimits.runnerSocketPath)
        return ShellSection(
            runner: place,
            account: account, environment: environment, writable: writable ?? nil,
            processesMax: (processes ?? nil).map { Int($0) } ?? GatewayLimits.shellProcesses)
    }

    private func isPath(_ text: String) -> Bool {
        text.hasPrefix("/") && !text.split(separator: "/").contains("..")
    }

    private func texts(
        _ tree: YAMLTree, _ expected: String, _ isGood: (String) -> Bool = { _ in true }
    ) -> [String]? {
        tree.list(of: expected, log) { item in
            guard let text = item.text(expected, log) else { return nil }
            if isGood(text) { return text }
            log.report(item.place, "expected \(expected), found \(quote(text))")
            return nil
        }
    }

    private func password(_ tree: YAMLTree) -> PostgresSection.Password? {
        guard let fields = FieldReader(tree, "`password`", keys: ["file", "env"], log) else {
            return nil
        }
        switch (fields["file"], fields["env"]) {
        case (let file?, nil):
            return file.text("a file's path", log).map { .file(absolute($0)) }
        case (nil, let name?):
            return name.text("an environment variable's name", log).map { .environment($0) }
        case (nil, nil), (_?, _?):
            log.report(tree.place, "expected either `file` or `env`")
            return nil
        }
    }

    private func labels(_ tree: YAMLTree) -> [String: String]? {
        guard case .mapping(let entries) = tree.content else {
            log.report(tree.place, "expected a mapping of labels, found \(tree.kind)")
            return nil
        }
        var labels: [String: String] = [:]
        for entry in entries {
            guard let value = entry.value.text("a label's value", log) else { return nil }
            labels[entry.key] = value
        }
        return labels
    }

    // MARK: Values

    private func path(_ fields: FieldReader, _ key: String, _ expected: String) -> String? {
        fields.required(key, expected)?.text(expected, log).map(absolute)
    }

    /// Relative paths are relative to the configuration's directory.
    private func absolute(_ path: String) -> String {
        path.hasPrefix("/") ? path : directory + "/" + path
    }

    private func names(_ tree: YAMLTree) -> [String]? {
        tree.list(of: "names", log) { $0.name("a name", log) }
    }

    private func named<Section>(
        _ tree: YAMLTree, _ expected: String, _ read: (String, YAMLTree) -> Section?
    ) -> [Section]? {
        guard case .mapping(let entries) = tree.content else {
            log.report(tree.place, "expected \(expected), found \(tree.kind)")
            return nil
        }
        var seen: Set<String> = []
        var sections: [Section] = []
        for entry in entries {
            guard let name = PrincipalName(entry.key)?.text else {
                log.report(
                    entry.keyPlace,
                    "expected a name of letters, digits, `.`, `_`, `-`, found \(quote(entry.key))")
                continue
            }
            guard seen.insert(name).inserted else {
                log.report(entry.keyPlace, "\(quote(name)) is given again")
                continue
            }
            if let section = read(name, entry.value) { sections.append(section) }
        }
        return sections.count == entries.count ? sections : nil
    }
}
