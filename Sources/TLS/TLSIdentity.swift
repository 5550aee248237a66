/// A certificate chain (leaf first) and its private key, as PEM files.
public struct TLSIdentity: Hashable, Sendable {
    public let certificateFile: String
    public let keyFile: String

    public init(certificateFile: String, keyFile: String) {
        self.certificateFile = certificateFile
        self.keyFile = keyFile
    }
}
