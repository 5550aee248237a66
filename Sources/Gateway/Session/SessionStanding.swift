import Identity
import Policy
import Vocabulary

/// Which policies and which directory something was judged under. Each is put in force once, and counted.
struct Footing: Equatable, Sendable {
    var policies = 0
    var directory = 0

    func isOlder(than other: Footing) -> Bool {
        policies < other.policies || directory < other.directory
    }
}

/// What a session stands on besides itself: the policies in force, and what the directory says of its principal.
struct SessionStanding {
    private(set) var policies: PolicyInForce
    private(set) var scope: PolicyScope
    private let target: Target
    private let policySource: PolicySource
    private let directorySource: CurrentDirectory
    private var directoryGeneration: Int
    /// With the groups of now.
    private(set) var principal: Principal
    /// False when the directory does not have the principal any more as it was at the login.
    private var isDeclared = true
    /// False when the directory has it for other targets only.
    private var mayReach = true

    init(
        target: Target, policySource: PolicySource, directory: CurrentDirectory,
        principal: Principal
    ) {
        self.target = target
        self.policySource = policySource
        directorySource = directory
        self.principal = principal
        let inForce = directory.current
        directoryGeneration = inForce.generation
        policies = policySource.current
        scope = policies.set.scope(principal: principal, target: target)
        // It may be another one than at the login.
        lookUp(in: inForce.directory)
    }

    var footing: Footing {
        Footing(policies: policies.generation, directory: directoryGeneration)
    }

    /// Takes over what has changed, and says whether anything had: then `reasonToEnd` may be another one. Two atomic
    /// loads when nothing has.
    mutating func refresh() -> Bool {
        var hasChanged = false
        if directorySource.generation != directoryGeneration {
            let inForce = directorySource.current
            directoryGeneration = inForce.generation
            lookUp(in: inForce.directory)
            hasChanged = true
        }
        if policySource.generation != policies.generation {
            policies = policySource.current
            scope = policies.set.scope(principal: principal, target: target)
            hasChanged = true
        }
        return hasChanged
    }

    private mutating func lookUp(in directory: Directory) {
        let declared = directory.principal(named: principal.name)
        isDeclared = declared?.standing == principal.standing
        mayReach = directory.mayReach(target.name, principal.name)
        if isDeclared, let declared { principal = declared }
        scope = policies.set.scope(principal: principal, target: target)
    }

    /// Why the session may not stay open under the directory and the policies that it knows of; `nil` when it may.
    func reasonToEnd() -> SessionEnd? {
        guard isDeclared else { return .revoked }
        return mayReach && policies.set.mayOpen(target, by: principal) ? nil : .policy
    }
}
