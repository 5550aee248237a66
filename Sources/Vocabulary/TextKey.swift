import Glibc

/// A text's bytes as the key of a dictionary: hashed and compared as one piece, where an array goes element by element.
public struct TextKey: Hashable, Sendable {
    public let bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    public func hash(into hasher: inout Hasher) {
        bytes.withUnsafeBytes { hasher.combine(bytes: $0) }
    }

    public static func == (left: TextKey, right: TextKey) -> Bool {
        left.bytes.withUnsafeBytes { left in
            right.bytes.withUnsafeBytes { right in
                guard left.count == right.count else { return false }
                guard let leftStart = left.baseAddress, let rightStart = right.baseAddress,
                    leftStart != rightStart
                else { return true }
                return memcmp(leftStart, rightStart, left.count) == 0
            }
        }
    }
}
