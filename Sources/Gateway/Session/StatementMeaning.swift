import Policy
import Postgres
import SQL
import Vocabulary

/// What the gateway makes of one statement's text, kept with the prepared statements or cursors that have it and, for a
/// while, with its session, so that running it again costs neither a parse nor an inspection.
final class StatementMeaning: @unchecked Sendable {
    // Unchecked: made and used on one session's event loop only; the machine just carries it around.

    private(set) var prepared: SQL.PreparedText
    /// The last ruling at each stage.
    private var atParse, atBind, atQuery: Remembered?

    private struct Remembered {
        let circumstances: Circumstances
        /// The parameters' types as the server described them.
        let types: [UInt32]
        let ruling: Ruling
    }

    init(_ prepared: SQL.PreparedText) { self.prepared = prepared }

    convenience init(_ text: ParsedText, types: [UInt32]) {
        self.init(SQL.PreparedText(text: text, types: types))
    }

    var text: ParsedText { prepared.text }

    /// It is prepared or run while its relations' names mean this.
    func means(_ resolved: [ObjectReference], under names: SessionNames) {
        prepared.meant(resolved, under: names)
    }

    /// As recordings have it, without its secrets.
    private(set) lazy var maskedText = maskSecrets(prepared.text.bytes)

    /// What was ruled at this stage under exactly these circumstances; `nil` when something is different.
    func ruling(
        _ stage: InspectionStage, types: [UInt32], under circumstances: Circumstances
    ) -> Ruling? {
        let remembered =
            switch stage {
            case .parse: atParse
            case .bind: atBind
            case .query: atQuery
            }
        guard let remembered, remembered.circumstances == circumstances, remembered.types == types
        else { return nil }
        return remembered.ruling
    }

    /// Only what depends on nothing but the text and the circumstances.
    func remember(
        _ ruling: Ruling, _ stage: InspectionStage, types: [UInt32],
        under circumstances: Circumstances
    ) {
        let now = Remembered(circumstances: circumstances, types: types, ruling: ruling)
        switch stage {
        case .parse: atParse = now
        case .bind: atBind = now
        case .query: atQuery = now
        }
    }

    /// Whether a statement that is prepared now may share it: its names have meant nothing but what they mean now.
    func isSharable(types: [UInt32], under circumstances: Circumstances) -> Bool {
        guard prepared.types == types else { return false }
        guard let atParse else { return !prepared.hasMeant }
        return atParse.circumstances.epoch == circumstances.epoch
            && atParse.circumstances.names == circumstances.names
    }
}

/// The texts that a session sent lately, with what was ruled on them: many clients send the same few again and again.
struct KnownTexts {
    private var meanings: [TextKey: StatementMeaning] = [:]
    private var bytes = 0
    /// Rulings that are true of every text of a shape.
    private var shared: [TextKey: (circumstances: Circumstances, ruling: Ruling)] = [:]

    /// What was allowed of a text of the same shape under exactly these circumstances.
    func ruling(
        ofShapeOf text: UnsafeRawBufferPointer, under circumstances: Circumstances
    ) -> Ruling? {
        guard text.count <= GatewayLimits.shapedBytesMax, !shared.isEmpty,
            let shape = TextShape.of(text), let known = shared[TextKey(shape)],
            known.circumstances == circumstances
        else { return nil }
        return known.ruling
    }

    /// Keeps what was allowed of a text for others of its shape, unless it depends on more than the shape shows.
    mutating func share(
        _ ruling: Ruling, of text: UnsafeRawBufferPointer, under circumstances: Circumstances
    ) {
        let inspection = ruling.inspection
        guard ruling.decision.verdict == .allow, !inspection.readsConstants,
            !inspection.dependsOnTables, !inspection.dependsOnValues,
            !inspection.namesUnknownRelation, inspection.refusal == nil,
            inspection.changes.allSatisfy(\.isEmpty), text.count <= GatewayLimits.shapedBytesMax,
            let shape = TextShape.of(text)
        else { return }
        if shared.count >= GatewayLimits.knownTextsMax { shared = [:] }
        // Without the meaning, which is of one text.
        var terms = ruling.terms
        terms.meaning = nil
        let ruling = Ruling(inspection: inspection, decision: ruling.decision, terms: terms)
        shared[TextKey(shape)] = (circumstances, ruling)
    }

    subscript(text: [UInt8]) -> StatementMeaning? { meanings[TextKey(text)] }

    /// Starts anew when full.
    mutating func add(_ meaning: StatementMeaning) {
        let text = meaning.text.bytes
        guard text.count <= GatewayLimits.knownTextBytesMax / 4 else { return }
        if meanings.count >= GatewayLimits.knownTextsMax
            || bytes + text.count > GatewayLimits.knownTextBytesMax
        {
            meanings = [:]
            bytes = 0
        }
        if meanings.updateValue(meaning, forKey: TextKey(text)) == nil { bytes += text.count }
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
    /// What names meant, for a statement that is kept: it counts once the command is on its way.
    let names: SessionNames?
    /// It counts already: a ruling that is remembered stands for the same names.
    var isNoted = false

    /// It runs functions or reads views, whose definitions may be other ones when it is released.
    var opensCode: Bool {
        !inspection.leavesOpen.isEmpty || inspection.effects.contains { $0.verb == .execute }
    }

    init(
        inspection: Inspection, decision: Decision, terms: ReleaseTerms, names: SessionNames? = nil
    ) {
        self.names = names
        self.inspection = inspection
        self.decision = decision
        self.terms = terms
        rules = decision.matches.filter { $0.verdict == decision.verdict }
            .map { "\($0.policy)/\($0.rule)" }
    }
}
