import COpenSSL
import Cryptography
import Vocabulary

/// The rules that connections are made by: certificate, trust, protocols. Immutable once made, so one
/// serves all event loops.
///
/// TLS 1.2 and 1.3; no compression, no renegotiation, no early data.
// `@unchecked Sendable` holds: the SSL_CTX is set up before `init` returns and never changed after, and
// OpenSSL counts its references and locks what connections share in it.
public final class TLSContext: @unchecked Sendable {
    enum Role {
        case server
        case client(TLSTrust)
    }

    let role: Role
    /// In order of preference.
    public let applicationProtocols: [String]
    /// Owned: freed with this object. Each SSL holds a reference of its own.
    let pointer: OpaquePointer
    /// Of a server: whose certificates clients may show.
    private var rules: [CertificateRule] = []
    /// Of a client.
    let sharedCertificates = SharedCertificates()

    /// A server with the PEM files of its certificate chain and key.
    ///
    /// `sessionLifetimeSeconds`: how long a ticket may be resumed, 0 for no tickets. A ticket is bound to
    /// server name and application protocol, and lives no longer than the client's certificate.
    /// `rules`: the protocols whose clients are asked for a certificate, each in one rule at most.
    /// Throws a `TLSError` that names the file, the reason, and what to do.
    public static func server(
        certificateFile: String, keyFile: String, applicationProtocols: [String] = [],
        sessionLifetimeSeconds: Int = 0, rules: [TLSCertificateRule] = []
    ) throws(TLSError) -> TLSContext {
        let context = try TLSContext(role: .server, applicationProtocols: applicationProtocols)
        let identity = TLSIdentity(certificateFile: certificateFile, keyFile: keyFile)
        try context.use(identity)
        for rule in rules { context.rules.append(try CertificateRule(rule)) }
        try context.resume(forSeconds: sessionLifetimeSeconds)
        context.installServerCallbacks()
        return context
    }

    /// A client that judges the server as `trust` says, with a certificate of its own when `identity` is given.
    /// Throws a `TLSError` that names the file, the reason, and what to do.
    public static func client(
        trust: TLSTrust, applicationProtocols: [String] = [], identity: TLSIdentity? = nil
    ) throws(TLSError) -> TLSContext {
        let context = try TLSContext(
            role: .client(trust), applicationProtocols: applicationProtocols)
        try context.judge(by: trust)
        if let identity { try context.use(identity) }
        shim_ssl_ctx_no_tickets(context.pointer)
        try context.offerApplicationProtocols()
        context.shareCertificates()
        return context
    }

    private init(role: Role, applicationProtocols: [String]) throws(TLSError) {
        ErrorQueue.clear()
        let method =
            switch role {
            case .server: TLS_server_method()
            case .client: TLS_client_method()
            }
        guard let pointer = SSL_CTX_new(method) else {
            throw TLSError(.ours, .configuration, "openssl: \(ErrorQueue.drainText())")
        }
        self.role = role
        self.applicationProtocols = applicationProtocols
        self.pointer = pointer
        guard shim_ssl_ctx_harden(pointer) == 1 else {
            throw TLSError(.ours, .configuration, "openssl: \(ErrorQueue.drainText())")
        }
        shim_ssl_ctx_max_cert_list(pointer, Limits.certificateChainBytesMax)
        SSL_CTX_set_verify_depth(pointer, Int32(Limits.certificateDepthMax))
        for name in applicationProtocols
        where name.isEmpty || name.utf8.count > Limits.applicationProtocolBytesMax {
            throw TLSError(
                .ours, .configuration,
                "application protocol `\(name.prefix(40))`: give 1 to 255 bytes")
        }
    }

    deinit { SSL_CTX_free(pointer) }

    func rule(for applicationProtocol: String?) -> CertificateRule? {
        rules.first { $0.applicationProtocols.contains(applicationProtocol) }
    }
}
