import Postgres
import Vocabulary
import Wire

/// Drives one machine as the gateway does, and checks each step.
struct PostgresDriver {
    private var machine: PostgresMachine
    private var model = ModelServer()
    private let salt: UInt8
    private var fromClient: [UInt8] = []
    private var fromServer: [UInt8] = []
    /// What left and the model has not read yet.
    private var unread: [UInt8] = []
    private var held: ActionRequest?
    private var steps = 0
    /// Grows with each happening and each byte.
    private var stepsMax = 64
    private(set) var sentUpstream: [UInt8] = []
    private(set) var sentToClient: [UInt8] = []
    private(set) var outcomes: [ActionOutcome] = []
    private(set) var failure: MachineFailure?
    private var hasTerminated = false
    private var serverIsHonest = true

    var isOver: Bool { failure != nil || hasTerminated }
    var clientIsWaiting: Bool { !fromClient.isEmpty || machine.isAmidMessage }

    init(salt: UInt8) {
        self.salt = salt
        let login = UpstreamSession(
            parameters: [
                .init(name: "client_encoding", value: "UTF8"),
                .init(name: "server_encoding", value: "UTF8"),
                .init(name: "standard_conforming_strings", value: "on"),
            ], key: nil)
        machine = PostgresMachine(login, limits: Self.limits)
    }

    /// Small, so that the ways to their edges are short.
    private static let limits: Limits = {
        var limits = Limits()
        limits.textBytesMax = 256
        limits.bindBytesMax = 512
        limits.smallFrameBytesMax = 128
        limits.errorBytesMax = 1024
        limits.replyBytesMax = 256
        limits.pendingRepliesMax = 8
        limits.statementsMax = 4
        limits.statementTextBytesMax = 512
        limits.portalsMax = 4
        return limits
    }()

    // MARK: What happens

    mutating func clientSent(_ bytes: [UInt8]) throws {
        fromClient += bytes
        stepsMax += 32 * bytes.count
        try pump()
    }

    mutating func serverSent(_ bytes: [UInt8]) throws {
        serverIsHonest = false
        fromServer += bytes
        stepsMax += 32 * bytes.count
        try pump()
    }

    mutating func serverReplies() throws {
        // After a server that lied nobody knows what an honest one would make of it.
        guard serverIsHonest else { return }
        let replies = try model.replies(to: &unread)
        stepsMax += 32 * replies.count
        fromServer += replies
        try pump()
    }

    mutating func verdictComes() throws {
        guard let request = held, !isOver else { return }
        held = nil
        switch hash(request) >> 8 & 3 {
        case 0: machine.refused(Self.no)
        case 1: machine.abandoned()
        default: try release(request)
        }
        try pump()
    }

    func checkEnd() throws {
        guard failure == nil, serverIsHonest else { return }
        let rest = frames(sentToClient).rest
        try require(
            rest.isEmpty || !machine.isAtClientBoundary,
            "the stream to the client ends amid a message, and the machine does not know")
    }

    // MARK: The pump

    private mutating func pump() throws {
        stepsMax += 8
        var moves = true
        while moves, !isOver {
            moves = try pumpServer()
            while let event = machine.nextEvent() {
                if case .outcome(_, let outcome) = event { outcomes.append(outcome) }
            }
            if !isOver { moves = try pumpClient() || moves }
            steps += 1
            try require(steps < stepsMax, "the machine makes steps and gets nowhere")
        }
    }

    private mutating func pumpServer() throws -> Bool {
        let step = fromServer.withUnsafeBytes { machine.nextServerStep($0) }
        switch step {
        case .needMore(let count):
            try require(count > fromServer.count, "more is asked of the server than is missing")
            return false
        case .pass(let count): sentToClient += try take(count, of: &fromServer)
        case .drop(let count): _ = try take(count, of: &fromServer)
        case .replace(let count, let bytes):
            _ = try take(count, of: &fromServer)
            sentToClient += bytes
        case .send(let bytes):
            try require(!bytes.isEmpty, "an empty message of our own")
            sentToClient += bytes
        case .fail(let failure):
            try require(
                !serverIsHonest || failure.blame != .upstream,
                "an honest server is blamed: \(failure)")
            self.failure = failure
        }
        return true
    }

    private mutating func pumpClient() throws -> Bool {
        let step = fromClient.withUnsafeBytes { machine.nextClientStep($0) }
        switch step {
        case .needMore(let count):
            try require(count > fromClient.count, "more is asked of the client than is missing")
            return false
        case .wait: return false
        case .pass(let count): try pass(try take(count, of: &fromClient))
        case .passCopy(let header, let payload):
            let bytes = try take(header + payload, of: &fromClient)
            try require(header == 0 || bytes[0] == UInt8(ascii: "d"), "no CopyData passes as it")
            send(bytes)
        case .drop(let count): _ = try take(count, of: &fromClient)
        case .send(let message):
            if message == .failingParse { model.expects(.own) }
            send(message.bytes)
        case .judge(let request): return try judge(request)
        case .terminate(let count):
            send(try take(count, of: &fromClient))
            hasTerminated = true
        case .fail(let failure):
            try require(failure.blame != .upstream, "the server is blamed for the client's bytes")
            self.failure = failure
        }
        return true
    }

    /// Threat 23: what passes without a verdict is whole messages that run nothing.
    private mutating func pass(_ bytes: [UInt8]) throws {
        let (whole, rest) = frames(bytes)
        try require(rest.isEmpty, "a part of a message passes unjudged")
        for frame in whole {
            try require(
                "SHDCcf".utf8.contains(frame[0]),
                "a message of type \(Unicode.Scalar(frame[0])) passes unjudged")
        }
        send(bytes)
    }

    private mutating func send(_ bytes: [UInt8]) {
        sentUpstream += bytes
        unread += bytes
    }

    private func take(_ count: Int, of bytes: inout [UInt8]) throws -> [UInt8] {
        try require(count > 0 && count <= bytes.count, "\(count) of \(bytes.count) bytes used up")
        defer { bytes.removeFirst(count) }
        return Array(bytes.prefix(count))
    }

    // MARK: Verdicts

    private static let no = ErrorFields.refused("refused by rule `r`", detail: nil, hint: nil)
    private static let notice = ErrorFields(.notice, code: "00000", "held as hld_1")

    /// The same message is decided in the same way, whenever it is asked for.
    private func hash(_ request: ActionRequest) -> UInt64 {
        let text = fromClient.prefix(max(request.byteCount, 0))
        return fnv(text, fnv([salt]))
    }

    private mutating func judge(_ request: ActionRequest) throws -> Bool {
        try checkRequest(request)
        if request.refusal != nil || isUnknown(request) {
            machine.refused(Self.no)
            return true
        }
        switch salt == 0 ? 0 : hash(request) & 7 {
        case 0...3: try release(request)
        case 4, 5: machine.refused(Self.no)
        case 6 where !request.isSettled: machine.settle()
        case 6: try release(request)
        default:
            machine.held(notice: Self.notice)
            if request.isSettled { held = request }
        }
        return true
    }

    private func isUnknown(_ request: ActionRequest) -> Bool {
        let isNamed = request.kind == .bind || request.kind == .execute
        return isNamed && request.statement == nil
            || String(validating: statement(of: request), as: UTF8.self) == nil
    }

    private func checkRequest(_ request: ActionRequest) throws {
        try fromClient.withUnsafeBytes { bytes in
            let isWhole = request.byteCount <= bytes.count
            try require(
                isWhole || request.kind == .unreadable, "half a message is to be judged")
            let text = request.text(in: bytes)
            try require(text.count <= Self.limits.textBytesMax, "a text beyond its limit")
            let values = request.values(in: bytes)
            let size = values.reduce(0) { $0 + ($1.bytes?.count ?? 0) }
            try require(size <= Self.limits.bindBytesMax, "values beyond their limit")
            try require(
                (request.statement?.parameterTypes.count ?? 0) * 4 <= Self.limits.bindBytesMax,
                "types from nowhere")
        }
    }

    private mutating func release(_ request: ActionRequest) throws {
        let text = statement(of: request)
        guard machine.released(model.terms(of: text, kind: request.kind)) else { return }
        try require(request.refusal == nil, "a message that cannot be judged is released")
        model.expects(.released(text))
        send(try take(request.byteCount, of: &fromClient))
    }

    /// The text that the release is about.
    private func statement(of request: ActionRequest) -> [UInt8] {
        switch request.kind {
        case .query, .parse: fromClient.withUnsafeBytes { Array(request.text(in: $0)) }
        case .bind, .execute: request.statement?.text ?? []
        case .functionCall, .unreadable: []
        }
    }
}

/// The whole frames at the beginning, and what is left.
func frames(_ bytes: [UInt8]) -> (whole: [[UInt8]], rest: [UInt8]) {
    var whole: [[UInt8]] = []
    var start = 0
    bytes.withUnsafeBytes { raw in
        while case .header(let header) = FrameHeader.read(raw, at: start, bytesMax: 1 << 30),
            header.frameBytes <= raw.count - start
        {
            whole.append(Array(raw[start..<start + header.frameBytes]))
            start += header.frameBytes
        }
    }
    return (whole, Array(bytes[start...]))
}
