import COpenSSL
import NIOCore

/// OpenSSL's transport: a BIO that reads and writes a connection's own buffers, so that ciphertext is copied
/// once each way. It always takes what is written, and says "retry" when there is nothing to read.
enum BufferBIO {
    /// A BIO for `connection`, which it does not retain: the connection frees the SSL, and with it the BIO.
    static func make(for connection: TLSConnection) -> OpaquePointer? {
        guard let method = table.method, let bio = BIO_new(method) else { return nil }
        BIO_set_data(bio, Unmanaged.passUnretained(connection).toOpaque())
        BIO_set_init(bio, 1)
        return bio
    }

    // `@unchecked Sendable` holds: the table is written before anyone sees it, and only read after.
    private struct Table: @unchecked Sendable {
        /// Never freed: the process has one.
        let method: OpaquePointer?
    }

    private static let table = Table(method: makeMethod())

    private static func makeMethod() -> OpaquePointer? {
        let kind = BIO_get_new_index()
        guard kind >= 0,
            let method = BIO_meth_new(kind | BIO_TYPE_SOURCE_SINK, "sallyport buffers"),
            BIO_meth_set_read(method, readCiphertext) == 1,
            BIO_meth_set_write(method, writeCiphertext) == 1,
            BIO_meth_set_ctrl(method, control) == 1
        else { return nil }
        return method
    }
}

private func connection(of bio: OpaquePointer?) -> TLSConnection? {
    guard let bio, let data = BIO_get_data(bio) else { return nil }
    return Unmanaged<TLSConnection>.fromOpaque(data).takeUnretainedValue()
}

private func readCiphertext(
    _ bio: OpaquePointer?, _ into: UnsafeMutablePointer<CChar>?, _ count: Int32
) -> Int32 {
    guard let connection = connection(of: bio), let into, count > 0 else { return -1 }
    shim_bio_clear_retry(bio)
    let target = UnsafeMutableRawBufferPointer(start: into, count: Int(count))
    let copied = connection.copyCiphertext(into: target)
    if copied > 0 { return Int32(copied) }
    shim_bio_retry_read(bio)
    return -1
}

private func writeCiphertext(
    _ bio: OpaquePointer?, _ from: UnsafePointer<CChar>?, _ count: Int32
) -> Int32 {
    guard let connection = connection(of: bio), let from, count > 0 else { return -1 }
    shim_bio_clear_retry(bio)
    connection.appendCiphertext(UnsafeRawBufferPointer(start: from, count: Int(count)))
    return count
}

private func control(
    _ bio: OpaquePointer?, _ command: Int32, _ number: Int, _ pointer: UnsafeMutableRawPointer?
) -> Int {
    command == BIO_CTRL_FLUSH ? 1 : 0
}
