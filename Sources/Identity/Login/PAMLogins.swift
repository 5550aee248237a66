import Cryptography
import Store
import Vocabulary

/// Logins by PAM: whole conversations step by step for the control API, and single passwords for protocols
/// that know nothing else. Each runs in a helper process of its own, within a deadline.
public actor PAMLogins {
    private let configuration: PAMConfiguration
    private let directory: CurrentDirectory
    private let history: ConversationHistory
    private let attempts: AttemptLimiter
    private let launch: @Sendable () throws -> PAMHelperLink
    /// Conversations that wait for an answer.
    private var waiting: [ConversationID: PAMConversation] = [:]
    /// All helpers, those that are being waited for too.
    private var helpers: [ConversationID: Helper] = [:]

    private var helpersStarted: UInt64 = 0

    private struct Helper {
        let link: PAMHelperLink
        /// As limits count it.
        let address: String
        /// Grows from helper to helper.
        let order: UInt64
        /// May be ended for another login: nobody has answered anything yet.
        var isIdle: Bool
        /// Ends it at its deadline, whoever waits for whom.
        let timer: Task<Void, Never>
    }

    public init(
        configuration: PAMConfiguration, directory: CurrentDirectory, database: any Database,
        attempts: AttemptLimiter
    ) {
        self.init(
            configuration: configuration, directory: directory, database: database,
            attempts: attempts
        ) {
            try PAMHelperLink.launch(
                path: configuration.helperPath, arguments: configuration.helperArguments)
        }
    }

    init(
        configuration: PAMConfiguration, directory: CurrentDirectory, database: any Database,
        attempts: AttemptLimiter, launch: @escaping @Sendable () throws -> PAMHelperLink
    ) {
        self.configuration = configuration
        self.directory = directory
        history = ConversationHistory(database: database)
        self.attempts = attempts
        self.launch = launch
    }

    /// Begins a conversation. An unknown name is asked the same questions as a known one.
    ///
    /// - Parameters:
    ///   - user: as the client claims it, a person's name or a PAM account's.
    ///   - address: the client's, for `PAM_RHOST` and the limits.
    ///   - voucher: whoever has just been proved to ask, if anyone. With a login token of the person that the
    ///     conversation is for nobody else's failures keep them out.
    public func start(
        user: String, address: String, voucher: AuthenticatedPrincipal? = nil, now: WallTime,
        monotonic: MonotonicTime
    ) async throws(LoginRefusal) -> LoginStep {
        let milliseconds = configuration.conversationMilliseconds
        let conversation = try begin(
            user, address, milliseconds, by: .conversation(voucher), at: monotonic)
        let reply = try await reply(to: startRequest(conversation, milliseconds), in: conversation)
        return try await step(conversation, reply, now: now)
    }

    /// Answers the questions of the last step, in their order. A wrong number of answers, one with a NUL or
    /// beyond `Limits.answerBytesMax` ends the login. A conversation takes one answer at a time. An answer to
    /// none is charged to the address, as a failed login is.
    public func answer(
        _ id: ConversationID, _ answers: [[UInt8]], address: String, now: WallTime,
        monotonic: MonotonicTime
    ) async throws(LoginRefusal) -> LoginStep {
        guard var conversation = waiting.removeValue(forKey: id) else {
            throw noConversation(address, at: monotonic)
        }
        let questions = conversation.questions
        guard answers.count == questions, answers.allSatisfy(isAnswer) else {
            throw refuse(conversation, "not one good answer to each question")
        }
        conversation.hasAnswered = conversation.hasAnswered || questions > 0
        if questions > 0 { helpers[id]?.isIdle = false }
        let reply = try await reply(to: questions > 0 ? .answers(answers) : nil, in: conversation)
        return try await step(conversation, reply, now: now)
    }

    /// Ends a conversation that nobody wants to finish. Unknown ids are ignored.
    public func cancel(_ id: ConversationID) { end(id) }

    /// One password for a protocol that can ask for no more: only for stacks that ask exactly one question,
    /// a hidden one. It counts neither as a fresh conversation nor as a right to tokens or keys, because such
    /// passwords lie in files.
    public func authenticate(
        user: String, password: [UInt8], address: String, monotonic: MonotonicTime
    ) async throws(LoginRefusal) -> AuthenticatedPrincipal {
        let milliseconds = configuration.passwordMilliseconds
        var conversation = try begin(user, address, milliseconds, by: .password, at: monotonic)
        defer { end(conversation.id) }
        guard !password.isEmpty, isAnswer(password) else {
            throw refuse(conversation, "an empty or impossible password")
        }
        var request: PAMRequest? = startRequest(conversation, milliseconds)
        while true {
            switch try await reply(to: request, in: conversation) {
            case .messages(let messages):
                request = try answer(messages, with: password, in: &conversation)
            case .finished(let finish):
                let (authenticated, _) = try conclude(conversation, finish)
                attempts.giveBack(conversation.charge)
                return authenticated
            }
        }
    }

    /// Ends everything under way.
    public func shutDown() {
        for id in Array(helpers.keys) { end(id) }
    }
}

extension PAMLogins {
    /// How a login comes.
    private enum Way {
        /// With its only answer.
        case password
        case conversation(AuthenticatedPrincipal?)

        /// A login token of the person's own.
        func isVouched(for name: PrincipalName?) -> Bool {
            guard case .conversation(let voucher?) = self else { return false }
            return voucher.principal.name == name && voucher.principal.isPerson
                && voucher.credential.kind == .token
        }
    }

    private func begin(
        _ user: String, _ address: String, _ milliseconds: Int64, by way: Way,
        at monotonic: MonotonicTime
    ) throws(LoginRefusal) -> PAMConversation {
        guard address.utf8.count <= Limits.addressBytesMax, !address.utf8.contains(0) else {
            throw LoginRefusal(
                .unavailable, claimed: user, address: address, reason: "an impossible address")
        }
        let asked = loginName(user).map { directory.value.login(as: $0) }
        let principal = asked?.claimed?.text ?? String(user.prefix(Limits.userBytesMax))
        let isVouched = way.isVouched(for: asked?.claimed)
        guard
            let charge = attempts.charge(
                principal: principal, address: address, isVouched: isVouched, at: monotonic)
        else {
            throw LoginRefusal(
                .tooMany, claimed: user, address: address, reason: "too many failed logins")
        }
        guard let asked else {
            throw LoginRefusal(
                .refused, claimed: user, address: address, reason: "not a user's name")
        }
        guard makeRoom(for: addressGroup(address)) else {
            attempts.giveBack(charge)
            throw LoginRefusal(
                .unavailable, claimed: user, address: address, reason: "too many logins at once")
        }
        let isIdle = if case .conversation = way { !isVouched } else { false }
        return try open(
            PAMConversation(
                id: ConversationID(rawValue: Random.identifier("cnv_")), asked: user,
                user: asked.user, claimed: asked.claimed, address: address,
                deadline: monotonicMilliseconds() + milliseconds, charge: charge), isIdle: isIdle)
    }

    /// Where the address, or everyone together, has enough helpers, the oldest one that nobody has answered ends: the
    /// address's own, or one of the address that has most of them.
    private func makeRoom(for address: String) -> Bool {
        let idle = Dictionary(grouping: helpers.filter(\.value.isIdle)) { $0.value.address }
        func endOldest(_ among: [(key: ConversationID, value: Helper)]?) -> Bool {
            guard let oldest = among?.min(by: { $0.value.order < $1.value.order }) else {
                return false
            }
            end(oldest.key)
            return true
        }
        let ofAddress = helpers.values.count { $0.address == address }
        if ofAddress >= Limits.conversationsPerAddressMax { return endOldest(idle[address]) }
        guard helpers.count >= Limits.conversationsMax else { return true }
        return endOldest(idle.values.max { $0.count < $1.count })
    }

    private func open(
        _ conversation: PAMConversation, isIdle: Bool
    ) throws(LoginRefusal) -> PAMConversation {
        let link: PAMHelperLink
        do {
            link = try launch()
        } catch {
            throw unavailable(conversation, "\(error)")
        }
        let id = conversation.id
        let left = max(0, conversation.deadline - monotonicMilliseconds())
        let timer = Task { [weak self] in
            guard (try? await Task.sleep(for: .milliseconds(left))) != nil else { return }
            await self?.end(id)
        }
        helpersStarted += 1
        helpers[id] = Helper(
            link: link, address: addressGroup(conversation.address), order: helpersStarted,
            isIdle: isIdle, timer: timer)
        return conversation
    }

    private func startRequest(
        _ conversation: PAMConversation, _ milliseconds: Int64
    ) -> PAMRequest {
        .start(
            PAMStart(
                service: configuration.service, directory: configuration.directory ?? "",
                user: conversation.user, remoteHost: conversation.address,
                seconds: UInt32(milliseconds / 1_000) + 5))
    }

    /// The helper's next reply. Every failure ends the conversation and refuses.
    private func reply(
        to request: PAMRequest?, in conversation: PAMConversation
    ) async throws(LoginRefusal) -> PAMReply {
        guard let link = helpers[conversation.id]?.link else {
            throw refuse(conversation, "the login has ended")
        }
        let deadline = conversation.deadline
        let result = await onThread { () -> Result<PAMReply, PAMHelperFailure> in
            Result { () throws(PAMHelperFailure) in
                try link.exchange(request, deadline: deadline)
            }
        }
        switch result {
        case .success(let reply): return reply
        case .failure(let failure): throw refuse(conversation, failure.reason)
        case nil: throw unavailable(conversation, "no thread")
        }
    }

    private func step(
        _ conversation: PAMConversation, _ reply: PAMReply, now: WallTime
    ) async throws(LoginRefusal) -> LoginStep {
        switch reply {
        case .messages(let messages):
            var conversation = conversation
            conversation.exchanges += 1
            conversation.questions = messages.count { $0.kind.wantsAnswer }
            // It may have been cancelled or have expired meanwhile.
            guard conversation.exchanges <= Limits.exchangesMax, helpers[conversation.id] != nil
            else { throw refuse(conversation, "asked too often, or ended meanwhile") }
            waiting[conversation.id] = conversation
            return .asks(conversation.id, messages)
        case .finished(let finish):
            defer { end(conversation.id) }
            return .finished(try await whole(conversation, finish, now: now))
        }
    }

    private func whole(
        _ conversation: PAMConversation, _ finish: PAMFinish, now: WallTime
    ) async throws(LoginRefusal) -> WholeConversation {
        let (authenticated, event) = try conclude(conversation, finish)
        do {
            try await history.record(authenticated.principal.name, at: now)
        } catch {
            throw unavailable(conversation, "\(error)")
        }
        attempts.giveBack(conversation.charge)
        return WholeConversation(authenticated: authenticated, event: event)
    }

    /// Who it turned out to be, or why not.
    private func conclude(
        _ conversation: PAMConversation, _ finish: PAMFinish
    ) throws(LoginRefusal) -> (AuthenticatedPrincipal, IdentityEvent) {
        guard finish.code == 0, finish.stage == .user else {
            let text = PAMHelperLink.text(of: finish.code)
            throw refuse(conversation, "\(finish.stage): \(text)")
        }
        guard conversation.hasAnswered else {
            throw refuse(conversation, "the PAM service asked nothing, which proves nobody")
        }
        guard let person = directory.value.person(forAccount: finish.user) else {
            throw refuse(conversation, "the PAM user `\(shown(finish.user))` is nobody's account")
        }
        guard conversation.claimed == nil || conversation.claimed == person.name else {
            throw refuse(conversation, "PAM's user belongs to `\(person.name)`, another person")
        }
        let credential = Credential(
            kind: .pam, identifier: configuration.service, issuers: [], expires: nil, targets: nil)
        let event = IdentityEvent.loggedIn(
            person: person.name, user: finish.user, service: configuration.service,
            address: conversation.address)
        return (AuthenticatedPrincipal(principal: person, credential: credential), event)
    }

    /// The answer of a client that knows one password: to exactly one question, a hidden one.
    private func answer(
        _ messages: [PAMMessage], with password: [UInt8],
        in conversation: inout PAMConversation
    ) throws(LoginRefusal) -> PAMRequest? {
        conversation.exchanges += 1
        guard conversation.exchanges <= Limits.exchangesMax else {
            throw refuse(conversation, "asked too often")
        }
        let questions = messages.filter(\.kind.wantsAnswer)
        guard let question = questions.first else { return nil }
        // After the password has been used nothing special may be said: it would tell that it was right.
        guard !conversation.hasAnswered else { throw refuse(conversation, "a second question") }
        guard questions.count == 1, question.kind == .hidden else {
            attempts.giveBack(conversation.charge)
            throw LoginRefusal(
                .needsConversation, claimed: conversation.asked, address: conversation.address,
                reason: "the PAM service asks more than one hidden question")
        }
        conversation.hasAnswered = true
        return .answers([password])
    }

    private func end(_ id: ConversationID) {
        waiting[id] = nil
        guard let helper = helpers.removeValue(forKey: id) else { return }
        helper.timer.cancel()
        helper.link.cancel()
    }

    private func refuse(_ conversation: PAMConversation, _ reason: String) -> LoginRefusal {
        end(conversation.id)
        return LoginRefusal(
            .refused, claimed: conversation.asked, address: conversation.address, reason: reason)
    }

    private func noConversation(
        _ address: String, at monotonic: MonotonicTime
    ) -> LoginRefusal {
        let isCharged = attempts.charge(principal: nil, address: address, at: monotonic) != nil
        return LoginRefusal(
            isCharged ? .noConversation : .tooMany, claimed: "", address: address,
            reason: "no such conversation")
    }

    private func unavailable(_ conversation: PAMConversation, _ reason: String) -> LoginRefusal {
        end(conversation.id)
        attempts.giveBack(conversation.charge)
        return LoginRefusal(
            .unavailable, claimed: conversation.asked, address: conversation.address,
            reason: reason)
    }
}
