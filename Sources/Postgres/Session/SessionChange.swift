import Vocabulary

/// What the success of one statement does to what the gateway must know of the session.
///
/// The caller's inspector says it with the release; the machine applies it when that statement's CommandComplete arrives.
public enum SessionChange: Sendable {
    /// SQL `PREPARE`.
    case prepare(name: String, PreparedText)
    /// SQL `DEALLOCATE name`.
    case deallocate(name: String)
    /// SQL `DEALLOCATE ALL`.
    case deallocateAll
    /// SQL `DECLARE`.
    case declare(portal: String, PreparedText, holdable: Bool)
    /// SQL `CLOSE name`.
    case closePortal(name: String)
    /// SQL `CLOSE ALL`.
    case closeAllPortals
    /// SQL `DISCARD`.
    case discard(Discard)
    /// A temporary relation, function or type, by its name without schema.
    case createTemporary(ObjectName, dropsOnCommit: Bool)
    case dropTemporary(ObjectName)
    /// The text may have made or dropped temporary objects that cannot be named.
    case blurTemporaries
    /// SQL `SET`, `RESET`, `set_config` with a constant name. `value` is `nil` when the text does not show it.
    case setting(name: String, value: String?, isLocal: Bool)
    /// SQL `RESET ALL`, or a setting that cannot be named: no setting's value is known any more.
    case blurSettings
    /// SQL `COMMIT`, `ROLLBACK`, `ROLLBACK TO`, `PREPARE TRANSACTION`: what the transaction changed may be undone.
    case transactionEnds
    /// The catalogue may be another one now. The machine only reports it, as an event.
    case schemaChanged

    public enum Discard: Sendable {
        case all, plans, sequences, temporary
    }
}
