import Wire

/// A client's connection up to its password: untrusted bytes, before anyone has logged in.
///
/// Drive it like this: feed the unprocessed bytes to `nextStep` until it says `authenticate`, `cancel` or `refuse`; the deadline is the
/// caller's. After login send `LoginReplies.welcome`, or `LoginReplies.denied`.
public struct StartupMachine {
    private enum State: Equatable {
        case start
        case securing
        case password(StartupRequest)
        /// Everything has come but our next step; the client waits.
        case complete(StartupRequest)
        case ended
    }

    /// False when TLS has told already who it is: no password is asked for then.
    public var asksPassword = true

    private var state = State.start
    private var isSecure: Bool
    private var negotiations = 0
    private let limits: Limits

    private static let sslCode: UInt32 = 80_877_103
    private static let gssCode: UInt32 = 80_877_104
    private static let cancelCode: UInt32 = 80_877_102

    /// `isSecure`: the connection began with TLS (ALPN `postgresql`).
    public init(isSecure: Bool = false, limits: Limits = Limits()) {
        self.isSecure = isSecure
        self.limits = limits
    }

    /// The TLS handshake that `startTLS` asked for is done.
    public mutating func secured() {
        guard state == .securing else { return }
        isSecure = true
        state = .start
    }

    /// What to do with the bytes that no step has used up yet.
    public mutating func nextStep(_ bytes: UnsafeRawBufferPointer) -> StartupStep {
        switch state {
        case .start: return readPacket(bytes)
        case .password(let request): return readPassword(bytes, request)
        case .complete(let request):
            state = .ended
            return .authenticate(request, consuming: 0)
        // Plaintext behind an SSLRequest.
        case .securing:
            return bytes.isEmpty ? .needMore(atLeast: 1) : refuse(silently: true, .bytesBeforeTLS)
        case .ended: return .refuse([], .ended)
        }
    }

    private mutating func readPacket(_ bytes: UnsafeRawBufferPointer) -> StartupStep {
        var reader = ByteReader(bytes)
        guard let length = reader.int32() else { return .needMore(atLeast: 8) }
        guard length >= 8, length <= limits.startupBytesMax else {
            return refuse(silently: !isSecure, .startup("invalid length of startup packet"))
        }
        guard let code = reader.uint32() else { return .needMore(atLeast: 8) }
        let count = Int(length)
        switch code {
        case Self.sslCode, Self.gssCode: return negotiate(code, count, bytes.count)
        case Self.cancelCode: return readCancel(&reader, count)
        default: break
        }
        guard isSecure else { return refuse(silently: false, .tlsRequired) }
        guard bytes.count >= count else { return .needMore(atLeast: count) }
        return readStartup(UnsafeRawBufferPointer(rebasing: bytes[8..<count]), code, count)
    }

    private mutating func negotiate(_ code: UInt32, _ count: Int, _ available: Int) -> StartupStep {
        negotiations += 1
        guard count == 8, !isSecure, negotiations <= limits.negotiationsMax else {
            return refuse(silently: true, .startup("unexpected encryption request"))
        }
        guard code == Self.sslCode else { return .reply([UInt8(ascii: "N")], consuming: count) }
        guard available == count else { return refuse(silently: true, .bytesBeforeTLS) }
        state = .securing
        return .startTLS(reply: [UInt8(ascii: "S")], consuming: count)
    }

    private mutating func readCancel(_ reader: inout ByteReader, _ count: Int) -> StartupStep {
        guard count == 16 else {
            return refuse(silently: true, .startup("invalid length of cancel request"))
        }
        guard let process = reader.uint32(), let secret = reader.uint32() else {
            return .needMore(atLeast: 16)
        }
        state = .ended
        return .cancel(BackendKey(processID: process, secret: secret))
    }

    private mutating func readStartup(
        _ body: UnsafeRawBufferPointer, _ version: UInt32, _ count: Int
    ) -> StartupStep {
        guard version >> 16 == 3 else {
            return refuse(
                silently: false,
                .startup(
                    "unsupported frontend protocol \(version >> 16).\(version & 0xffff)", "0A000"))
        }
        do throws(ErrorFields) {
            let parameters = try StartupParameters(body)
            let request = try parameters.request()
            let negotiation = negotiation(version, parameters.protocolOptions)
            if asksPassword {
                state = .password(request)
                return .reply(negotiation + LoginReplies.cleartextPassword, consuming: count)
            }
            state = negotiation.isEmpty ? .ended : .complete(request)
            return negotiation.isEmpty
                ? .authenticate(request, consuming: count) : .reply(negotiation, consuming: count)
        } catch {
            return refuse(silently: false, error)
        }
    }

    /// NegotiateProtocolVersion, when the client asked for more than 3.0.
    private func negotiation(_ version: UInt32, _ options: [String]) -> [UInt8] {
        version & 0xffff == 0 && options.isEmpty ? [] : LoginReplies.negotiate(options)
    }

    private mutating func readPassword(
        _ bytes: UnsafeRawBufferPointer, _ request: StartupRequest
    ) -> StartupStep {
        switch FrameHeader.read(bytes, at: 0, bytesMax: limits.passwordBytesMax) {
        case .needMore: return .needMore(atLeast: FrameHeader.byteCount)
        case .badLength: return refuse(silently: false, .startup("invalid password packet size"))
        case .header(let header):
            guard header.type == ClientMessageType.password else {
                return refuse(silently: false, .startup("expected a password message"))
            }
            guard bytes.count >= header.frameBytes else {
                return .needMore(atLeast: header.frameBytes)
            }
            var reader = ByteReader(
                UnsafeRawBufferPointer(rebasing: bytes[..<header.frameBytes]),
                from: FrameHeader.byteCount)
            guard let range = reader.terminatedRange(), reader.isAtEnd else {
                return refuse(silently: false, .startup("invalid password packet size"))
            }
            state = .ended
            var complete = request
            complete.password = Array(bytes[range])
            return .authenticate(complete, consuming: header.frameBytes)
        }
    }

    private mutating func refuse(silently: Bool, _ error: ErrorFields) -> StartupStep {
        state = .ended
        return .refuse(silently ? [] : error.errorResponse, error)
    }
}

extension ErrorFields {
    static func startup(_ message: String, _ code: String = "08P01", hint: String? = nil)
        -> ErrorFields
    {
        ErrorFields(.fatal, code: code, message, hint: hint)
    }

    fileprivate static let bytesBeforeTLS = startup(
        "received unencrypted data after an SSL request")
    fileprivate static let ended = startup("the start-up has ended")
    fileprivate static let tlsRequired = startup(
        "this gateway takes encrypted connections only", "28000",
        hint: "connect with sslmode=verify-full")
}
