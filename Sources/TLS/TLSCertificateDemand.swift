import COpenSSL

/// Clients that choose this protocol must show a certificate of this CA. No other CA counts for it, and this one counts
/// for no other protocol: what is issued to machines is never taken for a person's, nor the other way round.
public struct TLSCertificateDemand: Hashable, Sendable {
    public let applicationProtocol: String
    /// A PEM file.
    public let caFile: String

    public init(applicationProtocol: String, caFile: String) {
        self.applicationProtocol = applicationProtocol
        self.caFile = caFile
    }
}

/// The same with its CA loaded.
final class CertificateDemand {
    let applicationProtocol: String
    /// Owned.
    private let store: OpaquePointer
    /// Owned: what clients are told to look for.
    private let names: OpaquePointer

    init(_ demand: TLSCertificateDemand) throws(TLSError) {
        ErrorQueue.clear()
        func wrong() -> TLSError {
            TLSError(
                .ours, .configuration,
                "CA `\(demand.caFile)`: \(ErrorQueue.drainText().lowercasedFirst)")
        }
        guard let store = X509_STORE_new() else { throw wrong() }
        guard X509_STORE_load_file(store, demand.caFile) == 1,
            let names = SSL_load_client_CA_file(demand.caFile)
        else {
            let error = wrong()
            X509_STORE_free(store)
            throw error
        }
        self.store = store
        self.names = names
        applicationProtocol = demand.applicationProtocol
    }

    deinit {
        X509_STORE_free(store)
        shim_free_names(names)
    }

    /// Before anything of the client's but its first message was looked at.
    func apply(to ssl: OpaquePointer) -> Bool {
        guard shim_ssl_demand_certificate(ssl, store) == 1, let copy = SSL_dup_CA_list(names) else {
            return false
        }
        SSL_set0_CA_list(ssl, copy)
        return true
    }
}
