import Vocabulary

/// One entry of a rule's `attributes`.
struct AttributeTest: Hashable, Sendable {
    enum Condition: Hashable, Sendable {
        /// The attribute is one of these.
        case oneOf([AttributeValue])
        /// The attribute is a number strictly between these.
        case range(above: Int64?, below: Int64?)
    }

    /// What comparing came to. Deny and hold treat all but `fails` as a match, allow and review
    /// only `holds`.
    enum Outcome: Hashable, Sendable {
        case holds, fails
        /// The effect does not have the attribute.
        case missing
        /// The attribute cannot be compared with what the rule wants, such as text with `above`.
        case incomparable
    }

    let name: String
    let condition: Condition

    func outcome(for value: AttributeValue?) -> Outcome {
        guard let value else { return .missing }
        switch condition {
        case .oneOf(let wanted): return Self.outcome(of: value, among: wanted)
        case .range(let above, let below):
            guard case .number(let number) = value else { return .incomparable }
            let isWithin = above.map { number > $0 } ?? true && below.map { number < $0 } ?? true
            return isWithin ? .holds : .fails
        }
    }

    /// A value for which it holds.
    var example: AttributeValue? {
        switch condition {
        case .oneOf(let values): values.first
        case .range(let above, let below): .number(above.map { $0 &+ 1 } ?? (below ?? 0) &- 1)
        }
    }

    private static func outcome(of value: AttributeValue, among wanted: [AttributeValue]) -> Outcome
    {
        if wanted.contains(value) { return .holds }
        return wanted.allSatisfy { $0.isComparable(with: value) } ? .fails : .incomparable
    }
}

extension AttributeTest: CustomStringConvertible {
    /// As a condition in a sentence: "`bounded` were true".
    var description: String {
        switch condition {
        case .oneOf(let values):
            return "`\(name)` were " + values.map(\.description).joined(separator: " or ")
        case .range(let above, let below):
            let bounds = [above.map { "above \($0)" }, below.map { "below \($0)" }]
            return "`\(name)` were " + bounds.compactMap { $0 }.joined(separator: " and ")
        }
    }
}

extension AttributeValue {
    /// Both are flags, both numbers, or both texts.
    fileprivate func isComparable(with other: AttributeValue) -> Bool {
        switch (self, other) {
        case (.flag, .flag), (.number, .number), (.text, .text): true
        default: false
        }
    }
}
