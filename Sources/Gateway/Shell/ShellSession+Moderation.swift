import Holds
import Identity
import Ledger
import NIOCore
import Policy
import Shell
import Vocabulary

/// Of a session that people have to watch: who watches, and whether it goes on.
struct SessionModeration {
    enum Phase {
        /// The login is not judged yet, or nobody has to watch.
        case none
        /// The session has not begun: the people are not there, or were not until now.
        case waiting
        case attended
        /// It stands still until they are there again.
        case paused
    }

    var phase = Phase.none
    var needs: [ConsentRequirement] = []
    var graceMilliseconds: Int64 = 0
    /// Everyone who watches, whether they have to or not.
    var watchers: [UInt64: AuthenticatedPrincipal] = [:]
    /// They are there, which is being entered in the ledger.
    var isEntering = false
    /// When their time to come is over.
    var deadline: Scheduled<Void>?
    /// What came from the client while it stood still, and reaches the programs later.
    var resize = ByteBuffer()
    var inputEnd = ByteBuffer()
    var hasSaidInputIsLost = false
    /// What was to be decided or released while it stood still: decided anew when it goes on.
    var putOff: [ShellSubject] = []
}

extension ShellSession {
    var isPaused: Bool {
        if case .paused = moderation.phase { true } else { false }
    }

    /// The login waits until those who have to watch are there; then it is decided anew.
    func judge(login subject: ShellSubject) {
        login = subject
        guard !isPaused else { return putOff(subject) }
        moderation.take(decide(subject.action))
        guard !missingModerators.isEmpty else {
            moderation.phase = .none
            if !moderation.needs.isEmpty { moderation.phase = .attended }
            noteModeration()
            return judge(subject)
        }
        moderation.phase = .waiting
        noteModeration()
        tell(
            ShellNotice(
                .information, message: "the session waits for \(waitingFor)", hint: joinHint))
        // A client that does not wait for consents does not wait for these either.
        let patience = opening.waitMilliseconds.map { Int64(clamping: $0) } ?? .max
        expire(
            within: min(patience, GatewayLimits.moderatorsWaitMilliseconds),
            "nobody came to watch it: it waited for \(waitingFor)")
    }

    /// Who watches may be others now, or who has to.
    func moderate() {
        guard !isEnded, let login else { return }
        // What has not begun would begin as it may now.
        let effects = stage == .opening ? loginEffects : login.action.effects
        let decision = standing.scope.decide(effects, inTransaction: false)
        // What is denied asks for nobody who watches, and may not go on.
        guard decision.verdict < .deny else { return end(.policy) }
        moderation.take(decision)
        noteModeration()
        let isAttended = missingModerators.isEmpty
        switch moderation.phase {
        case .none where !isAttended: pause()
        case .attended where !isAttended: pause()
        case .none where !moderation.needs.isEmpty: moderation.phase = .attended
        case .waiting where isAttended: enterAttended("session-moderated") { $0.beginModerated() }
        case .paused where isAttended: enterAttended("session-resumed") { $0.resume() }
        case .none, .waiting, .attended, .paused: break
        }
    }

    // MARK: Who is there

    /// Those who count as of now: people, each once, with their groups, and nobody who is involved.
    private var moderators: [PrincipalName: Set<String>] {
        let directory = services.directory.value
        let involved = Involvement(
            requester: caller.principal.name, owner: caller.principal.accountable,
            issuers: caller.credential.issuers)
        var people: [PrincipalName: Set<String>] = [:]
        for watcher in moderation.watchers.values {
            let name = watcher.principal.name
            guard let person = directory.principal(named: name), person.isPerson,
                involved.refusal(name, in: directory) == nil,
                !involved.taints(watcher.credential, of: name)
            else { continue }
            people[name] = person.groups
        }
        return people
    }

    private var missingModerators: [ConsentRequirement] {
        if moderation.needs.isEmpty { return [] }
        return ConsentMatching(moderation.needs, people: moderators).missing
    }

    private var waitingFor: String {
        Moderation(needs: moderation.needs, missing: missingModerators).waiting ?? "nobody"
    }

    private var joinHint: String {
        "a person of that group runs: sallyport join \(id.rawValue)"
    }

    private func noteModeration() {
        let missing = missingModerators
        services.sessions.note(
            id,
            moderation.needs.isEmpty ? nil : Moderation(needs: moderation.needs, missing: missing))
    }

    // MARK: Going on and standing still

    /// Goes on only behind its entry in the ledger, and if they are still there then.
    private func enterAttended(_ kind: String, then: @escaping (ShellSession) -> Void) {
        guard !moderation.isEntering else { return }
        moderation.isEntering = true
        let people = moderators.keys.sorted()
        let entry = moderationEntry(kind, ["by": .array(people.map { .text($0.text) })])
        wait { [services] in
            _ = try await services.ledger.append(entry)
        } then: { session, result in
            session.moderation.isEntering = false
            guard case .success = result else {
                return session.end(.recordingFailed("the ledger takes no entry"))
            }
            guard session.missingModerators.isEmpty else { return }
            session.moderation.deadline?.cancel()
            session.moderation.phase =
                session.moderation.needs.isEmpty ? .none : .attended
            then(session)
        }
    }

    private func beginModerated() {
        tell(ShellNotice(.information, message: "those who have to watch are there"))
        judgeLogin()
    }

    private func pause() {
        moderation.phase = .paused
        moderation.hasSaidInputIsLost = false
        setReading()
        let grace = moderation.graceMilliseconds / 1_000
        tell(
            ShellNotice(
                .information,
                message:
                    "the session stands still for \(grace)s at most: it waits for \(waitingFor)",
                hint: joinHint))
        let entry = moderationEntry("session-paused", ["waits_for": .text(waitingFor)])
        services.enterLater(entry)
        expire(
            within: moderation.graceMilliseconds,
            "those who have to watch it were away for \(grace)s")
    }

    private func resume() {
        toRunner.writeBuffer(&moderation.resize)
        toRunner.writeBuffer(&moderation.inputEnd)
        moderation.resize = ByteBuffer()
        moderation.inputEnd = ByteBuffer()
        tell(ShellNotice(.information, message: "the session goes on"))
        readRunner()
        decidePutOff()
        if runnerHasLeft { serverClosed() }
    }

    /// What waited for the session to go on is decided under the policies of now.
    private func decidePutOff() {
        let subjects = moderation.putOff
        moderation.putOff = []
        for subject in subjects { judgeAgain(subject) }
        for (number, waiting) in held {
            guard let early = waiting.early, waiting.hold != nil, !waiting.isReleasing else {
                continue
            }
            held[number]?.early = nil
            signalled(early, of: number, waiting.ordinal)
        }
    }

    private func expire(within milliseconds: Int64, _ why: String) {
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        moderation.deadline?.cancel()
        moderation.deadline = eventLoop.scheduleTask(in: .milliseconds(milliseconds)) {
            session.value.end(.unmoderated(why))
        }
    }

    private func moderationEntry(_ kind: String, _ more: [String: JSONValue]) -> LedgerEntry {
        var body: [String: JSONValue] = [
            "session": .text(id.rawValue), "principal": .text(caller.principal.name.text),
            "target": .text(target.name.text),
        ]
        body.merge(more) { $1 }
        return LedgerEntry(
            kind: kind, body: .object(body), isEnding: kind == "session-paused")
    }

    // MARK: From the client, while it stands still

    /// The frame at the front of `frames` is not passed on: input and signals are lost, which is said once; of sizes the
    /// last is kept, and that there is no more input.
    func keep(_ type: FrameType, _ frame: ByteBuffer) {
        switch type {
        case .resize: moderation.resize = frame
        case .inputEnd: moderation.inputEnd = frame
        default:
            guard !moderation.hasSaidInputIsLost else { return }
            moderation.hasSaidInputIsLost = true
            tell(
                ShellNotice(
                    .information,
                    message: "what you type is lost until those who have to watch are back")
            )
        }
    }
}

extension SessionModeration {
    fileprivate mutating func take(_ decision: Decision) {
        needs = decision.moderators
        graceMilliseconds = decision.graceMilliseconds
    }
}
