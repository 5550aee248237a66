import Policy
import Postgres
import SQL
import Vocabulary

/// What the gateway makes of one statement's text, kept with the prepared statement or cursor that has it, so that
/// running it again costs neither a parse nor an inspection.
final class StatementMeaning: @unchecked Sendable {
    // Unchecked: made and used on one session's event loop only; the machine just carries it around.

    let prepared: SQL.PreparedText
    private var remembered: (circumstances: Circumstances, ruling: Ruling)?

    init(_ prepared: SQL.PreparedText) { self.prepared = prepared }

    convenience init(_ text: ParsedText) { self.init(SQL.PreparedText(text: text)) }

    var text: ParsedText { prepared.text }

    /// As recordings have it, without its secrets.
    private(set) lazy var maskedText = maskSecrets(prepared.text.bytes)

    /// What was ruled under exactly these circumstances; `nil` when something is different.
    func ruling(under circumstances: Circumstances) -> Ruling? {
        remembered.flatMap { $0.circumstances == circumstances ? $0.ruling : nil }
    }

    func remember(_ ruling: Ruling, under circumstances: Circumstances) {
        remembered = (circumstances, ruling)
    }
}

/// All that a ruling on one text depends on besides the text.
struct Circumstances: Equatable {
    let epoch: UInt64
    /// The machine's `namesVersion`.
    let names: UInt64
    let inTransaction: Bool
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
