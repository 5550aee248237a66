import ControlAPI
import Foundation
import Gateway
import Hummingbird
import Identity
import Recording
import Vocabulary

/// `/v1/sessions` and `/v1/search`: recordings. Auditors see all; others their own sessions and their agents'. A
/// token that is limited to targets sees those of its targets only.
struct SessionCalls {
    let services: GatewayServices
    private let pages = SessionPages()
    private let heavy = HeavyCalls()

    init(services: GatewayServices) { self.services = services }

    var routes: [CallRoute] {
        let filters: Set = ["target", "principal", "open"]
        return [
            CallRoute(.get, "sessions", query: filters.union(["held", "refused"])) {
                try await list($0, $1)
            },
            CallRoute(.get, "sessions/:id", query: ["after", "output"]) { try await show($0, $1) },
            CallRoute(.get, "search", query: filters.union(["q", "session", "after"])) {
                try await search($0, $1)
            },
        ]
    }

    private func list(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        var rows: [RecordedSession] = []
        for filter in try filters(context.query, caller) {
            rows += try await services.recorder.sessions(filter)
        }
        rows += try await moderated(by: caller, context.query)
        return json(
            unique(rows).sorted { $0.opened > $1.opened }.prefix(ControlLimits.rowsMax).map {
                var item = SessionItem($0)
                item.waiting = services.sessions.live($0.session)?.moderation?.waiting
                return item
            })
    }

    /// Those that the caller may watch because they have to be watched, and would not see otherwise.
    private func moderated(
        by caller: AuthenticatedPrincipal, _ query: CallQuery
    ) async throws -> [RecordedSession] {
        if services.mayAudit(caller) { return [] }
        let target = query["target"]
        let principal = query["principal"]
        var rows: [RecordedSession] = []
        for session in services.sessions.moderated where services.mayWatch(session, caller) {
            guard target ?? session.target.text == session.target.text,
                principal ?? session.principal.text == session.principal.text,
                let row = try? await services.recorder.session(session.session),
                try row.holds > 0 || !query.flag("held"),
                try row.refused ?? 0 > 0 || !query.flag("refused")
            else { continue }
            rows.append(row)
        }
        return rows
    }

    private func unique(_ rows: [RecordedSession]) -> [RecordedSession] {
        var seen: Set<SessionID> = []
        return rows.filter { seen.insert($0.session).inserted }
    }

    /// What the caller may see: as one filter for auditors, as principal and as owner for others.
    private func filters(
        _ query: CallQuery, _ caller: AuthenticatedPrincipal
    ) throws -> [SessionFilter] {
        var filter = SessionFilter(limit: ControlLimits.rowsMax)
        filter.target = try query.value("target", "a target's name") { TargetName($0) }
        filter.principal = try query.value("principal", "a principal's name") { PrincipalName($0) }
        if try query.flag("open") { filter.isOpen = true }
        filter.isHeld = try query.flag("held")
        filter.isRefused = try query.flag("refused")
        filter.targets = caller.credential.targets
        if services.mayAudit(caller) { return [filter] }
        let name = caller.principal.name
        var own = filter
        own.principal = name
        var owned = filter
        owned.owner = name
        let isOwnWanted = filter.principal == nil || filter.principal == name
        return (isOwnWanted ? [own] : []) + (caller.principal.isPerson ? [owned] : [])
    }

    private func show(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        let after = try context.query.number("after")
        let withOutput = try !context.query.isOff("output")
        let session = try await session(context.parameter("id"), for: caller)
        let page = try await heavy.run(for: caller.principal.name) {
            try await pages.page(
                of: session.session, for: caller.principal.name, after: after,
                withOutput: withOutput,
                services.recorder)
        }
        return json(
            SessionStory(
                session: SessionItem(session), events: page.events, isPart: page.isPart))
    }

    /// A session that the caller may not see is no session.
    private func session(
        _ text: String, for caller: AuthenticatedPrincipal
    ) async throws -> RecordedSession {
        let missing = CallRefusal.notFound("no session `\(text.prefix(40))` that you may see")
        guard let found = try? await services.recorder.session(SessionID(rawValue: text)),
            services.mayRead(found, caller)
        else { throw missing }
        return found
    }

    private func search(_ request: Request, _ context: CallContext) async throws -> Response {
        let caller = try context.authenticated()
        guard let text = context.query["q"], !text.isEmpty else {
            throw CallRefusal.bad("nothing to search for", hint: "?q=WORDS")
        }
        if let id = context.query["session"] { return try await search(text, in: id, context) }
        guard context.query["after"] == nil else {
            throw CallRefusal.bad("`after` is for a search in one session", hint: "&session=ID")
        }
        let filters = try filters(context.query, caller)
        let (found, partlyIndexed) = try await heavy.run(for: caller.principal.name) {
            var found = SearchResult(hits: [], isPart: false)
            var partlyIndexed = 0
            for filter in filters {
                let more = try await services.recorder.search(text, filter)
                found.hits += more.hits
                found.isPart = found.isPart || more.isPart
                partlyIndexed += try await services.recorder.partlyIndexed(filter)
            }
            return (found, partlyIndexed)
        }
        return try answer(found, partlyIndexed)
    }

    /// One recording, looked through from end to end.
    private func search(_ text: String, in id: String, _ context: CallContext) async throws
        -> Response
    {
        let caller = try context.authenticated()
        let after = try context.query.number("after")
        for other in ["target", "principal", "open"] where context.query[other] != nil {
            throw CallRefusal.bad("`session` and `\(other)` do not go together")
        }
        let session = try await session(id, for: caller)
        let found = try await heavy.run(for: caller.principal.name) {
            try await services.recorder.search(text, in: session, after: after)
        }
        return try answer(found, nil)
    }

    /// `partlyIndexed` is `nil` for a search in one session.
    private func answer(_ found: SearchResult, _ partlyIndexed: Int?) throws -> Response {
        var items = try fitting(found.hits.prefix(ControlLimits.rowsMax).map(SearchItem.init))
        let isCut = items.count < found.hits.count
        var next = found.next
        if isCut, partlyIndexed == nil {
            // The next part begins behind an event, so the lines of one event stay together.
            let left = found.hits[items.count].sequence
            let whole = items.filter { $0.sequence != left }
            if !whole.isEmpty { items = whole }
            next = items.last?.sequence
        }
        return json(
            SearchAnswer(
                hits: items, isPart: found.isPart || isCut, partlyIndexed: partlyIndexed,
                next: next))
    }

    /// As many of the first as one answer has room for.
    private func fitting(_ items: [SearchItem]) throws -> [SearchItem] {
        var bytes = 0
        return try Array(
            items.prefix { item in
                bytes += try JSONEncoder().encode(item).count
                return bytes <= ControlLimits.pageBytesMax
            })
    }
}

extension SessionItem {
    init(_ session: RecordedSession) {
        self.init(
            id: session.session.rawValue, principal: session.principal.text,
            owner: session.owner?.text, target: session.target.text,
            credential: session.credential, address: session.address,
            application: session.application, opened: session.opened.milliseconds,
            closed: session.closed?.milliseconds, reason: session.reason,
            actions: session.actions, holds: session.holds, refused: session.refused,
            output: session.output, bytes: session.bytes)
    }
}

extension SearchItem {
    init(_ hit: SearchHit) {
        self.init(
            session: hit.session.rawValue, principal: hit.principal.text, target: hit.target.text,
            at: hit.at.milliseconds, milliseconds: hit.milliseconds, sequence: hit.sequence,
            isOutput: hit.isOutput, text: hit.text)
    }
}

extension EventItem {
    init(_ event: RecordedEvent) {
        self.init(
            sequence: event.sequence, microseconds: event.microseconds, kind: event.content.word)
        switch event.content {
        case .opened(let opened):
            text = "\(opened.principal) on \(opened.target) from \(opened.address)"
        case .action(let action): take(action)
        case .outcome(let outcome): take(outcome)
        case .refused(let refusal):
            statement = String(decoding: refusal.statement, as: UTF8.self)
            verdict = refusal.verdict.rawValue
            rules = refusal.rules
            sqlstate = refusal.sqlstate
            text = refusal.message
            number = refusal.program?.number
            parent = refusal.program?.parent
            program = refusal.program?.file.map { ProgramFileItem($0) }
        case .sealed(let id, _): hold = id.rawValue
        case .notice(let notice): text = notice
        case .rows(let number, let rows):
            self.number = number
            self.rows = UInt64(rows.count)
            cells = rows.map { row in row.map { cell in cell.bytes.map { shown($0, .text) } } }
        case .lost(let count): text = "\(count) events before this one could not be written"
        case .closed(let reason, _): text = reason
        case .shell(let start):
            start.size.map { take($0) }
            term = start.term
            values = start.command.map { shown($0, .text) }
        case .output(let stream, let bytes):
            self.stream = stream.word
            data = Data(bytes).base64EncodedString()
        case .resized(let size): take(size)
        case .input(let bytes): data = Data(bytes).base64EncodedString()
        }
    }

    private mutating func take(_ size: TerminalSize) {
        columns = UInt64(size.columns)
        rows = UInt64(size.rows)
    }

    private mutating func take(_ action: RecordedAction) {
        number = action.number
        self.action = action.kind.rawValue
        parent = action.parent
        program = action.program.map { ProgramFileItem($0) }
        statement = String(decoding: action.statement, as: UTF8.self)
        values = action.values.map { value in value.bytes.map { shown($0, value.format) } }
        verdict = action.verdict.rawValue
        rules = action.rules
        hold = action.hold?.rawValue
    }

    private mutating func take(_ outcome: OutcomeEvent) {
        number = outcome.number
        tag = outcome.tag
        rows = outcome.rows
        bytes = outcome.bytes
        duration = outcome.microseconds
        sqlstate = outcome.sqlstate
        text = outcome.message
    }
}

extension ProgramFileItem {
    fileprivate init(_ program: RecordedProgram) {
        let script = program.script
        self.init(
            path: shown(program.executable.path, .text), digest: program.executable.digest?.hex,
            script: script.map { shown($0.path, .text) }, scriptDigest: script?.digest?.hex,
            isUnlinked: program.executable.isUnlinked || script?.isUnlinked == true,
            directory: shown(program.directory, .text), user: UInt64(program.user))
    }
}

private func shown(_ bytes: [UInt8], _ format: BoundValue.Format) -> String {
    if format == .text, let text = String(validating: bytes, as: UTF8.self) { return text }
    return "\\x" + hexText(bytes)
}

extension RecordedStream {
    fileprivate var word: String {
        switch self {
        case .terminal: "terminal"
        case .output: "output"
        case .error: "error"
        }
    }
}

extension RecordedEvent.Content {
    fileprivate var word: String {
        switch self {
        case .opened: "opened"
        case .action: "action"
        case .outcome: "outcome"
        case .refused: "refused"
        case .sealed: "sealed"
        case .notice: "notice"
        case .rows: "rows"
        case .lost: "lost"
        case .closed: "closed"
        case .shell: "shell"
        case .output: "output"
        case .resized: "resized"
        case .input: "input"
        }
    }
}
