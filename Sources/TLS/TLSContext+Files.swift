import COpenSSL

/// Certificates, keys and trust from files. Each error names the file.
extension TLSContext {
    func use(_ identity: TLSIdentity) throws(TLSError) {
        try Self.checkReadable(identity.certificateFile, "certificate")
        guard SSL_CTX_use_certificate_chain_file(pointer, identity.certificateFile) == 1 else {
            throw Self.wrong(
                "certificate", identity.certificateFile, ErrorQueue.drainText(),
                "give a PEM file, the leaf first")
        }
        try checkDates(identity.certificateFile)
        try useKey(identity)
    }

    func judge(by trust: TLSTrust) throws(TLSError) {
        switch trust {
        case .verifyFull(let caFile):
            try self.trust(caFile)
            SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, nil)
        case .require:
            SSL_CTX_set_verify(pointer, SSL_VERIFY_NONE, nil)
        }
    }

    private func trust(_ file: String) throws(TLSError) {
        try Self.checkReadable(file, "CA")
        guard SSL_CTX_load_verify_file(pointer, file) == 1 else {
            throw Self.wrong(
                "CA", file, ErrorQueue.drainText(), "give a PEM file of CA certificates")
        }
    }

    private func useKey(_ identity: TLSIdentity) throws(TLSError) {
        ErrorQueue.clear()
        let file = identity.keyFile
        guard let input = BIO_new_file(file, "r") else {
            throw Self.wrong(
                "key", file, ErrorQueue.drainText(), "check the path and its permissions")
        }
        defer { BIO_free(input) }
        guard let key = shim_read_private_key(input) else {
            throw Self.wrong(
                "key", file, ErrorQueue.drainText(), "give an unencrypted PEM private key")
        }
        defer { EVP_PKEY_free(key) }
        guard SSL_CTX_use_PrivateKey(pointer, key) == 1, SSL_CTX_check_private_key(pointer) == 1
        else {
            ErrorQueue.clear()
            throw Self.wrong(
                "key", file, "it does not match the certificate `\(identity.certificateFile)`",
                "give the key that the certificate was made for")
        }
    }

    static func checkReadable(_ file: String, _ what: String) throws(TLSError) {
        ErrorQueue.clear()
        guard let input = BIO_new_file(file, "r") else {
            throw wrong(
                what, file, ErrorQueue.drainText(), "check the path and its permissions")
        }
        BIO_free(input)
    }

    private func checkDates(_ file: String) throws(TLSError) {
        guard let leaf = SSL_CTX_get0_certificate(pointer) else { return }
        if X509_cmp_current_time(X509_get0_notAfter(leaf)) <= 0 {
            throw Self.wrong("certificate", file, "it has expired", "renew it")
        }
        if X509_cmp_current_time(X509_get0_notBefore(leaf)) > 0 {
            throw Self.wrong(
                "certificate", file, "it is not valid yet", "check this machine's clock")
        }
    }

    static func wrong(
        _ what: String, _ file: String, _ reason: String, _ advice: String
    ) -> TLSError {
        ErrorQueue.clear()
        return TLSError(
            .ours, .configuration, "\(what) `\(file)`: \(reason.lowercasedFirst); \(advice)")
    }
}

extension String {
    /// OpenSSL and the system begin some reasons with a capital.
    var lowercasedFirst: String { prefix(1).lowercased() + dropFirst() }
}
