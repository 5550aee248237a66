/// The name of a prepared statement or portal, held inline: looking one up allocates nothing.
public struct WireName: Hashable, Sendable {
    private typealias Words = (UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64, UInt64)
    private var words: Words = (0, 0, 0, 0, 0, 0, 0, 0)
    public private(set) var count = 0

    /// The unnamed statement or portal.
    public static let unnamed = WireName()

    private init() {}

    /// `nil` above `Limits.nameBytesMax` bytes.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count <= Limits.nameBytesMax else { return nil }
        count = bytes.count
        withUnsafeMutableBytes(of: &words) { $0.copyMemory(from: bytes) }
    }

    /// `nil` above `Limits.nameBytesMax` bytes.
    public init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard let name = bytes.withUnsafeBytes({ WireName($0) }) else { return nil }
        self = name
    }

    public var isUnnamed: Bool { count == 0 }

    public var bytes: [UInt8] { withUnsafeBytes(of: words) { Array($0.prefix(count)) } }

    /// The name as text; bytes that are not UTF-8 are replaced.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    var isASCII: Bool {
        let low = words.0 | words.1 | words.2 | words.3
        let high = words.4 | words.5 | words.6 | words.7
        return (low | high) & 0x8080_8080_8080_8080 == 0
    }

    public static func == (left: WireName, right: WireName) -> Bool {
        guard left.count == right.count, left.words.0 == right.words.0 else { return false }
        return left.count <= 8
            || (left.words.1 == right.words.1 && left.words.2 == right.words.2
                && left.words.3 == right.words.3 && left.words.4 == right.words.4
                && left.words.5 == right.words.5 && left.words.6 == right.words.6
                && left.words.7 == right.words.7)
    }

    public func hash(into hasher: inout Hasher) {
        withUnsafeBytes(of: words) {
            hasher.combine(bytes: UnsafeRawBufferPointer(rebasing: $0.prefix(count)))
        }
    }
}

extension WireName: CustomStringConvertible {
    public var description: String { text }
}
