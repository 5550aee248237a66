/// What the session becomes while the statements of one text are inspected in order.
struct Overlay {
    var searchPath: [String]?
    var catalogueIsCurrent: Bool
    var temporaries: TemporaryObjects
    var temporariesUnsure: Bool
    /// Relations that this text made, `schema.name`.
    var created: Set<[String]> = []
    /// Names that this text prepared, declared (a value) or dropped (`nil` inside).
    var prepared: [String: PreparedText?] = [:]
    var cursors: [String: PreparedText?] = [:]
    var droppedAllPrepared = false
    var droppedAllCursors = false
    /// The path was changed in this transaction, whose end may bring back what nobody here knows.
    var changedPath: Bool

    init(_ view: SessionView) {
        searchPath = view.searchPath
        changedPath = view.searchPathIsOfTransaction
        catalogueIsCurrent = view.catalogueIsCurrent
        temporaries = view.temporaries
        temporariesUnsure = view.temporariesUnsure
    }

    mutating func apply(_ change: TableChange) {
        temporaries.apply(change)
        switch change {
        case .prepare(let name, let text): prepared[name] = .some(text)
        case .deallocate(let name?): prepared[name] = .some(nil)
        case .deallocate(nil): forgetPrepared()
        case .declare(let name, let text, _): cursors[name] = .some(text)
        case .closeCursor(let name?): cursors[name] = .some(nil)
        case .closeCursor(nil): forgetCursors()
        case .discardAll:
            forgetPrepared()
            forgetCursors()
            searchPath = nil
            temporariesUnsure = false
        case .discardTemporary: temporariesUnsure = false
        case .schemaChanged: break
        case .ranCode: temporariesUnsure = true
        case .settingChanged(let name, let value, _): setting(name, value)
        case .transactionEnded: if changedPath { searchPath = nil }
        case .createTemporary, .dropTemporary: break
        }
    }

    private mutating func forgetPrepared() {
        prepared = [:]
        droppedAllPrepared = true
    }

    private mutating func forgetCursors() {
        cursors = [:]
        droppedAllCursors = true
    }

    private mutating func setting(_ name: String?, _ value: String?) {
        guard
            name == nil || name == "search_path" || name == "role"
                || name == "session_authorization"
        else { return }
        changedPath = true
        guard name == "search_path", let value, let path = Identifiers.list(value) else {
            searchPath = nil
            return
        }
        // Whom `"$user"` means only the gateway knows.
        searchPath = path.contains("$user") ? nil : path
    }
}
