/// A number for each word of some patterns, so that looking a name up hashes each of its components once, however
/// many patterns there are.
struct ComponentNumbers: Sendable {
    private var numbers: [String: Int32] = [:]

    /// The word's number, a new one for a new word.
    mutating func number(_ word: String) -> Int32 {
        if let known = numbers[word] { return known }
        let new = Int32(numbers.count)
        numbers[word] = new
        return new
    }

    func numbered(_ name: [String]) -> NumberedName {
        var numbered = NumberedName()
        for component in name.prefix(NumberedName.countMax) {
            numbered.append(numbers[component])
        }
        return numbered
    }
}

/// A name's components as numbers; `nil` for a component that no pattern has.
///
/// Components beyond the ninth are left out: no pattern has more than `Limits.patternComponentsMax`, eight, so
/// that what lies behind the ninth never makes a difference.
struct NumberedName {
    static let countMax = 9
    private var numbers = InlineArray<9, Int32>(repeating: -1)
    private(set) var count = 0

    mutating func append(_ number: Int32?) {
        numbers[count] = number ?? -1
        count += 1
    }

    subscript(place: Int) -> Int32? { numbers[place] < 0 ? nil : numbers[place] }
}
