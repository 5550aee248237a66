import Vocabulary

@testable import SQL

/// The privileges that effects amount to, as statements for the role `probe`, which has none of its own: what the server then
/// denies is what the effects left out.
enum Grants {
    static func statements(for effects: [Effect]) -> [String] {
        // An owner has every privilege, so objects change hands before anything is granted.
        effects.flatMap(owned) + effects.flatMap(granted)
    }

    private static func names(_ effect: Effect) -> [[String]]? {
        switch effect.object {
        case .exactly(let name): [name.components]
        case .oneOf(let names), .known(let names): names.map(\.components)
        case .anything: nil
        }
    }

    private static func granted(_ effect: Effect) -> [String] {
        guard let names = names(effect) else { return anything(effect) }
        return names.flatMap { granted(effect, $0) }
    }

    private static func anything(_ effect: Effect) -> [String] {
        switch effect.verb {
        case .read: ["GRANT pg_read_all_data TO probe"]
        case .write: ["GRANT pg_read_all_data, pg_write_all_data TO probe"]
        case .execute, .schema, .privilege, .maintenance: ["SELECT differential.own_everything()"]
        default: []
        }
    }

    private static func granted(_ effect: Effect, _ name: [String]) -> [String] {
        let words = name.map(quoted).joined(separator: ".")
        switch (effect.verb, name.count) {
        case (.read, 1): return ["GRANT SELECT ON ALL TABLES IN SCHEMA \(words) TO probe"]
        case (.read, 2):
            // A system view is made of a function of its name.
            return ["GRANT SELECT ON \(words) TO probe"]
                + (name[0] == "pg_catalog" ? functions(name) : [])
        case (.read, 3):
            let relation = name.dropLast().map(quoted).joined(separator: ".")
            return ["GRANT SELECT (\(quoted(name[2]))) ON \(relation) TO probe"]
        case (.write, 2): return written(effect, words)
        case (.session, 1):
            return ["GRANT SET ON PARAMETER \(words) TO probe"]
        case (.serverIO, _): return serverIO(effect, words) + functions(name)
        case (.replication, _): return ["ALTER ROLE probe REPLICATION"]
        case (.maintenance, 0): return ["GRANT pg_checkpoint TO probe"]
        case (.privilege, 1): return ["GRANT SET ON PARAMETER \(words) TO probe WITH GRANT OPTION"]
        case (.execute, 0): return ["GRANT pg_read_all_data, pg_write_all_data TO probe"]
        default: return functions(name)
        }
    }

    private static func written(_ effect: Effect, _ relation: String) -> [String] {
        guard case .text(let operation)? = effect.attributes["operation"] else {
            if effect.attributes["locking"] != nil {
                return ["GRANT UPDATE ON \(relation) TO probe"]
            }
            return ["GRANT USAGE, UPDATE ON SEQUENCE \(relation) TO probe"]
        }
        let privileges =
            switch operation {
            case "merge": "INSERT, UPDATE, DELETE"
            case "copy": "INSERT"
            default: operation
            }
        // A default that takes the next value of a serial column's sequence is the table's own.
        return [
            "GRANT \(privileges) ON \(relation) TO probe",
            "SELECT differential.grant_sequences(\(literal(relation)))",
        ]
    }

    private static func serverIO(_ effect: Effect, _ words: String) -> [String] {
        guard case .text(let operation)? = effect.attributes["operation"] else {
            return [
                "GRANT pg_read_server_files, pg_write_server_files TO probe",
                "GRANT ALTER SYSTEM ON PARAMETER \(words) TO probe",
                "GRANT USAGE ON FOREIGN SERVER \(words) TO probe",
            ]
        }
        switch operation {
        case "read-file": return ["GRANT pg_read_server_files TO probe"]
        case "write-file": return ["GRANT pg_write_server_files TO probe"]
        default: return ["GRANT pg_execute_server_program TO probe"]
        }
    }

    /// Every function, operator and type of a name; whichever there are.
    private static func functions(_ name: [String]) -> [String] {
        guard name.count == 2 else { return [] }
        return [
            "SELECT differential.grant_functions(\(literal(name[0])), \(literal(name[1])))"
        ]
    }

    private static func owned(_ effect: Effect) -> [String] {
        guard [.schema, .privilege, .maintenance].contains(effect.verb),
            let names = names(effect)
        else { return [] }
        return names.filter { !$0.isEmpty }.map { name in
            let parts = name.map(literal).joined(separator: ", ")
            return "SELECT differential.own(\(parts))"
        }
    }

    static func quoted(_ name: String) -> String {
        "\""
            + name.split(separator: "\"", omittingEmptySubsequences: false).joined(
                separator: "\"\"")
            + "\""
    }

    static func literal(_ text: String) -> String {
        "'" + text.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''")
            + "'"
    }
}
