/// How far `TLSConnection.handshake` came.
public enum TLSHandshakeProgress: Equatable, Sendable {
    /// The peer's next flight is awaited.
    case needMore
    /// Finished; `TLSConnection.established` is set.
    case established
}

/// How far `TLSConnection.decrypt` came.
public enum TLSProgress: Equatable, Sendable {
    /// Plaintext was appended, and every whole record has been read.
    case data
    /// Nothing was appended: a record is not whole yet.
    case needMore
    /// The peer's close_notify was read: nothing comes after it. Plaintext from before it may have been appended.
    case closed
}
