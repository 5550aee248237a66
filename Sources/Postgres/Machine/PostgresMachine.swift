import Vocabulary

/// One PostgreSQL session after login, both directions, as a value: bytes in, steps out.
///
/// The caller keeps two buffers of bytes that no step has used up, the client's and the server's, and pumps both until they
/// ask for more:
///
///     func pump() {
///         repeat { moved = false; pumpServer(); pumpClient() } while moved
///     }
///     func pumpClient() {
///         while true {
///             switch fromClient.withUnsafeBytes({ machine.nextClientStep($0) }) {
///             case .pass(let count): forwardUpstream(fromClient.removeFirst(count))
///             case .passCopy(let header, let payload): hash the payload; forward header + payload
///             case .drop(let count): fromClient.removeFirst(count)
///             case .send(let message): writeUpstream(message.bytes)
///             case .judge(let request):
///                 switch decide(request) {           // now, or later: until then the machine says `.wait`
///                 case .allow(let terms):
///                     if machine.released(terms) { forwardUpstream(fromClient.removeFirst(request.byteCount)) }
///                 case .deny(let error): machine.refused(error)
///                 case .hold where !request.isSettled: machine.settle()     // the request comes again
///                 case .hold: machine.held(notice: notice); return          // pump the server for the notice
///                 }
///             case .needMore, .wait: return
///             case .terminate(let count): forward, then close
///             case .fail(let failure): end(failure)
///             }
///         }
///     }
///
/// Rules for the caller: use up exactly what a step names before asking again; `bytes` always starts at the first byte not used
/// up; after a verdict, after server bytes and after each `.send` pump both directions; take events with `nextEvent()`
/// after each server step. Nothing here allocates for Bind, Describe, Execute and Sync of a known statement.
public struct PostgresMachine {
    public let limits: Limits
    var phase = ClientPhase.reading
    var queue: ReplyQueue
    var tables: SessionTables
    var skipping = false
    var copy = CopyPhase.none
    var hasUnflushed = false
    /// Messages that end with ReadyForQuery: how many were sent, how many answered.
    var groupsSent = 0
    var groupsAnswered = 0
    /// A message of the open group was sent.
    var groupIsOpen = false
    /// The last group in which an action ran that may have changed how text is read; -1 when none did.
    var settingsGroup = -1
    var lastAction = ActionID(0)
    var nextAction: UInt64 = 1
    var progress = ReplyProgress()
    /// What is left of a message whose first bytes were passed to the client.
    var serverRemaining = 0
    var upstreamEnds = false
    var toClient: [[UInt8]] = []
    var events = EventQueue()
    /// The status that the last ReadyForQuery reported.
    public internal(set) var status: TransactionStatus
    public private(set) var standardConformingStrings: String
    public private(set) var clientEncoding: String
    public private(set) var serverEncoding: String
    /// The server's settings are ones under which the gateway reads text as the server does. When they are not, every
    /// request comes with a `refusal`.
    public private(set) var readsTextAlike: Bool

    /// `login` is what the server said before its first ReadyForQuery.
    public init(_ login: UpstreamSession, limits: Limits = Limits()) {
        self.limits = limits
        queue = ReplyQueue(limit: limits.pendingRepliesMax)
        tables = SessionTables(limits: limits)
        status = login.status
        standardConformingStrings = login.parameter("standard_conforming_strings") ?? ""
        clientEncoding = login.parameter("client_encoding") ?? ""
        serverEncoding = login.parameter("server_encoding") ?? ""
        readsTextAlike = standardConformingStrings == "on" && isUTF8(clientEncoding)
    }

    /// The server reported a setting.
    mutating func reported(_ name: String, _ value: String) {
        switch name {
        case "standard_conforming_strings": standardConformingStrings = value
        case "client_encoding": clientEncoding = value
        case "server_encoding": serverEncoding = value
        default: return
        }
        readsTextAlike = standardConformingStrings == "on" && isUTF8(clientEncoding)
    }

    /// The oldest event that was not taken yet.
    public mutating func nextEvent() -> SessionEvent? { events.pop() }

    /// True when both streams are between messages and nothing is unanswered.
    public var isQuiet: Bool { queue.isEmpty && serverRemaining == 0 && phase == .reading }

    /// `nextServerStep` has something to say even of no bytes.
    public var hasOwnWords: Bool { !toClient.isEmpty }

    /// `nextClientStep` has something to say even of no bytes: it may not be at the first byte of a message.
    public var isAmidMessage: Bool {
        if case .reading = phase { false } else { true }
    }

    /// The stream to the client is between two messages: a message of the gateway's may go in.
    public var isAtClientBoundary: Bool { serverRemaining == 0 }

    /// The temporary objects of the session; those that unanswered messages touch are only possible.
    public var temporaries: TemporaryObjects {
        tables.transactional.temporaries(with: queue)
    }

    /// The value that this session's own statements gave a setting (`.some(nil)`: some value that they do not show);
    /// `nil` when they left it alone.
    public func setting(_ name: String) -> String?? {
        tables.transactional.setting(name, with: queue)
    }

    /// Whether the end of the transaction may give a setting another value than it has now.
    public func isOfTransaction(setting name: String) -> Bool {
        tables.transactional.isOfTransaction(name)
    }

    /// Equal as long as temporary objects and settings are what they were; `nil` while unanswered messages may change them.
    public var namesVersion: UInt64? {
        let isUncertain =
            queue.sessionChanges > 0 || (tables.transactional.isTouched && !queue.isEmpty)
        return isUncertain ? nil : tables.transactional.version
    }

    /// The prepared statement that SQL's `EXECUTE name` would run now.
    public func statement(named name: String) -> NameLookup {
        guard let name = WireName(name) else { return .unknown }
        return lookupStatement(name)
    }

    /// The cursor that SQL's `FETCH name` would read now: declared by SQL, or a portal of the protocol.
    public func cursor(named name: String) -> NameLookup {
        guard let name = WireName(name) else { return .unknown }
        switch lookupPortal(name) {
        case .known(let portal): return .known(portal.statement)
        case .unknown: return .unknown
        case .uncertain, .running: return .uncertain
        }
    }

    /// Puts a NoticeResponse into the stream to the client at the next message boundary.
    public mutating func notify(_ notice: ErrorFields) { toClient.append(notice.noticeResponse) }
}
