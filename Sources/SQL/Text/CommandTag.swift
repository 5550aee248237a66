/// How the server's CommandComplete begins for a statement (`cmdtaglist.h`).
enum CommandTag {
    static func of(_ node: Node) -> String? {
        switch node.kind {
        case .selectStmt: "SELECT"
        case .insertStmt: "INSERT"
        case .updateStmt: "UPDATE"
        case .deleteStmt: "DELETE"
        case .mergeStmt: "MERGE"
        case .copyStmt: "COPY"
        case .prepareStmt: "PREPARE"
        case .deallocateStmt: node.text(.name) == nil ? "DEALLOCATE ALL" : "DEALLOCATE"
        case .declareCursorStmt: "DECLARE CURSOR"
        case .closePortalStmt: node.text(.portalname) == nil ? "CLOSE CURSOR ALL" : "CLOSE CURSOR"
        case .fetchStmt: node.flag(.ismove) ? "MOVE" : "FETCH"
        case .variableSetStmt: node.text(.kind)?.hasPrefix("VAR_RESET") == true ? "RESET" : "SET"
        case .variableShowStmt: "SHOW"
        case .explainStmt: "EXPLAIN"
        case .createStmt: "CREATE TABLE"
        case .createSeqStmt: "CREATE SEQUENCE"
        case .indexStmt: "CREATE INDEX"
        case .viewStmt: "CREATE VIEW"
        case .truncateStmt: "TRUNCATE TABLE"
        case .lockStmt: "LOCK TABLE"
        case .listenStmt: "LISTEN"
        case .unlistenStmt: "UNLISTEN"
        case .notifyStmt: "NOTIFY"
        case .doStmt: "DO"
        case .callStmt: "CALL"
        case .vacuumStmt: node.flag(.isVacuumcmd) ? "VACUUM" : "ANALYZE"
        case .checkPointStmt: "CHECKPOINT"
        default: nil
        }
    }
}
