/// A session's identity: `ses_` and 26 characters.
public struct SessionID: Hashable, Sendable, Codable, RawRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A hold's identity: `hld_` and 26 characters. CLI users may shorten it to any unique prefix.
public struct HoldID: Hashable, Sendable, Codable, RawRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// A token's public identity, the middle part of `spt_<id>_<secret>`.
public struct TokenID: Hashable, Sendable, Codable, RawRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}

/// An enrolled consent key's identity: its OpenSSH fingerprint, `SHA256:...`.
public struct KeyID: Hashable, Sendable, Codable, RawRepresentable {
    public let rawValue: String
    public init(rawValue: String) { self.rawValue = rawValue }
}
