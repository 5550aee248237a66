import Synchronization
import Vocabulary

/// What an engine has said of itself, for a few seconds.
final class EngineInfo: Sendable {
    private let kept = Mutex<(body: [UInt8], until: MonotonicTime)?>(nil)

    func body(at now: MonotonicTime) -> [UInt8]? {
        kept.withLock { kept in
            guard let kept, now < kept.until else { return nil }
            return kept.body
        }
    }

    func keep(_ body: [UInt8], at now: MonotonicTime) {
        let until = MonotonicTime(
            nanoseconds: now.nanoseconds + GatewayLimits.engineInfoNanoseconds)
        kept.withLock { $0 = (body, until) }
    }
}
