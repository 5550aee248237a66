import Supervision

/// The accounts that are being looked up, which may wait for a name server: each once, for all sessions that wait for it.
final class AccountLookups {
    private struct Lookup {
        let name: String
        let inquiry: Inquiry<Account?>
        var sessions: [RunnerSession]
    }

    private let poller: Poller
    /// By the descriptor that is readable when the answer is there.
    private var underway: [Int32: Lookup] = [:]

    init(poller: Poller) { self.poller = poller }

    /// Its answer is taken by `take`.
    func ask(_ name: String, for session: RunnerSession) throws(RunnerError) {
        if let descriptor = underway.first(where: { $0.value.name == name })?.key {
            underway[descriptor]?.sessions.append(session)
            return
        }
        let inquiry = try Inquiry { Account(name: name) }
        underway[inquiry.descriptor] = Lookup(name: name, inquiry: inquiry, sessions: [session])
        poller.set(inquiry.descriptor, .read)
    }

    /// What was asked for on a descriptor that is ready, with those who wait for it; `nil` for one that is no lookup's.
    func take(_ descriptor: Int32) -> (sessions: [RunnerSession], account: Account?)? {
        guard let lookup = underway[descriptor] else { return nil }
        poller.set(descriptor, [])
        underway[descriptor] = nil
        return (lookup.sessions, lookup.inquiry.answer ?? nil)
    }

    /// It does not wait any more.
    func leave(_ session: RunnerSession) {
        for descriptor in underway.keys {
            underway[descriptor]?.sessions.removeAll { $0 === session }
        }
    }
}
