import Cryptography
import Vocabulary
import Wire

/// What to do next in the login at a target.
public enum UpstreamLoginStep {
    case needMore(atLeast: Int)
    /// Use up `consuming` bytes of the server's, send these, and ask again.
    case send([UInt8], consuming: Int)
    /// Logged in. Use up `consuming` bytes; a byte behind them belongs to the session.
    case ready(UpstreamSession, consuming: Int)
    case fail(MachineFailure)
}

/// The gateway's login at a target, from StartupMessage to the first ReadyForQuery.
///
/// Send `startup` first, then feed the server's unprocessed bytes to `nextStep` until `ready` or `fail`.
public struct UpstreamLogin {
    private enum State: Equatable {
        case start, passwordSent, scram, authenticated, ended
    }

    private var state = State.start
    private var scram: SCRAMClient?
    private var parameters: [UpstreamSession.Parameter] = []
    private var key: BackendKey?
    private var bytesSeen = 0
    private let credentials: UpstreamCredentials
    private let limits: Limits

    public init(_ credentials: UpstreamCredentials, limits: Limits = Limits()) {
        self.credentials = credentials
        self.limits = limits
    }

    /// StartupMessage, protocol 3.0. Of a parameter given twice the last one is sent.
    public var startup: [UInt8] {
        var last: [(name: String, value: String)] = [
            ("user", credentials.user), ("database", credentials.database),
        ]
        for parameter in credentials.parameters
        where !["user", "database"].contains(parameter.name) {
            last.removeAll { $0.name == parameter.name }
            last.append((parameter.name, parameter.value))
        }
        return ClientMessages.startup(last)
    }

    public mutating func nextStep(_ bytes: UnsafeRawBufferPointer) -> UpstreamLoginStep {
        var start = 0
        while true {
            switch FrameHeader.read(bytes, at: start, bytesMax: limits.loginReplyBytesMax) {
            case .needMore: return pause(start, FrameHeader.byteCount)
            case .badLength(let type, let length): return fail(.badLength(.upstream, type, length))
            case .header(let header):
                guard bytes.count - start >= header.frameBytes else {
                    return pause(start, header.frameBytes)
                }
                let end = start + header.frameBytes
                let body = UnsafeRawBufferPointer(
                    rebasing: bytes[start + FrameHeader.byteCount..<end])
                do throws(MachineFailure) {
                    if let step = try take(header, body, consuming: end) { return step }
                } catch {
                    return fail(error)
                }
                start = end
            }
        }
    }

    private mutating func fail(_ failure: MachineFailure) -> UpstreamLoginStep {
        state = .ended
        return .fail(failure)
    }

    /// What was read is used up, so that nothing is read twice.
    private func pause(_ read: Int, _ next: Int) -> UpstreamLoginStep {
        read > 0 ? .send([], consuming: read) : .needMore(atLeast: next)
    }

    private mutating func take(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, consuming end: Int
    ) throws(MachineFailure) -> UpstreamLoginStep? {
        bytesSeen += header.frameBytes
        guard bytesSeen <= limits.loginBytesMax, state != .ended else {
            throw MachineFailure(.upstream, "the target's login is longer than the gateway takes")
        }
        var reader = ByteReader(body)
        switch header.type {
        case ServerMessageType.authentication:
            return try authenticate(&reader, body).map { .send($0, consuming: end) }
        case ServerMessageType.errorResponse: throw refusal(body)
        case ServerMessageType.noticeResponse: return nil
        case ServerMessageType.negotiateProtocolVersion: throw .version
        case ServerMessageType.parameterStatus where state == .authenticated:
            guard let name = reader.terminatedText(), let value = reader.terminatedText(),
                reader.isAtEnd
            else { throw .malformed("ParameterStatus", .upstream) }
            parameters.append(.init(name: name, value: value))
            return nil
        case ServerMessageType.backendKeyData where state == .authenticated:
            guard key == nil, let process = reader.uint32(), let secret = reader.uint32(),
                reader.isAtEnd
            else { throw .malformed("BackendKeyData", .upstream) }
            key = BackendKey(processID: process, secret: secret)
            return nil
        case ServerMessageType.readyForQuery where state == .authenticated:
            guard body.count == 1, let status = TransactionStatus(rawValue: body[0]) else {
                throw .malformed("ReadyForQuery", .upstream)
            }
            state = .ended
            let session = UpstreamSession(parameters: parameters, key: key, status: status)
            return .ready(session, consuming: end)
        default: throw .unexpected(header.type)
        }
    }

    /// Answers one Authentication message; `nil` when it needs no answer.
    private mutating func authenticate(
        _ reader: inout ByteReader, _ body: UnsafeRawBufferPointer
    ) throws(MachineFailure) -> [UInt8]? {
        guard let code = reader.uint32() else { throw .malformed("Authentication", .upstream) }
        switch (code, state) {
        case (0, .start), (0, .passwordSent), (0, .scram):
            try accepted()
            return nil
        case (3, .start):
            guard credentials.isEncrypted || credentials.allowsPlaintextPassword else {
                throw .weak("asks for the password itself over a connection without TLS")
            }
            return try answer(ClientMessages.password(try password()))
        case (5, .start):
            guard let salt = reader.copy(4), reader.isAtEnd else {
                throw .malformed("Authentication", .upstream)
            }
            return try answer(ClientMessages.password(try md5(salt)))
        case (10, .start): return try startSCRAM(&reader)
        case (11, .scram): return try continueSCRAM(Array(body.dropFirst(4)))
        case (12, .scram):
            try scram?.serverFinal(Array(body.dropFirst(4)))
            return nil
        default:
            throw MachineFailure(
                .upstream, code: "0A000",
                "the target asks for a login that the gateway does not have (\(code))")
        }
    }

    /// AuthenticationOk: never before the server has proved itself, once SCRAM began.
    private mutating func accepted() throws(MachineFailure) {
        if state == .scram, scram?.isVerified != true {
            throw .weak("ends SCRAM without proving that it knows the password")
        }
        if credentials.requiresChannelBinding, state != .scram {
            throw .weak("logs in without channel binding, which is required")
        }
        state = .authenticated
    }

    private mutating func answer(_ message: [UInt8]) throws(MachineFailure) -> [UInt8] {
        guard !credentials.requiresChannelBinding else {
            throw .weak("logs in without channel binding, which is required")
        }
        state = .passwordSent
        return message
    }

    private func password() throws(MachineFailure) -> [UInt8] {
        guard let password = credentials.password, !password.isEmpty else {
            throw MachineFailure(
                .gateway, code: "28000", "the target asks for a password and none is configured")
        }
        return password
    }

    /// `md5` + hex(md5(hex(md5(password + user)) + salt)).
    private func md5(_ salt: [UInt8]) throws(MachineFailure) -> [UInt8] {
        guard let inner = MD5.hash(try password() + Array(credentials.user.utf8)),
            let outer = MD5.hash(Array(hexText(inner).utf8) + salt)
        else {
            throw MachineFailure(.gateway, code: "0A000", "this host's OpenSSL refuses md5 logins")
        }
        return Array(("md5" + hexText(outer)).utf8)
    }

    private mutating func startSCRAM(_ reader: inout ByteReader) throws(MachineFailure) -> [UInt8] {
        var offered: [String] = []
        while let name = reader.terminatedText(), !name.isEmpty { offered.append(name) }
        guard reader.isAtEnd else { throw .malformed("AuthenticationSASL", .upstream) }
        let binding = try binding(offered)
        let client = SCRAMClient(
            binding: binding, password: try password(), credentials: credentials, limits: limits)
        scram = client
        state = .scram
        let isBound = if case .endPoint = binding { true } else { false }
        return ClientMessages.saslInitialResponse(
            mechanism: isBound ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256", client.clientFirst)
    }

    private func binding(_ offered: [String]) throws(MachineFailure) -> SCRAMClient.Binding {
        let offersPlus = offered.contains("SCRAM-SHA-256-PLUS")
        if credentials.isEncrypted, offersPlus, let data = credentials.channelBinding {
            return .endPoint(data)
        }
        guard !credentials.requiresChannelBinding else {
            throw .weak("offers no channel binding, which is required")
        }
        guard offered.contains("SCRAM-SHA-256") else {
            throw .weak("offers no login mechanism that the gateway has")
        }
        guard credentials.isEncrypted || !offersPlus else {
            throw .weak("offers channel binding on a connection without TLS")
        }
        return credentials.isEncrypted && credentials.channelBinding != nil
            ? .notOffered : .unsupported
    }

    private mutating func continueSCRAM(_ data: [UInt8]) throws(MachineFailure) -> [UInt8] {
        guard var client = scram else { throw .malformed("Authentication", .upstream) }
        let answer = try client.serverFirst(data)
        scram = client
        return ClientMessages.saslResponse(answer)
    }

    private func refusal(_ body: UnsafeRawBufferPointer) -> MachineFailure {
        let error = ErrorFields(body: body)
        return MachineFailure(
            .upstream, code: error?.code ?? "08001",
            "the target refused the gateway's login: \(String((error?.message ?? "").prefix(200)))")
    }
}

extension MachineFailure {
    fileprivate static let version = MachineFailure(
        .upstream, code: "0A000", "the target does not speak protocol 3.0")

    fileprivate static func weak(_ what: String) -> MachineFailure {
        MachineFailure(.upstream, code: "08001", "the target \(what)")
    }
}
