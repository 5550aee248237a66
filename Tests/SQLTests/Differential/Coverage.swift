import Vocabulary

/// Whether effects say of a change that it may happen.
struct Coverage {
    let effects: [Effect]

    func covers(_ change: ServerState.Change) -> Bool {
        if effects.contains(where: { $0.verb == .unknown }) { return true }
        switch change.kind {
        case "rows": return touches(change, [.write] + Self.definitions)
        case "scan": return touches(change, [.read, .write] + Self.definitions)
        case "lock":
            let isRead = change.detail == "AccessShareLock"
            return touches(change, (isRead ? Verb.allCases : [.write] + Self.definitions))
        case "sequence": return touches(change, [.write] + Self.definitions)
        case "catalogue": return coversCatalogue(change)
        case "setting":
            return touches(change, [.session])
                || (change.names[0][0].hasPrefix("transaction_") && has([.transaction]))
        case "role": return has([.session])
        case "advisory", "channel", "notification": return has([.session])
        case "slot": return has([.replication])
        case "file": return has([.serverIO])
        default: return false
        }
    }

    private static let definitions: [Verb] = [.schema, .privilege, .maintenance, .execute]

    private func has(_ verbs: [Verb]) -> Bool { effects.contains { verbs.contains($0.verb) } }

    /// An effect of one of the verbs on the object, on what it belongs to, or on its schema.
    private func touches(_ change: ServerState.Change, _ verbs: [Verb]) -> Bool {
        effects.contains { effect in
            guard verbs.contains(effect.verb) else { return false }
            if effect.attributes["cascade"] == .flag(true) { return true }
            guard let names = effect.names else { return true }
            if names == [[TableScript.alone]] { return true }
            return names.contains { name in
                !name.isEmpty
                    && change.names.contains { $0.starts(with: name) || name.starts(with: $0) }
            }
        }
    }

    /// Definitions change the catalogue; so do a TRUNCATE, which makes new files, and large objects, which live in it.
    private func coversCatalogue(_ change: ServerState.Change) -> Bool {
        if has([.schema, .privilege, .maintenance, .serverIO, .replication]) { return true }
        if effects.contains(where: { $0.attributes["operation"] == .text("truncate") }) {
            return true
        }
        let isLarge = ["pg_largeobject", "pg_largeobject_metadata", "pg_shdepend"]
            .contains(change.names[0].last)
        return isLarge
            && effects.contains { $0.names?.contains(["pg_catalog", "pg_largeobject"]) == true }
    }
}

extension Effect {
    /// The names that its object may have; `nil` for any, and for a block of code, which may do anything.
    var names: [[String]]? {
        switch object {
        case .exactly(let name):
            name.components.isEmpty && verb == .execute ? nil : [name.components]
        case .oneOf(let names), .known(let names): names.map(\.components)
        case .anything: nil
        }
    }
}
