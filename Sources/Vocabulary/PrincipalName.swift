/// The one canonical spelling of a principal's name: people and agents share one namespace.
///
/// Canonical form: ASCII letters in lower case, digits, `.`, `_`, `-`; starts with a letter or digit;
/// 1 to 63 bytes. Anything else, look-alike letters of other scripts included, is no name.
public struct PrincipalName: Hashable, Sendable, Comparable {
    public static let bytesMax = 63

    public let text: String

    /// Canonicalises `raw` (`Alice` becomes `alice`); `nil` when it is not a name.
    public init?(_ raw: String) {
        guard let text = canonicalName(raw, bytesMax: Self.bytesMax) else { return nil }
        self.text = text
    }

    public static func < (left: PrincipalName, right: PrincipalName) -> Bool {
        left.text < right.text
    }
}

/// A target's name, in the same canonical form as a principal's.
public struct TargetName: Hashable, Sendable, Comparable {
    public static let bytesMax = 63

    public let text: String

    /// Canonicalises `raw`; `nil` when it is not a name.
    public init?(_ raw: String) {
        guard let text = canonicalName(raw, bytesMax: Self.bytesMax) else { return nil }
        self.text = text
    }

    public static func < (left: TargetName, right: TargetName) -> Bool { left.text < right.text }
}

/// The name of a runner on another host, in the same canonical form. `local` is none: it is the one beside the gateway.
public struct RunnerName: Hashable, Sendable, Comparable {
    public let text: String

    /// Canonicalises `raw`; `nil` when it is not a name.
    public init?(_ raw: String) {
        guard let text = canonicalName(raw, bytesMax: PrincipalName.bytesMax), text != "local"
        else {
            return nil
        }
        self.text = text
    }

    public static func < (left: RunnerName, right: RunnerName) -> Bool { left.text < right.text }
}

extension RunnerName: CustomStringConvertible {
    public var description: String { text }
}

extension PrincipalName: CustomStringConvertible {
    public var description: String { text }
}

extension TargetName: CustomStringConvertible {
    public var description: String { text }
}

extension PrincipalName: Codable {
    public init(from decoder: any Decoder) throws {
        let raw = try decoder.singleValueContainer().decode(String.self)
        guard let name = PrincipalName(raw) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a principal's name"))
        }
        self = name
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension TargetName: Codable {
    public init(from decoder: any Decoder) throws {
        let raw = try decoder.singleValueContainer().decode(String.self)
        guard let name = TargetName(raw) else {
            throw DecodingError.dataCorrupted(
                .init(codingPath: decoder.codingPath, debugDescription: "not a target's name"))
        }
        self = name
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

private func canonicalName(_ raw: String, bytesMax: Int) -> String? {
    let bytes = raw.utf8
    guard !bytes.isEmpty, bytes.count <= bytesMax else { return nil }
    var canonical: [UInt8] = []
    for byte in bytes {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            canonical.append(byte)
        case UInt8(ascii: "A")...UInt8(ascii: "Z"):
            canonical.append(byte + 32)
        case UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
            guard !canonical.isEmpty else { return nil }
            canonical.append(byte)
        default:
            return nil
        }
    }
    return String(decoding: canonical, as: UTF8.self)
}
