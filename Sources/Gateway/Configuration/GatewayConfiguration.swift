import Vocabulary

/// `sallyport.yaml` as read: checked for shape, not yet for what it names. Paths are absolute.
public struct GatewayConfiguration: Sendable, Hashable {
    public var gateway: GatewaySection
    public var identity: IdentitySection
    public var consents: ConsentsSection
    public var targets: [TargetSection]
}

/// `gateway:`: where it listens, and where it keeps things.
public struct GatewaySection: Sendable, Hashable {
    /// One or more `HOST:PORT`.
    public var listen: [ListenAddress]
    public var certificateFile: String
    public var keyFile: String
    public var clientCAFile: String?
    /// The directory of store, recordings and ledger.
    public var stateDirectory: String
    public var policiesDirectory: String
    /// The name in the ledger's checkpoints; part of what auditors pin.
    public var ledgerOrigin: String
    /// Plain allows of this many milliseconds may be lost to a power cut (never to a killed process).
    public var recordingSyncMilliseconds: Int64
}

/// An address to listen on.
public struct ListenAddress: Sendable, Hashable, CustomStringConvertible {
    public var host: String
    public var port: Int

    public init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    /// Reads `HOST:PORT` or `[IPV6]:PORT`.
    public init?(_ text: String) {
        guard let colon = text.lastIndex(of: ":"),
            text[text.index(after: colon)...].allSatisfy({ $0.isASCII && $0.isNumber }),
            let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port)
        else { return nil }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            host = String(host.dropFirst().dropLast())
        } else if host.contains(":") {
            return nil
        }
        guard !host.isEmpty else { return nil }
        self.init(host: host, port: port)
    }
}

/// `identity:`: who exists.
public struct IdentitySection: Sendable, Hashable {
    public var pamService: String
    /// A private PAM configuration directory; `nil` is the system's.
    public var pamDirectory: String?
    public var people: [PersonSection]
    public var agents: [AgentSection]
    public var administrators: [String]
}

public struct PersonSection: Sendable, Hashable {
    public var name: String
    public var groups: [String]
    public var accounts: [String]
}

public struct AgentSection: Sendable, Hashable {
    public var name: String
    public var owner: String
    public var groups: [String]
    /// What its tokens may open at most; `nil` is all that policy allows.
    public var targets: [String]?
}

/// `consents:`: what makes a consent count.
public struct ConsentsSection: Sendable, Hashable {
    /// The approver's last whole PAM conversation may be this old.
    public var freshMilliseconds: Int64
    /// True: a key file without a passphrase is accepted. `doctor` names it.
    public var allowsUnprotectedKeys: Bool
    public var pendingPerPrincipalMax: Int
    public var pendingPerTargetMax: Int
}

/// One entry of `targets:`.
public struct TargetSection: Sendable, Hashable {
    /// What is behind it.
    public enum Service: Sendable, Hashable {
        case postgres(PostgresSection)
        case shell(ShellSection)
        case docker(DockerSection)
    }

    public var name: TargetName
    public var labels: [String: String]
    /// How long recordings are kept behind their session's end; `nil`: for ever.
    public var retentionMilliseconds: Int64?
    /// How many sessions one principal may have at once; `nil`: as many as the server takes.
    public var sessionsPerPrincipalMax: Int?
    public var service: Service

    public var kind: String {
        switch service {
        case .postgres: "postgres"
        case .shell: "shell"
        case .docker: "docker"
        }
    }

    /// The target as policies see it.
    public var target: Target { Target(name: name, kind: kind, labels: labels) }

    /// `nil` for another kind.
    public var postgres: PostgresSection? {
        if case .postgres(let section) = service { section } else { nil }
    }

    /// `nil` for another kind.
    public var docker: DockerSection? {
        if case .docker(let section) = service { section } else { nil }
    }
}

/// `kind: postgres`: the server and the gateway's own login there.
public struct PostgresSection: Sendable, Hashable {
    public enum UpstreamTLS: String, Sendable, Hashable, CaseIterable {
        case verifyFull = "verify-full"
        case require, disable
    }

    public enum Password: Sendable, Hashable {
        case file(String)
        case environment(String)
    }

    public var host: String
    public var port: Int
    public var database: String
    public var tls: UpstreamTLS
    public var caFile: String?
    public var user: String
    public var password: Password?
    public var searchPath: [String]
    public var catalogueRefreshMilliseconds: Int64
    /// How many result rows of each command are kept in the recording; 0 by default.
    public var recordedRowsMax: Int
}

/// `kind: shell`: the runner that starts programs, and what they may become and touch.
public struct ShellSection: Sendable, Hashable {
    public enum Runner: Sendable, Hashable {
        /// On this machine: its unix socket.
        case local(socket: String)
        /// Enrolled under this name; it dials the gateway.
        case remote(RunnerName)
    }

    public var runner: Runner
    /// Whose processes sessions are.
    public var account: String
    /// Names of environment variables besides the usual ones that clients may send and programs may be given.
    public var environment: [String]
    /// Directories below which sessions may change files, where policies allow it; `nil`: wherever the account may.
    public var writable: [String]?
    /// Processes and threads of one session at once.
    public var processesMax: Int
}

/// `kind: docker`: where the container engine's API is.
public struct DockerSection: Sendable, Hashable {
    public enum Place: Sendable, Hashable {
        /// On this machine: its unix socket.
        case socket(String)
        /// By TCP: always TLS, both ends with a certificate, as the engine's `--tlsverify` wants it.
        case address(ListenAddress, TLSFiles)
    }

    /// PEM files.
    public struct TLSFiles: Sendable, Hashable {
        /// Of the CA that signed the engine's certificate.
        public var caFile: String
        /// The gateway's own, which the engine knows it by.
        public var certificateFile: String
        public var keyFile: String
    }

    public var place: Place

    /// As people know it.
    var shownPlace: String {
        switch place {
        case .socket(let path): path
        case .address(let address, _): address.description
        }
    }
}
