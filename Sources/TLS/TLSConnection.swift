import COpenSSL
import NIOCore

/// One TLS session over buffers: bytes in, bytes out, no socket. Confined to one event loop.
///
/// Give it what the socket read with `receive`, then call `handshake` until it is established, then `decrypt`.
/// After every call, thrown errors included, send what `takeCiphertext` returns. After an error the session is over.
public final class TLSConnection {
    /// What the handshake agreed on; `nil` until then.
    public private(set) var established: TLSEstablished?
    /// The same as a flag: looking at it copies nothing.
    private var isEstablished = false
    /// True once the peer's close_notify was read.
    public private(set) var isClosedByPeer = false
    /// True once our close_notify is among the ciphertext.
    public private(set) var isShutDown = false

    /// Kept for as long as the SSL lives: OpenSSL's callbacks reach it by an unretained pointer.
    let context: TLSContext
    /// Owned; freed in `deinit`, and with it the BIO.
    private let ssl: OpaquePointer
    private var serverName: String?
    /// As server: whether the client's first message was read, and the rule of the protocol that it chose.
    private var hasChosen = false
    private var rule: CertificateRule?
    private var failure: TLSError?
    /// What came and OpenSSL has not read: the socket's own buffer, given back when it is empty.
    private var incoming = ByteBuffer()
    private var outgoing = ByteBuffer()

    /// As server: nothing to add. As client: `serverName`, the host name or address that was dialled; needed
    /// for `verifyFull`; a host name is sent as SNI, an address is not (RFC 6066 section 3).
    /// Throws when the name cannot be one, or memory is short.
    public init(_ context: TLSContext, serverName: String? = nil) throws(TLSError) {
        ErrorQueue.clear()
        guard let ssl = SSL_new(context.pointer) else {
            throw TLSError(.ours, .state, "openssl: \(ErrorQueue.drainText())")
        }
        self.context = context
        self.ssl = ssl
        guard let bio = BufferBIO.make(for: self) else {
            throw TLSError(.ours, .state, "openssl: \(ErrorQueue.drainText())")
        }
        SSL_set_bio(ssl, bio, bio)
        shim_ssl_set_app_data(ssl, Unmanaged.passUnretained(self).toOpaque())
        switch context.role {
        case .server: SSL_set_accept_state(ssl)
        case .client(let trust):
            SSL_set_connect_state(ssl)
            self.serverName = try dial(serverName, trust, ssl)
        }
    }

    deinit { SSL_free(ssl) }

    /// Takes ciphertext over. When nothing is left from before, the buffer itself is kept until it is read: no copy.
    public func receive(_ ciphertext: inout ByteBuffer) {
        guard !isClosedByPeer, failure == nil else { return ciphertext.clear() }
        if incoming.readableBytes == 0 {
            incoming = ciphertext
            ciphertext = ByteBuffer()
        } else {
            incoming.writeBuffer(&ciphertext)
        }
    }

    /// Goes on with the handshake; as client, the first call begins it.
    public func handshake() throws(TLSError) -> TLSHandshakeProgress {
        if let failure { throw failure }
        if isEstablished { return .established }
        ErrorQueue.clear()
        let result = SSL_do_handshake(ssl)
        if result == 1 {
            try checkRule()
            established = makeEstablished()
            isEstablished = true
            return .established
        }
        let code = SSL_get_error(ssl, result)
        guard code == SSL_ERROR_WANT_READ else { throw fail(duringHandshake: true) }
        releaseIncoming()
        return .needMore
    }

    /// Appends to `plaintext` what every whole record that has come holds. `plaintext` may hold bytes already.
    public func decrypt(into plaintext: inout ByteBuffer) throws(TLSError) -> TLSProgress {
        if let failure { throw failure }
        guard isEstablished else {
            throw TLSError(.ours, .state, "nothing can be read before the handshake has ended")
        }
        if isClosedByPeer { return .closed }
        ErrorQueue.clear()
        let before = plaintext.readableBytes
        while true {
            let result = readRecord(into: &plaintext)
            if result == 1 {
                // Nothing came behind the record: asking OpenSSL would only tell us so.
                guard incoming.readableBytes == 0, SSL_has_pending(ssl) == 0 else { continue }
                releaseIncoming()
                return .data
            }
            releaseIncoming()
            switch SSL_get_error(ssl, result) {
            case SSL_ERROR_WANT_READ:
                return plaintext.readableBytes > before ? .data : .needMore
            case SSL_ERROR_ZERO_RETURN:
                isClosedByPeer = true
                incoming = ByteBuffer()
                return .closed
            default: throw fail(duringHandshake: false)
            }
        }
    }

    /// Encrypts all of `plaintext`, in records of at most 16 KiB.
    public func encrypt(_ plaintext: UnsafeRawBufferPointer) throws(TLSError) {
        if let failure { throw failure }
        guard isEstablished, !isShutDown else {
            let when = isShutDown ? "after close_notify" : "before the handshake has ended"
            throw TLSError(.ours, .state, "nothing can be written \(when)")
        }
        guard !plaintext.isEmpty else { return }
        prepareOutgoing(for: plaintext.count)
        ErrorQueue.clear()
        var written = 0
        let result = SSL_write_ex(ssl, plaintext.baseAddress, plaintext.count, &written)
        guard result == 1, written == plaintext.count else { throw fail(duringHandshake: false) }
    }

    /// Encrypts the readable bytes of `plaintext` and moves its reader index past them.
    public func encrypt(_ plaintext: inout ByteBuffer) throws(TLSError) {
        try plaintext.withUnsafeReadableBytes { bytes throws(TLSError) in try encrypt(bytes) }
        plaintext.moveReaderIndex(to: plaintext.writerIndex)
    }

    /// Bytes that `takeCiphertext` would return.
    public var ciphertextBytes: Int { outgoing.readableBytes }

    /// What must go to the peer now; `nil` when there is nothing. The storage is used again for the next
    /// records once the socket has let go of it.
    public func takeCiphertext() -> ByteBuffer? {
        guard outgoing.readableBytes > 0 else { return nil }
        let taken = outgoing
        if taken.capacity > Limits.keptBufferBytesMax {
            outgoing = ByteBuffer()
        } else {
            outgoing.moveReaderIndex(to: outgoing.writerIndex)
        }
        return taken
    }

    /// Adds close_notify to the ciphertext: we write nothing more, the peer still may. Does nothing before the
    /// handshake has ended, after an error, or a second time.
    public func shutdown() {
        guard isEstablished, failure == nil, !isShutDown else { return }
        prepareOutgoing(for: 0)
        ErrorQueue.clear()
        isShutDown = true
        _ = SSL_shutdown(ssl)
        ErrorQueue.clear()
    }

    /// Gives back what is kept for the next record. For sessions that have gone idle.
    public func releaseBuffers() {
        if outgoing.readableBytes == 0 { outgoing = ByteBuffer() }
        releaseIncoming()
        // Does nothing while part of a record is in them.
        if isEstablished { _ = SSL_free_buffers(ssl) }
    }
}

/// What OpenSSL's callbacks reach.
extension TLSConnection {
    func noteServerName(_ name: String?) { serverName = name }

    /// False for a client that changes its mind between two first messages.
    func askForCertificate(for applicationProtocol: String?) -> Bool {
        let rule = context.rule(for: applicationProtocol)
        guard !hasChosen || self.rule === rule else { return false }
        hasChosen = true
        self.rule = rule
        return rule?.apply(to: ssl) ?? true
    }

    func copyCiphertext(into target: UnsafeMutableRawBufferPointer) -> Int {
        incoming.readWithUnsafeReadableBytes { readable in
            let count = min(readable.count, target.count)
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: readable[..<count]))
            return count
        }
    }

    func appendCiphertext(_ bytes: UnsafeRawBufferPointer) {
        prepareOutgoing(for: 0)
        outgoing.writeBytes(bytes)
    }
}

extension TLSConnection {
    /// One SSL_read, with room for what may be in the record and no more.
    private func readRecord(into plaintext: inout ByteBuffer) -> Int32 {
        let likely = incoming.readableBytes + Int(SSL_pending(ssl))
        let room = min(max(likely, 64), Limits.recordBytesMax)
        var result: Int32 = 0
        plaintext.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { space in
            var count = 0
            result = SSL_read_ex(ssl, space.baseAddress, space.count, &count)
            return result == 1 ? count : 0
        }
        return result
    }

    /// Starts the buffer anew once all of it was taken; `clear` allocates only while the socket holds the old storage.
    private func prepareOutgoing(for count: Int) {
        if outgoing.readableBytes == 0, outgoing.writerIndex > 0 { outgoing.clear() }
        guard count > 0 else { return }
        let records = count / Limits.recordBytesMax + 1
        outgoing.reserveCapacity(minimumWritableBytes: count + records * recordOverheadBytes)
    }

    private func releaseIncoming() {
        if incoming.readableBytes == 0 { incoming = ByteBuffer() }
    }

    /// The protocol that was agreed on is the one that its peer was verified for.
    private func checkRule() throws(TLSError) {
        if rule === context.rule(for: selectedProtocol()) {
            guard rule?.isRequired == true, SSL_get0_peer_certificate(ssl) == nil else { return }
        }
        let error = TLSError(.theirs, .certificate, "the protocol needs a certificate of its own")
        failure = error
        throw error
    }

    private func fail(duringHandshake: Bool) -> TLSError {
        let error = TLSError.make(
            from: ErrorQueue.drain(), verification: SSL_get_verify_result(ssl),
            duringHandshake: duringHandshake)
        failure = error
        incoming = ByteBuffer()
        return error
    }

    private func makeEstablished() -> TLSEstablished {
        let peer = SSL_get0_peer_certificate(ssl)
        let server = SSL_is_server(ssl) == 1 ? SSL_get_certificate(ssl) : peer
        return TLSEstablished(
            version: SSL_version(ssl) == TLS1_3_VERSION ? .tls13 : .tls12,
            applicationProtocol: selectedProtocol(), serverName: serverName,
            peerCertificate: peer.map(PeerCertificate.init),
            channelBinding: server.map(serverEndPoint) ?? [],
            resumed: SSL_session_reused(ssl) == 1)
    }

    private func selectedProtocol() -> String? {
        var start: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        SSL_get0_alpn_selected(ssl, &start, &count)
        guard let start, count > 0 else { return nil }
        return String(
            decoding: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
    }
}

/// Header, nonce and tag of a record, the longest that TLS 1.2 and 1.3 have, rounded up (CBC with SHA-384: 5 + 16 + 48 + 16).
private let recordOverheadBytes = 96

/// Prepares a client for the name it dials; returns the name that is sent as SNI.
private func dial(
    _ name: String?, _ trust: TLSTrust, _ ssl: OpaquePointer
) throws(TLSError) -> String? {
    guard let name else {
        if case .require = trust { return nil }
        throw TLSError(.ours, .state, "verify-full needs the name or address that is dialled")
    }
    guard !name.isEmpty, name.utf8.count <= Limits.serverNameBytesMax,
        name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f })
    else {
        throw TLSError(.ours, .state, "`\(name.prefix(40))` is not a host name; use its ASCII form")
    }
    let rules = SSL_get0_param(ssl)
    if X509_VERIFY_PARAM_set1_ip_asc(rules, name) == 1 { return nil }
    ErrorQueue.clear()
    X509_VERIFY_PARAM_set_hostflags(rules, UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS))
    guard X509_VERIFY_PARAM_set1_host(rules, name, name.utf8.count) == 1,
        shim_ssl_set_host_name(ssl, name) == 1
    else { throw TLSError(.ours, .state, "server name: \(ErrorQueue.drainText())") }
    return name
}
