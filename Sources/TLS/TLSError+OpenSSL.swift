import COpenSSL

/// OpenSSL's words made into one line with the blame and what to do.
extension TLSError {
    static func make(
        from entries: [ErrorQueue.Entry], verification: Int, duringHandshake: Bool
    ) -> TLSError {
        if let alert = entries.lazy.compactMap(\.alert).first { return peerAlert(alert) }
        guard let cause = entries.first else {
            return TLSError(
                .theirs, duringHandshake ? .handshake : .record, "the peer ended the session")
        }
        if cause.library == ERR_LIB_SSL, cause.reason == SSL_R_CERTIFICATE_VERIFY_FAILED {
            return unverified(verification)
        }
        let ours =
            cause.reason == ERR_R_MALLOC_FAILURE || cause.reason == ERR_R_INTERNAL_ERROR
        let what = duringHandshake ? "handshake failed" : "bad record"
        return TLSError(
            ours ? .ours : .theirs, duringHandshake ? .handshake : .record,
            "\(what): \(cause.text)\(advice(cause))")
    }

    private static func advice(_ cause: ErrorQueue.Entry) -> String {
        guard cause.library == ERR_LIB_SSL else { return "" }
        return switch cause.reason {
        case SSL_R_WRONG_VERSION_NUMBER, SSL_R_HTTP_REQUEST, SSL_R_PACKET_LENGTH_TOO_LONG:
            "; the peer does not speak TLS on this port"
        case SSL_R_UNSUPPORTED_PROTOCOL, SSL_R_VERSION_TOO_LOW: "; TLS 1.2 or 1.3 is needed"
        default: ""
        }
    }

    private static func unverified(_ code: Int) -> TLSError {
        let text = String(cString: X509_verify_cert_error_string(code))
        let advice =
            switch Int32(truncatingIfNeeded: code) {
            case X509_V_ERR_HOSTNAME_MISMATCH, X509_V_ERR_IP_ADDRESS_MISMATCH:
                "; use a name that the certificate carries, or issue one with this name"
            case X509_V_ERR_CERT_HAS_EXPIRED: "; the peer must renew it"
            case X509_V_ERR_CERT_NOT_YET_VALID: "; check the clocks of both machines"
            case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
                X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
                X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, X509_V_ERR_CERT_SIGNATURE_FAILURE:
                "; trust the CA that signed it, or check that the peer is the right one"
            default: ""
            }
        return TLSError(
            .theirs, .certificate, "certificate verify failed: \(text.lowercasedFirst)\(advice)")
    }

    private static func peerAlert(_ alert: Int32) -> TLSError {
        let text = String(cString: SSL_alert_desc_string_long(alert)).lowercased()
        let advice =
            switch alert {
            case SSL_AD_UNKNOWN_CA, SSL_AD_BAD_CERTIFICATE:
                "; the peer does not trust our certificate: check its CA file"
            case SSL_AD_CERTIFICATE_EXPIRED: "; renew our certificate"
            case SSL_AD_CERTIFICATE_REQUIRED, SSL_AD_HANDSHAKE_FAILURE:
                "; the peer may want a client certificate, or shares no cipher with us"
            case SSL_AD_NO_APPLICATION_PROTOCOL:
                "; the peer speaks none of the application protocols that were offered"
            case SSL_AD_PROTOCOL_VERSION: "; TLS 1.2 or 1.3 is needed"
            default: ""
            }
        return TLSError(.theirs, .alert, "the peer refused: \(text)\(advice)")
    }
}
