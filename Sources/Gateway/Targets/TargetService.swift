import Vocabulary

/// One target behind the gateway, whatever its kind.
public protocol TargetService: AnyObject, Sendable {
    var section: TargetSection { get }
    /// As policies see it.
    var target: Target { get }

    /// Begins what goes on beside the sessions.
    func start()
    /// Returns when nothing of that is left.
    func stop() async
}

extension TargetService {
    public var name: TargetName { target.name }
    var sessionsPerPrincipalMax: Int? { section.sessionsPerPrincipalMax }
    var retentionMilliseconds: Int64? { section.retentionMilliseconds }
}
