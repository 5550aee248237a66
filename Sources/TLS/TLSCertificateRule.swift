import COpenSSL

/// Whose certificates clients of these protocols may show. No other CA counts for them: what is issued to machines is
/// never taken for a person's, nor the other way round. Clients of a protocol without a rule are not asked for one.
public struct TLSCertificateRule: Hashable, Sendable {
    /// `nil` among them stands for clients that offer no protocol.
    public let applicationProtocols: Set<String?>
    /// PEM files.
    public let caFiles: [String]
    /// Clients without a certificate are refused.
    public let isRequired: Bool

    public init(applicationProtocols: Set<String?>, caFiles: [String], isRequired: Bool) {
        self.applicationProtocols = applicationProtocols
        self.caFiles = caFiles
        self.isRequired = isRequired
    }
}

/// The same with its CAs loaded.
final class CertificateRule {
    let applicationProtocols: Set<String?>
    let isRequired: Bool
    /// Owned.
    private let store: OpaquePointer
    /// Owned: what clients are told to look for.
    private let names: OpaquePointer

    init(_ rule: TLSCertificateRule) throws(TLSError) {
        ErrorQueue.clear()
        let store = try made(X509_STORE_new(), "the CAs of clients")
        guard let names = shim_new_names() else {
            X509_STORE_free(store)
            throw bad("the CAs of clients")
        }
        self.store = store
        self.names = names
        applicationProtocols = rule.applicationProtocols
        isRequired = rule.isRequired
        for file in rule.caFiles {
            try TLSContext.checkReadable(file, "client CA")
            guard X509_STORE_load_file(store, file) == 1,
                SSL_add_file_cert_subjects_to_stack(names, file) == 1
            else {
                throw TLSContext.wrong(
                    "client CA", file, ErrorQueue.drainText(), "give a PEM file of CA certificates")
            }
        }
    }

    deinit {
        X509_STORE_free(store)
        shim_free_names(names)
    }

    /// Before anything of the client's but its first message was looked at.
    func apply(to ssl: OpaquePointer) -> Bool {
        guard shim_ssl_ask_for_certificate(ssl, store, isRequired ? 1 : 0) == 1,
            let copy = SSL_dup_CA_list(names)
        else { return false }
        SSL_set0_CA_list(ssl, copy)
        return true
    }
}
