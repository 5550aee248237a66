import Postgres
import SQL
import Vocabulary

extension SessionChange {
    /// What the inspector says of a statement's success, in the words of the machine, which waits for that success.
    /// `nil` where the machine sees it by itself.
    init?(_ change: TableChange) {
        switch change {
        case .prepare(let name, let prepared):
            self = .prepare(name: name, Postgres.PreparedText(prepared))
        case .deallocate(let name?): self = .deallocate(name: name)
        case .deallocate(nil): self = .deallocateAll
        case .declare(let name, let prepared, let isHoldable):
            self = .declare(
                portal: name, Postgres.PreparedText(prepared), holdable: isHoldable)
        case .closeCursor(let name?): self = .closePortal(name: name)
        case .closeCursor(nil): self = .closeAllPortals
        case .discardAll: self = .discard(.all)
        case .discardTemporary: self = .discard(.temporary)
        case .createTemporary(let name, let kind):
            self = .createTemporary(
                ObjectName([name]), dropsOnCommit: kind == .tableUntilCommit)
        case .dropTemporary(let name): self = .dropTemporary(ObjectName([name]))
        case .schemaChanged: self = .schemaChanged
        case .ranCode: self = .blurTemporaries
        case .settingChanged(let name?, let value, let isLocal):
            self = .setting(name: name, value: value, isLocal: isLocal)
        case .settingChanged(nil, _, _): self = .blurSettings
        case .transactionEnded: self = .transactionEnds
        }
    }
}

extension Postgres.PreparedText {
    convenience init(_ prepared: SQL.PreparedText) {
        self.init(text: prepared.text.bytes, meaning: StatementMeaning(prepared))
    }
}

extension Inspection {
    /// What the machine needs to know of an action that is let go.
    func terms(meaning: StatementMeaning?) -> ReleaseTerms {
        ReleaseTerms(
            meaning: meaning,
            changes: changes.map { $0.compactMap { SessionChange($0) } },
            copiesIn: effects.contains { $0.verb == .copyIn },
            mayChangeSettings: changes.joined().contains { $0.mayChangeSettings })
    }
}

extension TableChange {
    fileprivate var mayChangeSettings: Bool {
        switch self {
        case .ranCode, .settingChanged, .discardAll, .transactionEnded: true
        case .prepare, .deallocate, .declare, .closeCursor, .discardTemporary, .createTemporary,
            .dropTemporary, .schemaChanged:
            false
        }
    }
}
