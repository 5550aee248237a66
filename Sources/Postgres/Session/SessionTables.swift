/// The prepared statements and portals of one session, as the server's replies made them.
struct SessionTables {
    /// A portal: what it runs, and whose release covers it.
    struct Portal {
        enum State {
            /// Bound, never executed.
            case fresh
            /// Stopped at a row limit.
            case suspended
            /// Ran to its end.
            case completed
            /// Declared by SQL: each Execute is an action of its own.
            case cursor
        }

        var statement: PreparedText
        var action: ActionID
        var consequences: Consequences?
        var state: State
        var isHoldable = false

        fileprivate mutating func executed(_ action: ActionID, _ state: State) {
            guard self.state != .cursor else { return }
            self.action = action
            self.state = state
        }
    }

    private var statements: [WireName: PreparedText] = [:]
    private var unnamedStatement: PreparedText?
    private var portals: [WireName: Portal] = [:]
    private var unnamedPortal: Portal?
    private var textBytes = 0
    /// Actions whose portals are gone before they were at their end, until the machine says so.
    var unfinished: [(action: ActionID, hasRun: Bool)] = []
    private var portalTextBytes = 0
    private let limits: Limits
    var transactional = TransactionalTables()

    init(limits: Limits) { self.limits = limits }

    var statementCount: Int { statements.count }
    var portalCount: Int { portals.count }

    /// False when another statement of `bytes` would pass a limit.
    func hasRoom(forText bytes: Int, pending: Int) -> Bool {
        statements.count + pending < limits.statementsMax
            && textBytes + bytes <= limits.statementTextBytesMax
    }

    /// False when another portal of a text of `bytes` would pass a limit.
    func hasRoom(forPortal bytes: Int, pending: Int) -> Bool {
        portals.count + pending < limits.portalsMax
            && portalTextBytes + bytes <= limits.portalTextBytesMax
    }

    func statement(_ name: WireName) -> PreparedText? {
        name.isUnnamed ? unnamedStatement : statements[name]
    }

    func portal(_ name: WireName) -> Portal? {
        name.isUnnamed ? unnamedPortal : portals[name]
    }

    mutating func setStatement(_ name: WireName, _ statement: PreparedText?) {
        if name.isUnnamed {
            unnamedStatement = statement
            return
        }
        let old = statements.exchange(statement, of: name)
        textBytes += (statement?.text.count ?? 0) - (old?.text.count ?? 0)
    }

    /// The server said which types a statement's parameters have.
    mutating func describe(_ name: WireName, _ types: [UInt32]) {
        guard let known = statement(name), known.parameterTypes != types else { return }
        setStatement(
            name, PreparedText(text: known.text, parameterTypes: types, meaning: known.meaning))
    }

    mutating func setPortal(_ name: WireName, _ portal: Portal?) {
        gone(self.portal(name))
        if name.isUnnamed {
            unnamedPortal = portal
            return
        }
        let old = portals.exchange(portal, of: name)
        portalTextBytes += (portal?.statement.text.count ?? 0) - (old?.statement.text.count ?? 0)
    }

    private mutating func gone(_ portal: Portal?) {
        guard let portal else { return }
        switch portal.state {
        case .fresh: unfinished.append((portal.action, hasRun: false))
        case .suspended: unfinished.append((portal.action, hasRun: true))
        case .completed, .cursor: break
        }
    }

    /// An Execute of the portal was answered. A cursor of SQL stays one: each Execute of it is an action of its own.
    mutating func executed(_ name: WireName, _ action: ActionID, _ state: Portal.State) {
        if name.isUnnamed {
            unnamedPortal?.executed(action, state)
        } else {
            portals[name]?.executed(action, state)
        }
    }

    /// A transaction has ended: only holdable cursors outlive it.
    mutating func transactionEnded() {
        gone(unnamedPortal)
        unnamedPortal = nil
        guard !portals.isEmpty else { return }
        for portal in portals.values where !portal.isHoldable { gone(portal) }
        portals = portals.filter { $0.value.isHoldable }
        portalTextBytes = portals.values.reduce(0) { $0 + $1.statement.text.count }
    }

    mutating func apply(_ change: SessionChange) {
        switch change {
        case .prepare(let name, let text):
            if let name = WireName(name) { setStatement(name, text) }
        case .deallocate(let name):
            if let name = WireName(name) { setStatement(name, nil) }
        case .deallocateAll: removeStatements()
        case .declare(let name, let text, let isHoldable):
            if let name = WireName(name) { setPortal(name, cursor(text, isHoldable)) }
        case .closePortal(let name):
            if let name = WireName(name) { setPortal(name, nil) }
        case .closeAllPortals: removePortals()
        case .discard(.all):
            removeStatements()
            removePortals()
            transactional.apply(change)
        case .discard, .createTemporary, .dropTemporary, .blurTemporaries, .setting, .blurSettings,
            .transactionEnds:
            transactional.apply(change)
        case .schemaChanged: break
        }
    }

    private func cursor(_ text: PreparedText, _ isHoldable: Bool) -> Portal {
        Portal(
            statement: text, action: ActionID(0), consequences: nil, state: .cursor,
            isHoldable: isHoldable)
    }

    private mutating func removeStatements() {
        statements.removeAll()
        textBytes = 0
    }

    private mutating func removePortals() {
        for portal in portals.values { gone(portal) }
        gone(unnamedPortal)
        portals.removeAll()
        portalTextBytes = 0
        unnamedPortal = nil
    }
}

extension Dictionary {
    /// Puts a value in, or takes it out where there is none; the one before.
    fileprivate mutating func exchange(_ value: Value?, of key: Key) -> Value? {
        defer { self[key] = value }
        return self[key]
    }
}
