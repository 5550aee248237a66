import Cryptography

/// How a desk is run.
public struct HoldOptions: Sendable {
    /// This gateway's name in the store; those who share a store have different ones.
    public var gateway = "gateway"
    /// How old an approver's last whole PAM conversation may be, milliseconds (`consents.fresh`).
    public var freshMilliseconds: Int64 = 1_800_000
    /// Whether keys without protection count (`consents.unprotected_keys`): weakens, named by doctor.
    public var allowsUnprotectedKeys = false
    public var pendingPerPrincipalMax = Limits.pendingPerPrincipalMax
    public var pendingPerTargetMax = Limits.pendingPerTargetMax
    /// Gives so many unpredictable bytes: salts and nonces.
    public var entropy: @Sendable (Int) -> [UInt8] = { Random.bytes($0) }
    /// Makes an unpredictable id that begins like this.
    var identifier: @Sendable (_ prefix: String) -> String = { Random.identifier($0) }

    public init() {}
}
