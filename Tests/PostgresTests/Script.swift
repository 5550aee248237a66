import Postgres
import Vocabulary

/// A driver without sockets: it pumps a machine and keeps what went each way.
struct Script {
    var machine: PostgresMachine
    private var fromClient: [UInt8] = []
    private var fromServer: [UInt8] = []
    /// What left for the server and for the client since they were last taken.
    private(set) var upstream: [UInt8] = []
    private(set) var client: [UInt8] = []
    /// Requests without a verdict are decided here; `nil` leaves them open.
    var verdict: (ActionRequest) -> Verdict? = { _ in
        .release(ReleaseTerms(mayChangeSettings: false))
    }
    private(set) var requests: [ActionRequest] = []
    private(set) var statements: [String] = []
    private(set) var values: [[BoundValue]] = []
    private(set) var events: [SessionEvent] = []
    private(set) var failure: MachineFailure?
    private(set) var hasTerminated = false
    private(set) var copied: [UInt8] = []

    enum Verdict {
        case release(ReleaseTerms), refuse, hold, settle
    }

    static let no = ErrorFields.refused("refused by rule `r`", detail: "d", hint: "h")
    static let notice = ErrorFields(.notice, code: "00000", "held as hld_1")

    init(
        status: TransactionStatus = .idle, encoding: String = "UTF8", strings: String = "on",
        limits: Limits = Limits()
    ) {
        machine = PostgresMachine(
            UpstreamSession(
                parameters: [
                    .init(name: "client_encoding", value: encoding),
                    .init(name: "server_encoding", value: "UTF8"),
                    .init(name: "standard_conforming_strings", value: strings),
                ], key: nil, status: status), limits: limits)
    }

    mutating func clientSent(_ messages: [UInt8]...) {
        fromClient += messages.flatMap { $0 }
        pump()
    }

    mutating func serverSent(_ messages: [UInt8]...) {
        fromServer += messages.flatMap { $0 }
        pump()
    }

    /// The verdict on the open request comes now.
    mutating func decide(_ verdict: Verdict) {
        apply(verdict, requests.last?.byteCount ?? 0)
        pump()
    }

    mutating func takeUpstream() -> [UInt8] {
        defer { upstream = [] }
        return upstream
    }

    mutating func takeClient() -> [UInt8] {
        defer { client = [] }
        return client
    }

    var outcomes: [ActionOutcome.Ending] {
        events.compactMap { if case .outcome(_, let outcome) = $0 { outcome.ending } else { nil } }
    }

    mutating func pump() {
        var moves = true
        while moves, failure == nil {
            moves = pumpServer()
            while let event = machine.nextEvent() { events.append(event) }
            moves = pumpClient() || moves
        }
    }

    private mutating func pumpServer() -> Bool {
        let step = fromServer.withUnsafeBytes { machine.nextServerStep($0) }
        switch step {
        case .needMore(let count):
            precondition(count > fromServer.count)
            return false
        case .pass(let count):
            client += fromServer.prefix(count)
            fromServer.removeFirst(count)
        case .drop(let count): fromServer.removeFirst(count)
        case .replace(let count, let bytes):
            client += bytes
            fromServer.removeFirst(count)
        case .send(let bytes): client += bytes
        case .fail(let failure): self.failure = failure
        }
        return true
    }

    private mutating func pumpClient() -> Bool {
        let step = fromClient.withUnsafeBytes { machine.nextClientStep($0) }
        switch step {
        case .needMore(let count):
            precondition(count > fromClient.count)
            return false
        case .wait: return false
        case .pass(let count): forward(count)
        case .passCopy(let header, let payload):
            copied += fromClient[header..<header + payload]
            forward(header + payload)
        case .drop(let count): fromClient.removeFirst(count)
        case .send(let message): upstream += message.bytes
        case .judge(let request): return judge(request)
        case .terminate(let count):
            hasTerminated = true
            forward(count)
        case .fail(let failure): self.failure = failure
        }
        return true
    }

    private mutating func judge(_ request: ActionRequest) -> Bool {
        requests.append(request)
        fromClient.withUnsafeBytes { bytes in
            statements.append(String(decoding: request.text(in: bytes), as: UTF8.self))
            values.append(request.values(in: bytes))
        }
        guard let verdict = verdict(request) else { return false }
        apply(verdict, request.byteCount)
        return true
    }

    private mutating func apply(_ verdict: Verdict, _ count: Int) {
        switch verdict {
        case .release(let terms): if machine.released(terms) { forward(count) }
        case .refuse: machine.refused(Self.no)
        case .hold: machine.held(notice: Self.notice)
        case .settle: machine.settle()
        }
    }

    private mutating func forward(_ count: Int) {
        upstream += fromClient.prefix(count)
        fromClient.removeFirst(count)
    }
}
