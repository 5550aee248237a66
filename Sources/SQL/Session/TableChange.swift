/// What the session's tables become when one statement of a text succeeds.
public enum TableChange: Sendable {
    /// `PREPARE name AS ...`.
    case prepare(name: String, PreparedText)
    /// `nil`: all.
    case deallocate(name: String?)
    /// `DECLARE`: an open cursor.
    case declare(name: String, PreparedText, isHoldable: Bool)
    /// `nil`: all.
    case closeCursor(name: String?)
    /// `DISCARD ALL`: prepared statements, cursors, settings, temporary objects, LISTEN.
    case discardAll
    /// `DISCARD TEMP`.
    case discardTemporary
    case createTemporary(name: String, TemporaryObjects.Kind)
    case dropTemporary(name: String)
    /// The catalogue's snapshot may be stale now; `temporaries` too when the statement ran code unseen.
    case schemaChanged
    /// The statement ran code that may have made temporary objects unseen (`DO`, `CALL`, functions).
    case ranCode
    /// `value` is `nil` when it is the default, or not known. `nil` for the name: any setting.
    case settingChanged(name: String?, value: String?, isLocal: Bool)
    /// Temporary objects made `ON COMMIT DROP`, and settings of this transaction, end with it. Whoever keeps
    /// the tables applies it with `isRollback: true` as well when a COMMIT is answered with the tag `ROLLBACK`,
    /// and when a statement outside of a transaction block fails: what came before it in its text is undone too.
    case transactionEnded(isRollback: Bool)
}

extension TemporaryObjects {
    /// Applies the changes that concern temporary objects; leaves the others alone.
    public mutating func apply(_ change: TableChange) {
        switch change {
        case .createTemporary(let name, let kind): make(name, kind)
        case .dropTemporary(let name): drop(name)
        case .discardAll, .discardTemporary: self = TemporaryObjects()
        case .transactionEnded(let isRollback): endTransaction(isRollback: isRollback)
        // What ran may have dropped them.
        case .ranCode: doubt()
        case .prepare, .deallocate, .declare, .closeCursor, .schemaChanged, .settingChanged:
            break
        }
    }
}
