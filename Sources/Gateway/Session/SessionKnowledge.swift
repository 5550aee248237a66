import Policy
import Postgres
import SQL
import Vocabulary

/// Everything that a ruling depends on besides the command itself. Each change starts a new epoch, so that no ruling
/// outlives what it was made under.
struct SessionKnowledge {
    private(set) var epoch: UInt64 = 1
    private(set) var catalogue: TargetCatalogue
    private(set) var policies: PolicyInForce
    private(set) var scope: PolicyScope
    /// What kind each temporary object is of that this session's own statements may have made.
    private var temporaryKinds: [String: SQL.TemporaryObjects.Kind] = [:]
    private let target: TargetService
    private let policySource: PolicySource
    private var principal: Principal

    init(target: TargetService, policySource: PolicySource, principal: Principal) {
        self.target = target
        self.policySource = policySource
        self.principal = principal
        catalogue = target.catalogue.current
        policies = policySource.current
        scope = policies.set.scope(principal: principal, target: target.target)
    }

    /// Takes over what has changed outside of the session. Two atomic loads when nothing has.
    mutating func refresh() {
        if target.catalogue.generation != catalogue.generation {
            catalogue = target.catalogue.current
            epoch += 1
        }
        if policySource.generation != policies.generation {
            policies = policySource.current
            scope = policies.set.scope(principal: principal, target: target.target)
            epoch += 1
        }
    }

    /// Something in the session itself has changed: a temporary object, a setting.
    mutating func sessionChanged() { epoch += 1 }

    mutating func principalChanged(_ principal: Principal) {
        self.principal = principal
        scope = policies.set.scope(principal: principal, target: target.target)
        epoch += 1
    }

    /// Whether the policies in force still name this principal and target.
    func mayStayOpen() -> Bool { policies.set.mayOpen(target.target, by: principal) }

    mutating func note(_ changes: [[TableChange]]) {
        for case .createTemporary(let name, let kind) in changes.joined() {
            // Two kinds under one name at different times: the one that shows less is believed.
            temporaryKinds[name] = temporaryKinds[name].map { $0 == kind ? kind : .other } ?? kind
        }
    }

    /// What a text means here and now.
    func view(of machine: PostgresMachine, unsettled: Unsettled) -> SessionView {
        var view = SessionView(
            catalogue: catalogue.snapshot, searchPath: searchPath(machine.setting("search_path")))
        view.catalogueIsCurrent = catalogue.isCurrent
        view.searchPathIsOfTransaction = machine.isOfTransaction(setting: "search_path")
        let temporaries = machine.temporaries
        for name in temporaries.sure.compactMap(\.components.last) {
            view.temporaries.objects[name] = temporaryKinds[name] ?? .other
        }
        for name in temporaries.possible.compactMap(\.components.last) {
            view.temporaries.possible(name, temporaryKinds[name] ?? .other)
        }
        view.temporariesUnsure = temporaries.areUnsure
        view.prepared = { meaning(of: machine.statement(named: $0), unsettled) }
        view.cursors = { meaning(of: machine.cursor(named: $0), unsettled) }
        return view
    }

    /// `nil` when the path is not known.
    private func searchPath(_ setting: String??) -> [String]? {
        switch setting {
        case .none: target.searchPath
        case .some(.none): nil
        case .some(.some(let text)): schemaNames(text, user: target.upstreamUser)
        }
    }
}

/// Set when a name was looked up that unanswered messages may change: then the command is judged again later.
final class Unsettled {
    var isSet = false
}

private func meaning(of lookup: NameLookup, _ unsettled: Unsettled) -> SQL.PreparedText? {
    switch lookup {
    case .known(let text): return (text.meaning as? StatementMeaning)?.prepared
    case .unknown: return nil
    case .uncertain:
        unsettled.isSet = true
        return nil
    }
}

/// The schemas that a `search_path` names; `nil` when it is malformed.
func schemaNames(_ path: String, user: String) -> [String]? {
    schemaNames(inSearchPath: path)?.map { $0 == "$user" ? user : $0 }
}
