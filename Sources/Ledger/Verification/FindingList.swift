/// What is wrong so far, up to a limit.
struct FindingList {
    private var findings: [LedgerFinding] = []
    private(set) var omitted = 0

    var isEmpty: Bool { findings.isEmpty }

    mutating func add(
        _ kind: LedgerFinding.Kind, _ file: String, _ index: UInt64?, _ problem: String
    ) {
        guard findings.count < Limits.findingsMax else {
            omitted += 1
            return
        }
        findings.append(LedgerFinding(kind: kind, file: file, index: index, problem: problem))
    }

    /// By entry; what concerns no entry comes last.
    var sorted: [LedgerFinding] {
        findings.enumerated().sorted { left, right in
            (left.element.index ?? .max, left.offset) < (right.element.index ?? .max, right.offset)
        }.map(\.element)
    }
}
