/// A number for each word of some patterns, so that looking a name up hashes each of its components once, however
/// many patterns there are.
///
/// A table of its own, with a hash that anybody can foresee: only policies add words, names are just looked up.
struct ComponentNumbers: Sendable {
    private var words: [String] = []
    /// Numbers by their words' hash, -1 where there is none; a power of two, at least half of them empty.
    private var slots = [Int32](repeating: -1, count: 16)

    /// The word's number, a new one for a new word.
    mutating func number(_ word: String) -> Int32 {
        if let known = find(word) { return known }
        let new = Int32(words.count)
        words.append(word)
        if words.count * 2 > slots.count {
            slots = [Int32](repeating: -1, count: slots.count * 2)
            for (number, word) in words.enumerated() { slots[emptySlot(word)] = Int32(number) }
        } else {
            slots[emptySlot(word)] = new
        }
        return new
    }

    func numbered(_ name: [String]) -> NumberedName {
        var numbered = NumberedName()
        for place in 0..<min(name.count, NumberedName.countMax) {
            numbered.append(find(name[place]))
        }
        return numbered
    }

    private func find(_ word: String) -> Int32? {
        var slot = foreseeableHash(word) & (slots.count - 1)
        while slots[slot] >= 0 {
            if words[Int(slots[slot])] == word { return slots[slot] }
            slot = (slot + 1) & (slots.count - 1)
        }
        return nil
    }

    private func emptySlot(_ word: String) -> Int {
        var slot = foreseeableHash(word) & (slots.count - 1)
        while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }
}

/// FNV-1a, a tenth of `Hasher`'s time. Texts beyond ASCII can be equal with different bytes, so they take `Hasher`.
private func foreseeableHash(_ word: String) -> Int {
    let hash = word.utf8.withContiguousStorageIfAvailable { bytes -> Int? in
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes {
            guard byte < 0x80 else { return nil }
            hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
        }
        return Int(truncatingIfNeeded: hash ^ hash >> 32)
    }
    return hash.flatMap { $0 } ?? word.hashValue
}

/// A name's components as numbers; `nil` for a component that no pattern has.
///
/// Components beyond the seventeenth are left out: no pattern has more than `Limits.pathComponentsMax`, sixteen, so
/// that what lies behind them never makes a difference.
struct NumberedName {
    static let countMax = 17
    private var numbers = InlineArray<17, Int32>(repeating: -1)
    private(set) var count = 0

    mutating func append(_ number: Int32?) {
        numbers[count] = number ?? -1
        count += 1
    }

    subscript(place: Int) -> Int32? { numbers[place] < 0 ? nil : numbers[place] }
}
