import COpenSSL
import Cryptography
import Vocabulary

/// ALPN, and tickets that are bound to the server name and the protocol they were given under.
extension TLSContext {
    func offerApplicationProtocols() throws(TLSError) {
        guard !applicationProtocols.isEmpty else { return }
        let list = applicationProtocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        guard SSL_CTX_set_alpn_protos(pointer, list, UInt32(list.count)) == 0 else {
            throw TLSError(
                .ours, .configuration, "application protocols: \(ErrorQueue.drainText())")
        }
    }

    func resume(forSeconds seconds: Int) throws(TLSError) {
        guard seconds > 0 else { return shim_ssl_ctx_no_tickets(pointer) }
        SSL_CTX_set_timeout(pointer, min(seconds, Limits.sessionSecondsMax))
        guard SSL_CTX_set_num_tickets(pointer, 1) == 1,
            SSL_CTX_set_session_ticket_cb(pointer, shortenTicket, nil, nil) == 1
        else { throw TLSError(.ours, .configuration, "tickets: \(ErrorQueue.drainText())") }
    }

    func installServerCallbacks() {
        // Unretained: every connection holds this object for as long as its SSL lives.
        let own = Unmanaged.passUnretained(self).toOpaque()
        SSL_CTX_set_client_hello_cb(pointer, readClientHello, own)
        SSL_CTX_set_alpn_select_cb(pointer, selectProtocol, own)
    }
}

/// Runs before a ticket is looked at: notes the server name, and gives the session a context that only a
/// ClientHello with the same name and protocol has. A ticket from another context leads to a full handshake. The protocol
/// also says whether the client is asked for a certificate, and which CAs it is verified against.
private func readClientHello(
    _ ssl: OpaquePointer?, _ alert: UnsafeMutablePointer<Int32>?,
    _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    guard let ssl, let argument, let data = shim_ssl_get_app_data(ssl) else {
        return SSL_CLIENT_HELLO_ERROR
    }
    let context = Unmanaged<TLSContext>.fromOpaque(argument).takeUnretainedValue()
    let connection = Unmanaged<TLSConnection>.fromOpaque(data).takeUnretainedValue()
    let name = withExtension(TLSEXT_TYPE_server_name, of: ssl, ClientHello.serverName) ?? nil
    connection.noteServerName(name)
    let offered = TLSEXT_TYPE_application_layer_protocol_negotiation
    let chosen = withExtension(offered, of: ssl) { chosenName($0, context.applicationProtocols) }
    let binding = sessionContext(serverName: name, applicationProtocol: chosen ?? nil)
    guard SSL_set_session_id_context(ssl, binding, UInt32(binding.count)) == 1 else {
        return SSL_CLIENT_HELLO_ERROR
    }
    guard connection.askForCertificate(for: chosen ?? nil) else { return SSL_CLIENT_HELLO_ERROR }
    return SSL_CLIENT_HELLO_SUCCESS
}

private func withExtension<Value>(
    _ kind: Int32, of ssl: OpaquePointer, _ body: (UnsafeRawBufferPointer) -> Value
) -> Value? {
    var start: UnsafePointer<UInt8>?
    var count = 0
    guard SSL_client_hello_get0_ext(ssl, UInt32(kind), &start, &count) == 1 else { return nil }
    return body(UnsafeRawBufferPointer(start: start, count: count))
}

private func chosenName(_ bytes: UnsafeRawBufferPointer, _ supported: [String]) -> String? {
    let list = ClientHello.protocolList(bytes)
    guard case .chosen(let range) = ClientHello.choose(from: list, supported: supported) else {
        return nil
    }
    return String(decoding: list[range], as: UTF8.self)
}

/// 32 bytes, the most that OpenSSL takes: a hash over both, with their lengths in front and absence told apart.
private func sessionContext(serverName: String?, applicationProtocol: String?) -> [UInt8] {
    var text = Array("sallyport tls session".utf8)
    for field in [serverName, applicationProtocol] {
        let bytes = field.map { Array($0.utf8) }
        text.append(bytes == nil ? 0 : 1)
        text.append(UInt8(truncatingIfNeeded: bytes?.count ?? 0))
        text += bytes ?? []
    }
    return Cryptography.SHA256.hash(text).bytes
}

/// Protocols that share no name end the handshake (RFC 7301 section 3.2), so that bytes meant for one
/// protocol never reach another. A client that offers none goes on without.
private func selectProtocol(
    _ ssl: OpaquePointer?, _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
    _ chosenCount: UnsafeMutablePointer<UInt8>?, _ offered: UnsafePointer<UInt8>?,
    _ offeredCount: UInt32, _ argument: UnsafeMutableRawPointer?
) -> Int32 {
    guard let argument, let offered else { return SSL_TLSEXT_ERR_ALERT_FATAL }
    let context = Unmanaged<TLSContext>.fromOpaque(argument).takeUnretainedValue()
    let list = UnsafeRawBufferPointer(start: offered, count: Int(offeredCount))
    switch ClientHello.choose(from: list, supported: context.applicationProtocols) {
    case .none: return SSL_TLSEXT_ERR_NOACK
    case .noOverlap: return SSL_TLSEXT_ERR_ALERT_FATAL
    case .chosen(let range):
        chosen?.pointee = offered + range.lowerBound
        chosenCount?.pointee = UInt8(range.count)
        return SSL_TLSEXT_ERR_OK
    }
}

/// A ticket lives no longer than the client's certificate.
private func shortenTicket(_ ssl: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) -> Int32 {
    guard let ssl, let session = SSL_get_session(ssl) else { return 0 }
    guard let certificate = SSL_get0_peer_certificate(ssl) else { return 1 }
    var days: Int32 = 0
    var seconds: Int32 = 0
    guard ASN1_TIME_diff(&days, &seconds, nil, X509_get0_notAfter(certificate)) == 1 else {
        return 0
    }
    let left = max(Int(days) * 86_400 + Int(seconds), 0)
    if left < SSL_SESSION_get_timeout(session) { SSL_SESSION_set_timeout(session, left) }
    return 1
}
