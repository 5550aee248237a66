import Foundation

/// One file of entries, `entries-000001.jsonl` and on.
struct Segment: Hashable, Sendable {
    let number: Int
    /// The index of its first entry.
    let firstIndex: UInt64
    /// The bytes that are on disk and belong to it.
    var byteCount: UInt64 = 0

    var name: String { Self.name(number) }

    static func name(_ number: Int) -> String {
        let digits = String(number)
        return "entries-" + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
            + ".jsonl"
    }

    /// The numbers of all segments in `directory`, ascending.
    static func numbers(in directory: String) throws(LedgerError) -> [Int] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: directory)
        } catch {
            throw .cannotOpen(path: directory, reason: "it cannot be listed")
        }
        return names.compactMap { name in
            guard name.hasPrefix("entries-"), name.hasSuffix(".jsonl"),
                let number = Int(name.dropFirst(8).dropLast(6)), number > 0,
                self.name(number) == name
            else { return nil }
            return number
        }.sorted()
    }
}
