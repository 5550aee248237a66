import Vocabulary

/// Reads one mapping strictly: only the keys that it knows, each at most once.
package struct FieldReader {
    package let place: Place
    package let log: ProblemLog
    private var fields: [String: YAMLTree] = [:]

    /// `what` names the mapping in errors: "a rule".
    package init?(_ tree: YAMLTree, _ what: String, keys: [String], _ log: ProblemLog) {
        guard case .mapping(let entries) = tree.content else {
            log.report(tree.place, "expected \(what) as a mapping, found \(tree.kind)")
            return nil
        }
        place = tree.place
        self.log = log
        for entry in entries {
            guard keys.contains(entry.key) else {
                let known = keys.map { "`\($0)`" }.joined(separator: ", ")
                log.report(
                    entry.keyPlace,
                    "unknown key \(quote(entry.key)) in \(what), expected one of \(known)")
                continue
            }
            guard fields.updateValue(entry.value, forKey: entry.key) == nil else {
                log.report(
                    entry.keyPlace, "expected each key once, \(quote(entry.key)) is given again")
                continue
            }
        }
    }

    package subscript(_ key: String) -> YAMLTree? { fields[key] }

    /// The key's value; reports when it is missing.
    package func required(_ key: String, _ expected: String) -> YAMLTree? {
        if let value = fields[key] { return value }
        log.report(place, "expected the key `\(key)`: \(expected)")
        return nil
    }
}

/// Readers of single values. Each reports what it expected and answers `nil`.
extension YAMLTree {
    package func text(_ expected: String, _ log: ProblemLog) -> String? {
        if case .text(let text) = scalar, !text.isEmpty { return text }
        let hint = isUnquoted ? ": text like this stands in quotes" : ""
        log.report(place, "expected \(expected), found \(kind)\(hint)")
        return nil
    }

    private var isUnquoted: Bool {
        switch scalar {
        case .flag, .number: true
        case .text, .nothing, nil: false
        }
    }

    package func flag(_ expected: String, _ log: ProblemLog) -> Bool? {
        if case .flag(let flag) = scalar { return flag }
        log.report(place, "expected \(expected), found \(kind)")
        return nil
    }

    package func number(
        _ expected: String, in range: ClosedRange<Int64>, _ log: ProblemLog
    ) -> Int64? {
        if case .number(let number) = scalar, range.contains(number) { return number }
        log.report(place, "expected \(expected), found \(kind)")
        return nil
    }

    /// A list with at least one element.
    package func list(_ expected: String, _ log: ProblemLog) -> [YAMLTree]? {
        guard case .list(let items) = content else {
            log.report(place, "expected a list of \(expected), found \(kind)")
            return nil
        }
        guard !items.isEmpty else {
            log.report(place, "expected a list of \(expected), found an empty one")
            return nil
        }
        return items
    }

    /// A list of which every element can be read; all elements are looked at.
    package func list<Value>(
        of expected: String, _ log: ProblemLog, _ read: (YAMLTree) -> Value?
    ) -> [Value]? {
        guard let items = list(expected, log) else { return nil }
        let values = items.compactMap(read)
        return values.count == items.count ? values : nil
    }

    /// One of the words of an enumeration.
    package func word<Word: RawRepresentable & CaseIterable>(
        _ what: String, _ log: ProblemLog
    ) -> Word? where Word.RawValue == String {
        let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
        guard let text = text("one of \(words)", log) else { return nil }
        if let word = Word(rawValue: text) { return word }
        log.report(place, "unknown \(what) \(quote(text)), expected one of \(words)")
        return nil
    }

    /// A policy's, rule's or group's name in its canonical spelling.
    package func name(_ what: String, _ log: ProblemLog) -> String? {
        guard let text = text(what, log) else { return nil }
        if let name = PrincipalName(text), name.text == text { return text }
        log.report(
            place,
            "expected \(what) of lower-case letters, digits, `.`, `_`, `-`, found \(quote(text))")
        return nil
    }

    /// `90s`, `15m`, `1h`, in milliseconds.
    package func duration(_ log: ProblemLog) -> Int64? {
        duration(
            "a duration such as `60s`, `15m` or `1h`, of 1s to 24h",
            longest: Limits.holdMillisecondsMax, log)
    }

    /// As `duration`, up to `longest` milliseconds, in days (`90d`) as well.
    package func duration(_ expected: String, longest: Int64, _ log: ProblemLog) -> Int64? {
        guard case .text(let text) = scalar,
            let milliseconds = durationMilliseconds(text, longest: longest)
        else {
            log.report(place, "expected \(expected), found \(kind)")
            return nil
        }
        return milliseconds
    }
}

private func durationMilliseconds(_ text: String, longest: Int64) -> Int64? {
    let units: [Character: Int64] = ["s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000]
    let digits = text.dropLast()
    guard let unit = text.last.flatMap({ units[$0] }), (1...6).contains(digits.utf8.count),
        digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }),
        let count = Int64(digits)
    else { return nil }
    let milliseconds = count * unit
    return (1_000...longest).contains(milliseconds) ? milliseconds : nil
}
