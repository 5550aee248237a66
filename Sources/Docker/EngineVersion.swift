/// A version of the Docker Engine API: `1.41`.
public struct EngineVersion: Hashable, Comparable, Sendable, CustomStringConvertible {
    public let major: Int
    public let minor: Int

    public init(_ major: Int, _ minor: Int) {
        self.major = major
        self.minor = minor
    }

    /// Reads `1.41`: two numbers without signs, leading zeros or further parts, which the engine would take for this version
    /// too. `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 2, let major = Self.number(parts[0]), let minor = Self.number(parts[1])
        else { return nil }
        self.init(major, minor)
    }

    private static func number(_ digits: some Collection<UInt8>) -> Int? {
        guard 1...4 ~= digits.count, digits.count == 1 || digits.first != UInt8(ascii: "0"),
            digits.allSatisfy({ UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 })
        else { return nil }
        return digits.reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
    }

    public static func < (one: EngineVersion, other: EngineVersion) -> Bool {
        (one.major, one.minor) < (other.major, other.minor)
    }

    public var description: String { "\(major).\(minor)" }

    /// The versions whose meaning is known here. In older ones `start` takes a container's settings.
    public static let known = EngineVersion(1, 24)...EngineVersion(1, 41)
}
