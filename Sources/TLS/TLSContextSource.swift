import Synchronization

/// The context that new connections use, which a reload may replace. Sessions that are under way keep
/// the one they began with, and tickets of the old one are not accepted by the new one.
public final class TLSContextSource: Sendable {
    private let held: Mutex<TLSContext>

    public init(_ context: TLSContext) { held = Mutex(context) }

    /// The context for the next connection.
    public var current: TLSContext { held.withLock { $0 } }

    /// Load the new context first: when that throws, the old one stays in force.
    public func replace(with context: TLSContext) { held.withLock { $0 = context } }
}
