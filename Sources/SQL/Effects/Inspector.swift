import Vocabulary

/// Walks the statements of a text in order and collects what they do, at worst.
///
/// Every node that is walked is marked; what no one marked makes an `unknown` effect at the end of its
/// statement, so a construct that is forgotten here is refused and not overlooked.
final class Inspector {
    let view: SessionView
    let values: [BoundValue]
    /// What the parameters' types were declared to be: OIDs, 0 where it was left to the server.
    var parameterTypes: [UInt32]
    let stage: InspectionStage
    var result = Inspection()
    var session: Overlay
    /// Names are those of a view's printed definition: looked up in `pg_catalog` alone, past temporary objects.
    var hasFixedPath = false
    /// How many EXECUTEs and FETCHes led here.
    var expansionDepth = 0
    /// Under a plain EXPLAIN nothing is written, but planning reads and runs functions.
    var isExplaining = false
    /// Changes of the statement at hand.
    var changes: [TableChange] = []

    private var visited: [Bool] = []
    private var seen: Set<Effect> = []
    private var seenAtParse: Set<Effect> = []
    private var openTexts: [ObjectIdentifier] = []
    private var textsOpened = 0
    private var expandedViews: Set<UInt32> = []
    private var hasOverflowed = false
    private var lookups = 0
    /// The types that run code, looked up once.
    lazy var codeTypes: [ObjectName] = findCodeTypes()

    var catalogue: Catalogue { view.catalogue }

    init(
        view: SessionView, values: [BoundValue], types: [UInt32] = [], stage: InspectionStage
    ) {
        self.view = view
        self.values = values
        parameterTypes = types
        self.stage = stage
        session = Overlay(view)
    }

    func inspect(_ text: ParsedText) {
        result.statementCount = text.statements.count
        visited = Array(repeating: false, count: text.nodeCount)
        openTexts = [ObjectIdentifier(text)]
        if !text.unknown.isEmpty { unknown() }
        // Their input functions run at Bind, whether the text uses them or not.
        for type in parameterTypes where type != 0 { runCode(of: type) }
        for statement in text.statements {
            changes = []
            inspect(statement, of: text)
            for change in changes { session.apply(change) }
            result.changes.append(changes)
        }
    }

    /// Walks what one PREPARE or DECLARE of a text holds.
    func inspectInner(_ text: ParsedText, _ index: Int) {
        visited = Array(repeating: false, count: text.nodeCount)
        openTexts = [ObjectIdentifier(text)]
        if !text.unknown.isEmpty { unknown() }
        guard let node = text.statements[index].node, let query = node.node(.query) else {
            return unknown()
        }
        parameterTypes = declaredTypes(node)
        self.query(query, in: nil)
        requireVisited(query)
        result.changes.append(changes)
    }

    private func inspect(_ statement: ParsedStatement, of text: ParsedText) {
        guard let node = statement.node else { return unknown() }
        self.statement(node, of: text)
        requireVisited(node)
    }

    // MARK: Marks

    /// Marks a node as walked; false when it was walked before.
    @discardableResult
    func mark(_ node: Node) -> Bool {
        guard node.number < visited.count, !visited[node.number] else { return false }
        visited[node.number] = true
        return true
    }

    func isMarked(_ node: Node) -> Bool { node.number < visited.count && visited[node.number] }

    func markAll(_ node: Node) {
        node.forEachInside { number, _ in
            if number < visited.count { visited[number] = true }
        }
    }

    private func requireVisited(_ node: Node) {
        var missed: NodeKind?
        node.forEachInside { number, kind in
            if number >= visited.count || !visited[number], !kind.isPassive { missed = kind }
        }
        guard let missed else { return }
        self.missed = missed
        unknown()
    }

    /// The last kind of node that nobody walked, for tests.
    private(set) var missed: NodeKind?

    // MARK: Effects

    func emit(_ effect: Effect) {
        guard isNew(effect), !hasOverflowed else { return }
        if result.effects.count >= view.limits.effectsMax {
            hasOverflowed = true
            result.effects.append(Effect(.unknown, .none))
            return
        }
        result.effects.append(effect)
    }

    /// Few are compared one by one, which is cheaper than hashing them.
    private func isNew(_ effect: Effect) -> Bool {
        let known = result.effects
        if known.count < 8 { return !known.contains(effect) }
        if seen.isEmpty { seen = Set(known) }
        return seen.insert(effect).inserted
    }

    func emit(
        _ verb: Verb, _ object: ObjectReference = .none,
        _ attributes: [String: AttributeValue] = [:]
    ) {
        emit(Effect(verb, object, attributes: attributes))
    }

    func emit(_ verb: Verb, named schema: String, _ name: String) {
        emit(verb, .exactly(ObjectName([schema, name])))
    }

    func emitAtParse(_ effect: Effect) {
        emit(effect)
        if seenAtParse.insert(effect).inserted { result.parseStageEffects.append(effect) }
    }

    func unknown() { emit(.unknown) }

    /// Names are looked up by comparing: false when the text has had its share, and is refused.
    func mayLookUp(among count: Int) -> Bool {
        lookups += count
        guard lookups > view.limits.lookupsMax else { return true }
        if result.refusal == nil {
            result.refusal = SQLRefusal(
                sqlstate: "54001", message: "the statement is too complex to be judged",
                hint: "it has too many columns and tables at once: split it")
        }
        return false
    }

    func leavesOpen(_ what: String) {
        if !result.leavesOpen.contains(what) { result.leavesOpen.append(what) }
    }

    /// The gateway itself says no; the first reason stays.
    func refuse(_ message: String, hint: String) {
        if result.refusal == nil {
            result.refusal = SQLRefusal(sqlstate: "42501", message: message, hint: hint)
        }
    }

    // MARK: Texts within the text

    /// Walks another text with its own marks. `unknown` when texts are nested too deeply or are too many.
    func within(_ text: ParsedText, _ body: () -> Void) {
        textsOpened += 1
        guard openTexts.count < view.limits.expansionDepthMax, textsOpened <= view.limits.textsMax,
            !openTexts.contains(ObjectIdentifier(text))
        else { return unknown() }
        let outer = visited
        openTexts.append(ObjectIdentifier(text))
        visited = Array(repeating: false, count: text.nodeCount)
        if !text.unknown.isEmpty { unknown() }
        body()
        for statement in text.statements where statement.node.map(isMarked) == true {
            statement.node.map(requireVisited)
        }
        openTexts.removeLast()
        visited = outer
    }

    /// Parses a text that another one holds; `nil` (and `unknown`) when it cannot be read here.
    func nested(_ text: [UInt8]) -> ParsedText? {
        guard text.count <= view.limits.nestedTextBytesMax,
            let parsed = try? ParsedText.parse(text, limits: view.limits)
        else {
            unknown()
            return nil
        }
        return parsed
    }

    /// Walks a view's definition, once in an inspection.
    func expandView(_ relation: CatalogueRelation) {
        guard !relation.isSystem, relation.kind == .view || relation.kind == .materialisedView,
            expandedViews.insert(relation.oid).inserted
        else { return }
        guard let definition = catalogue.definition(ofView: relation.oid) else { return unknown() }
        let wasFixed = hasFixedPath
        hasFixedPath = true
        expand(Array(definition.utf8))
        hasFixedPath = wasFixed
    }

    func expand(_ definition: [UInt8]) {
        guard let text = nested(definition) else { return }
        within(text) {
            for statement in text.statements {
                guard let node = statement.node, node.kind == .selectStmt else { return unknown() }
                _ = select(node, in: nil)
            }
        }
    }
}
