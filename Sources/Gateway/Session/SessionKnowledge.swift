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
    private(set) var policies: PolicyInForce
    private(set) var scope: PolicyScope
    /// What kind each temporary object is of that this session's own statements may have made.
    private var temporaryKinds: [String: SQL.TemporaryObjects.Kind] = [:]
    private let target: TargetService
    private let policySource: PolicySource
    private let directorySource: CurrentDirectory
    private var directoryGeneration: Int
    /// With the groups of now.
    private var principal: Principal
    /// False when the directory does not have the principal any more as it was at the login.
    private var isDeclared = true
    /// False when the directory has it for other targets only.
    private var mayReach = true

    init(
        target: TargetService, policySource: PolicySource, directory: CurrentDirectory,
        principal: Principal
    ) {
        self.target = target
        self.policySource = policySource
        directorySource = directory
        self.principal = principal
        let inForce = directory.current
        directoryGeneration = inForce.generation
        catalogue = target.catalogue.current
        policies = policySource.current
        scope = policies.set.scope(principal: principal, target: target.target)
        // It may be another one than at the login.
        lookUp(in: inForce.directory)
    }

    /// Takes over what has changed outside of the session, and says whether anything had: then `reasonToEnd` may be
    /// another one. Three atomic loads when nothing has.
    @discardableResult
    mutating func refresh() -> Bool {
        let before = epoch
        if target.catalogue.generation != catalogue.generation {
            catalogue = target.catalogue.current
            epoch += 1
        }
        if directorySource.generation != directoryGeneration {
            let inForce = directorySource.current
            directoryGeneration = inForce.generation
            lookUp(in: inForce.directory)
        }
        if policySource.generation != policies.generation {
            policies = policySource.current
            scope = policies.set.scope(principal: principal, target: target.target)
            epoch += 1
        }
        return epoch != before
    }

    private mutating func lookUp(in directory: Directory) {
        let declared = directory.principal(named: principal.name)
        isDeclared = declared?.standing == principal.standing
        mayReach = directory.mayReach(target.name, principal.name)
        if isDeclared, let declared { principal = declared }
        scope = policies.set.scope(principal: principal, target: target.target)
        epoch += 1
    }

    /// Something in the session itself has changed: a temporary object, a setting.
    mutating func sessionChanged() { epoch += 1 }

    /// Why the session may not stay open under the directory and the policies that it knows of; `nil` when it may.
    func reasonToEnd() -> SessionEnd? {
        guard isDeclared else { return .revoked }
        return mayReach && policies.set.mayOpen(target.target, by: principal) ? nil : .policy
    }

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
