/// The name of a prepared statement or portal, held inline: looking one up allocates nothing.
public struct WireName: Hashable, Sendable {
    private typealias Words = SIMD2<UInt64>
    private var words: (Words, Words, Words, Words) = (.zero, .zero, .zero, .zero)
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
        let high = (words.0 | words.1 | words.2 | words.3) & Words(repeating: 0x8080_8080_8080_8080)
        return high == .zero
    }

    public static func == (left: WireName, right: WireName) -> Bool {
        left.count == right.count && left.words.0 == right.words.0 && left.words.1 == right.words.1
            && left.words.2 == right.words.2 && left.words.3 == right.words.3
    }

    public func hash(into hasher: inout Hasher) {
        hasher.combine(words.0)
        if count > 16 { hasher.combine(words.1) }
        if count > 32 { hasher.combine(words.2) }
        if count > 48 { hasher.combine(words.3) }
    }
}

extension WireName: CustomStringConvertible {
    public var description: String { text }
}
