import SQL
import Vocabulary

extension FuzzTarget {
    /// A text to its effects, in a session over a catalogue that is made here. Longer texts than these are refused by
    /// one length; the stack that a text may need is the caller's to give (`ParsedText.stackBytesNeeded`).
    static let sql = FuzzTarget("sql", bytesMax: FuzzTarget.sqlBytesMax) { bytes in
        try checkMasking(bytes)
        guard let text = try parse(bytes) else { return false }
        let view = try SQLScenery.view(hash: fnv(bytes))
        let values = SQLScenery.values(text.parameterCount)
        let query = try inspect(text, view, [], .query)
        _ = try inspect(text, view, [], .parse)
        _ = try inspect(text, view, values, .bind)
        try checkSilence(text, query)
        try checkComment(bytes, view, query)
        try checkBatch(bytes, view, query)
        try checkWrappers(text, bytes, view, query)
        return true
    }

    /// The longest text of the target.
    public static let sqlBytesMax = 8192
}

/// A secret is masked whatever stands behind it, or in a whole comment before it.
private func checkMasking(_ bytes: [UInt8]) throws {
    let secret = Array("fz-secret".utf8)
    let role = Array("ALTER ROLE a PASSWORD 'fz-secret'".utf8)
    // Nothing in it ends the comment, and no other one begins in it.
    let comment = Array("/* ".utf8) + bytes.filter { $0 != UInt8(ascii: "*") } + Array(" */".utf8)
    let isOutside = bytes.firstRange(of: secret) == nil
    for text in [role + Array("; ".utf8) + bytes, comment + role] where isOutside {
        try require(maskSecrets(text).firstRange(of: secret) == nil, "a secret is not masked")
    }
}

private func parse(_ bytes: [UInt8]) throws -> ParsedText? {
    let first: Result<ParsedText, SQLRefusal> = parsing(bytes)
    let again: Result<ParsedText, SQLRefusal> = parsing(bytes)
    switch (first, again) {
    case (.success(let text), .success(let other)):
        try require(text.statements.map(\.span) == other.statements.map(\.span), "two parses")
        for statement in text.statements {
            try require(
                statement.span.upperBound <= bytes.count, "a statement ends behind its text")
        }
        return text
    case (.failure(let refusal), .failure(let other)):
        try require(refusal == other, "one text is refused in two ways")
        return nil
    default: throw PropertyBroken(description: "one text parses, and does not")
    }
}

private func parsing(_ bytes: [UInt8]) -> Result<ParsedText, SQLRefusal> {
    do throws(SQLRefusal) { return .success(try ParsedText.parse(bytes)) } catch {
        return .failure(error)
    }
}

private func inspect(
    _ text: ParsedText, _ view: SessionView, _ values: [BoundValue], _ stage: InspectionStage
) throws -> Inspection {
    let first = text.inspect(in: view, values: values, stage: stage)
    let again = text.inspect(in: view, values: values, stage: stage)
    try require(first.effects == again.effects, "the same text has other effects")
    try require(first.refusal == again.refusal, "the same text is refused otherwise")
    try require(first.effects.count <= view.limits.effectsMax + 1, "more effects than the limit")
    try require(
        Set(first.parseStageEffects).isSubset(of: first.effects),
        "an effect of Parse is none of the text")
    try require(first.changes.count == text.statements.count, "a statement without its changes")
    return first
}

/// Only what reads nothing and changes nothing has no effect, and what keeps such a thing under a name or runs it.
private func checkSilence(_ text: ParsedText, _ inspection: Inspection) throws {
    guard inspection.effects.isEmpty, inspection.refusal == nil else { return }
    for statement in text.statements {
        try require(silentKinds.contains(statement.kind), "a \(statement.kind) has no effect")
    }
    for change in inspection.changes.joined() {
        switch change {
        case .prepare, .declare, .deallocate, .closeCursor: continue
        case .discardAll, .discardTemporary, .createTemporary, .dropTemporary, .schemaChanged,
            .ranCode, .settingChanged, .transactionEnded:
            throw PropertyBroken(description: "no effect, and yet \(change)")
        }
    }
}

private let silentKinds: Set = [
    "SelectStmt", "ExplainStmt", "PrepareStmt", "ExecuteStmt", "DeclareCursorStmt", "FetchStmt",
]

/// A comment changes nothing.
private func checkComment(_ bytes: [UInt8], _ view: SessionView, _ plain: Inspection) throws {
    let commented = Array("/* a /* nested */ comment */ ".utf8) + bytes + Array("\n-- end".utf8)
    guard let text = try parse(commented) else {
        // Only the text's own end can make the comment's: a string or comment that goes on.
        return
    }
    guard text.statements.count == plain.statementCount else { return }
    let inspection = text.inspect(in: view, stage: .query)
    try require(inspection.effects == plain.effects, "a comment changes the effects")
}

/// Threat 10: what stands behind another statement is seen.
private func checkBatch(_ bytes: [UInt8], _ view: SessionView, _ plain: Inspection) throws {
    let batch = bytes + Array("\n;DELETE FROM public.customers".utf8)
    guard let text = try parse(batch), text.statements.count == plain.statementCount + 1 else {
        return
    }
    let inspection = text.inspect(in: view, stage: .query)
    guard !isOpen(inspection) else { return }
    let name = ObjectName(["public", "customers"])
    try require(
        inspection.effects.contains {
            $0.verb == .write && $0.object == .exactly(name)
                && $0.attributes["bounded"] == .flag(false)
        }, "the second statement of a batch is not seen")
    try require(
        Set(plain.effects).isSubset(of: inspection.effects),
        "the first statements of a batch are not seen")
}

/// Threat 13: what a statement does, it does inside another one too.
private func checkWrappers(
    _ text: ParsedText, _ bytes: [UInt8], _ view: SessionView, _ plain: Inspection
) throws {
    guard text.statements.count == 1, text.parameterCount == 0, !isOpen(plain),
        ["SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt"].contains(text.statements[0].kind)
    else { return }
    let inner = String(decoding: bytes[text.statements[0].span], as: UTF8.self)
    let wrappers = [
        "EXPLAIN (ANALYZE) \(inner)", "PREPARE fuzz_p AS \(inner)\n; EXECUTE fuzz_p",
        "COPY (\(inner)\n) TO STDOUT", "CREATE TABLE app.fuzz_t AS \(inner)",
        "DECLARE fuzz_c CURSOR FOR \(inner)\n; FETCH ALL FROM fuzz_c",
        "WITH fuzz_w AS (\(inner)\n) SELECT * FROM fuzz_w", "SELECT ARRAY(\(inner)\n)",
        "INSERT INTO app.fuzz_t \(inner)", "CREATE VIEW app.fuzz_v AS \(inner)",
    ]
    for wrapper in wrappers {
        guard let wrapped = try parse(Array(wrapper.utf8)) else { continue }
        // The text may end what stands around it.
        guard wrapped.statements.count == (wrapper.contains("\n; ") ? 2 : 1) else { continue }
        let inspection = wrapped.inspect(in: view, stage: .query)
        guard !isOpen(inspection) else { continue }
        for effect in plain.effects {
            try require(
                inspection.effects.contains { covers($0, effect) },
                "\(effect.verb.rawValue) \(effect.object) is not seen in \(wrapper)")
        }
    }
}

/// Refused, or denied unless a policy allows what nobody understands.
private func isOpen(_ inspection: Inspection) -> Bool {
    inspection.refusal != nil
        || inspection.effects.contains { $0.verb == .unknown || $0.object == .anything }
}

/// The same verb on the same object, or on the relation that the column is of.
private func covers(_ effect: Effect, _ other: Effect) -> Bool {
    guard effect.verb == other.verb else { return false }
    if effect.object == other.object { return true }
    guard case .exactly(let whole) = effect.object, case .exactly(let part) = other.object else {
        return false
    }
    return part.components.starts(with: whole.components)
}
