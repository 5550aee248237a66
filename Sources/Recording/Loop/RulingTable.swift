import Vocabulary

/// The rulings that one session has recorded already: a verdict, its rules and the policy's version.
struct RulingTable {
    private var entries: [Entry] = []
    private var replaced = 0
    private var last = 0
    private(set) var next: UInt32 = 1

    private struct Entry {
        let verdict: Verdict
        let rules: [String]
        let policyVersion: String
        let number: UInt32
    }

    mutating func number(_ verdict: Verdict, _ rules: [String], _ policyVersion: String) -> UInt32?
    {
        if last < entries.count, matches(last, verdict, rules, policyVersion) {
            return entries[last].number
        }
        guard
            let index = entries.indices.first(where: { matches($0, verdict, rules, policyVersion) })
        else { return nil }
        last = index
        return entries[index].number
    }

    /// A new ruling's number. Its definition must be recorded.
    mutating func add(_ verdict: Verdict, _ rules: [String], _ policyVersion: String) -> UInt32 {
        let entry = Entry(
            verdict: verdict, rules: rules, policyVersion: policyVersion, number: next)
        next &+= 1
        if entries.count < Limits.rulingsMax {
            entries.append(entry)
        } else {
            entries[replaced] = entry
            replaced = (replaced + 1) % Limits.rulingsMax
        }
        return entry.number
    }

    mutating func forget() { entries.removeAll() }

    private func matches(
        _ index: Int, _ verdict: Verdict, _ rules: [String], _ policyVersion: String
    ) -> Bool {
        // Arrays that share their storage are equal at once.
        entries[index].verdict == verdict && entries[index].rules == rules
            && entries[index].policyVersion == policyVersion
    }
}
