/// Texts are taken apart byte by byte, as the engine does it: a character of Swift's is a separator together with what is
/// joined to it, which is another character.
extension String {
    /// All parts, also empty ones.
    func parts(_ separator: Unicode.Scalar, splitsMax: Int = .max) -> [String] {
        utf8.split(
            separator: UInt8(ascii: separator), maxSplits: splitsMax,
            omittingEmptySubsequences: false
        ).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What stands behind a beginning; `nil` for a text that begins otherwise.
    func behind(_ beginning: String) -> String? {
        guard utf8.starts(with: beginning.utf8) else { return nil }
        return String(decoding: utf8.dropFirst(beginning.utf8.count), as: UTF8.self)
    }

    /// Only what is seen, and blanks: of such texts no two are alike that are not the same.
    var isPrintableASCII: Bool { utf8.allSatisfy { 0x20..<0x7F ~= $0 } }
}
