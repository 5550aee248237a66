import Identity
import Policy
import Postgres
import SQL
import Vocabulary

/// Everything that a ruling depends on besides the command itself. Each change starts a new epoch, so that no ruling
/// outlives what it was made under.
struct SessionKnowledge {
    private(set) var epoch: UInt64 = 1
    private(set) var catalogue: TargetCatalogue
    private var standing: SessionStanding
    /// What kind each temporary object is of that this session's own statements may have made.
    private var temporaryKinds: [String: SQL.TemporaryObjects.Kind] = [:]
    private let target: PostgresTarget

    init(
        target: PostgresTarget, policySource: PolicySource, directory: CurrentDirectory,
        principal: Principal
    ) {
        self.target = target
        catalogue = target.catalogue.current
        standing = SessionStanding(
            target: target.target, policySource: policySource, directory: directory,
            principal: principal)
    }

    var policies: PolicyInForce { standing.policies }

    /// In place: copying a scope costs three references.
    var scope: PolicyScope { _read { yield standing.scope } }

    /// Takes over what has changed outside of the session, and says whether anything had: then `reasonToEnd` may be
    /// another one. Three atomic loads when nothing has.
    @discardableResult
    mutating func refresh() -> Bool {
        var hasChanged = standing.refresh()
        if target.catalogue.generation != catalogue.generation {
            catalogue = target.catalogue.current
            hasChanged = true
        }
        if hasChanged { epoch += 1 }
        return hasChanged
    }

    /// Something in the session itself has changed: a temporary object, a setting.
    mutating func sessionChanged() { epoch += 1 }

    /// Why the session may not stay open under the directory and the policies that it knows of; `nil` when it may.
    func reasonToEnd() -> SessionEnd? { standing.reasonToEnd() }

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

/// What looking names up in the session's tables came to.
final class Unsettled {
    /// A name was looked up that unanswered messages may change: then the command is judged again later.
    var isSet = false
    /// Bytes of the texts that were found, each time.
    var textBytes = 0
    /// More are not found: see `isTooMuch`.
    var textBytesMax = Int.max

    var isTooMuch: Bool { textBytes > textBytesMax }
}

private func meaning(of lookup: NameLookup, _ unsettled: Unsettled) -> SQL.PreparedText? {
    switch lookup {
    case .known(let text):
        guard let meaning = text.meaning as? StatementMeaning else { return nil }
        unsettled.textBytes += meaning.text.bytes.count
        return unsettled.isTooMuch ? nil : meaning.prepared
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
