import Policy
import Postgres
import SQL
import Vocabulary

/// What the gateway makes of one statement's text, kept with the prepared statement or cursor that has it, so that
/// running it again costs neither a parse nor an inspection.
final class StatementMeaning: @unchecked Sendable {
    // Unchecked: made and used on one session's event loop only; the machine just carries it around.

    let prepared: SQL.PreparedText
    /// The last ruling, per whether a transaction was open.
    private var remembered: (epoch: UInt64, inTransaction: Bool, ruling: Ruling)?

    init(_ prepared: SQL.PreparedText) { self.prepared = prepared }

    convenience init(_ text: ParsedText) { self.init(SQL.PreparedText(text: text)) }

    var text: ParsedText { prepared.text }

    /// As recordings have it, without its secrets.
    private(set) lazy var maskedText = maskSecrets(prepared.text.bytes)

    /// What was ruled under exactly this knowledge; `nil` when something is different.
    func ruling(epoch: UInt64, inTransaction: Bool) -> Ruling? {
        guard let remembered, remembered.epoch == epoch,
            remembered.inTransaction == inTransaction
        else { return nil }
        return remembered.ruling
    }

    func remember(_ ruling: Ruling, epoch: UInt64, inTransaction: Bool) {
        remembered = (epoch, inTransaction, ruling)
    }
}

/// What inspection and policies together say of one command.
final class Ruling {
    let inspection: Inspection
    let decision: Decision
    let terms: ReleaseTerms
    /// The rules that decided, as the recording names them: `policy/rule`.
    let rules: [String]

    init(inspection: Inspection, decision: Decision, terms: ReleaseTerms) {
        self.inspection = inspection
        self.decision = decision
        self.terms = terms
        rules = decision.matches.filter { $0.verdict == decision.verdict }
            .map { "\($0.policy)/\($0.rule)" }
    }
}
