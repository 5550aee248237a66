import Cryptography
import Synchronization
import Vocabulary

/// Counts failed logins per address, per principal at an address, and per principal everywhere. An attempt is charged before it is made and given back
/// when it succeeds, so that attempts made at once count too; each is forgiven after a time.
///
/// Memory is fixed: names share places under a secret hash, so nobody can fill it, push others out, or choose
/// whom to collide with. A collision only refuses sooner.
public final class AttemptLimiter: Sendable {
    /// What was charged, to give back on success.
    public struct Charge: Sendable {
        fileprivate let slots: [Int]
        fileprivate let intervals: [UInt64]
    }

    private let secret: [UInt8]
    /// By the generic cell rate algorithm: the time at which all charges of a place are forgiven.
    private let forgivenAt = Mutex([UInt64](repeating: 0, count: Limits.attemptSlots))

    /// - Parameter secret: random bytes, kept for the process's life.
    public init(secret: [UInt8]) { self.secret = secret }

    /// Charges one attempt; `nil` refuses it. `principal` is the claimed name, known or not; `nil` where only
    /// the address counts (tokens, whose holder cannot be guessed and should not be locked out).
    ///
    /// - Parameter isVouched: whoever tries has proved by other means to be `principal`. Then only such attempts
    ///   count: strangers cannot lock them out, wherever they are.
    public func charge(
        principal: String?, address: String, isVouched: Bool = false, at now: MonotonicTime
    ) -> Charge? {
        let rules = rules(principal?.lowercased(), addressGroup(address), isVouched)
        return forgivenAt.withLock { times in
            guard rules.allSatisfy({ $0.admits(times[$0.slot], now) }) else { return nil }
            for rule in rules { times[rule.slot] = rule.charged(times[rule.slot], now) }
            return Charge(slots: rules.map(\.slot), intervals: rules.map(\.interval))
        }
    }

    /// The attempt succeeded, or failed through no fault of the client's: it does not count.
    public func giveBack(_ charge: Charge) {
        forgivenAt.withLock { times in
            for (slot, interval) in zip(charge.slots, charge.intervals) {
                times[slot] = times[slot] > interval ? times[slot] - interval : 0
            }
        }
    }

    private func rules(_ principal: String?, _ address: String, _ isVouched: Bool) -> [Rule] {
        func rule(_ kind: String, _ text: String, _ interval: UInt64, _ burst: UInt64) -> Rule {
            Rule(slot: slot(kind, text), interval: interval, burst: burst)
        }
        let ofPrincipal = (Limits.principalForgivenNanoseconds, Limits.principalFailuresMax)
        if isVouched, let principal {
            return [rule("vouched", principal, ofPrincipal.0, ofPrincipal.1)]
        }
        let ofAddress = rule(
            "address", address, Limits.addressForgivenNanoseconds, Limits.addressFailuresMax)
        guard let principal else { return [ofAddress] }
        return [
            ofAddress,
            rule("principal", "\(address) \(principal)", ofPrincipal.0, ofPrincipal.1),
            rule(
                "everywhere", principal, Limits.everywhereForgivenNanoseconds,
                Limits.everywhereFailuresMax),
        ]
    }

    private struct Rule {
        let slot: Int
        let interval: UInt64
        let burst: UInt64

        func admits(_ forgivenAt: UInt64, _ now: MonotonicTime) -> Bool {
            charged(forgivenAt, now) - now.nanoseconds <= interval * burst
        }

        func charged(_ forgivenAt: UInt64, _ now: MonotonicTime) -> UInt64 {
            let (sum, overflow) = max(forgivenAt, now.nanoseconds)
                .addingReportingOverflow(interval)
            return overflow ? .max : sum
        }
    }

    private func slot(_ kind: String, _ text: String) -> Int {
        let mac = HMACSHA256.authenticate(Array("\(kind) \(text)".utf8), key: secret)
        let number = mac.prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        return Int(number % UInt64(Limits.attemptSlots))
    }
}
