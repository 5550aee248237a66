import Cryptography
import Postgres

extension FuzzTarget {
    /// A target's half of the login: the first byte says how we come (see `Setting`), the rest is what it says. `OURS`
    /// in it becomes our nonce, `PROOF` the proof that only who knows the password can give.
    static let upstreamLogin = FuzzTarget("upstream-login") { bytes in
        var input = Input(bytes)
        let setting = Setting(input.byte())
        let said = setting.filled(Array(input.rest))
        var whole = LoginRun(setting)
        try whole.feed(said)
        var single = LoginRun(setting)
        for byte in said where !single.isOver { try single.feed([byte]) }
        try require(whole.end == single.end, "bytes one by one end as \(single.end)")
        try require(whole.sent == single.sent, "bytes one by one are answered differently")
        try setting.check(whole, said)
        if case .ready = whole.end { return true }
        return false
    }
}

private struct Setting {
    let credentials: UpstreamCredentials
    static let password = Array("correct horse".utf8)
    static let nonce = [UInt8](repeating: 7, count: 18)
    static let binding: [UInt8] = [1, 2, 3]

    init(_ bits: UInt8) {
        var credentials = UpstreamCredentials(
            user: "sallyport", database: "orders", password: bits & 1 == 0 ? Self.password : nil,
            isEncrypted: bits & 2 == 0, channelBinding: bits & 4 == 0 ? nil : Self.binding,
            nonce: Self.nonce)
        credentials.requiresChannelBinding = bits & 8 != 0
        self.credentials = credentials
    }

    func filled(_ bytes: [UInt8]) -> [UInt8] {
        let named = replace("OURS", in: bytes, with: Array(Base64.encode(Self.nonce).utf8))
        return replace("PROOF", in: named, with: proof(named))
    }

    /// RFC 5802 section 3 over the first server-first message of the bytes, whatever it is.
    private func proof(_ bytes: [UInt8]) -> [UInt8] {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let start = text.range(of: "r="),
            let salt = value("s=", in: text[start.lowerBound...]),
            let salted = Base64.decode(String(salt)),
            let count = value("i=", in: text[start.lowerBound...]).flatMap({ Int($0) }),
            (1...64).contains(count), let nonce = value("r=", in: text[start.lowerBound...])
        else { return Array("none".utf8) }
        let first = "r=\(nonce),s=\(salt),i=\(count)"
        let header = header(text)
        let data = Array(header.utf8) + (header.hasPrefix("p") ? Self.binding : [])
        let bare = "n=,r=" + Base64.encode(Self.nonce)
        let final = "c=\(Base64.encode(data)),r=\(nonce)"
        let key = PBKDF2SHA256.derive(password: Self.password, salt: salted, iterations: count)
        let serverKey = HMACSHA256.authenticate(Array("Server Key".utf8), key: key)
        let message = Array("\(bare),\(first),\(final)".utf8)
        return Array(Base64.encode(HMACSHA256.authenticate(message, key: serverKey)).utf8)
    }

    private func header(_ text: String) -> String {
        guard credentials.isEncrypted, credentials.channelBinding != nil else { return "n,," }
        return text.contains("SCRAM-SHA-256-PLUS") ? "p=tls-server-end-point,," : "y,,"
    }

    private func value(_ name: String, in text: Substring) -> Substring? {
        guard let range = text.range(of: name) else { return nil }
        return text[range.upperBound...].prefix { $0 != "," && $0.asciiValue ?? 0 > 0x20 }
    }

    /// Threats 3, 4 and 8.
    func check(_ run: LoginRun, _ said: [UInt8]) throws {
        if !credentials.isEncrypted {
            try require(
                run.sent.firstRange(of: Self.password) == nil, "the password went without TLS")
        }
        guard case .ready = run.end else { return }
        if run.sent.firstRange(of: Array("SCRAM-SHA-256".utf8)) != nil {
            let genuine = proof(said)
            try require(
                said.firstRange(of: Array("v=".utf8) + genuine) != nil,
                "a target that did not prove itself logged us in")
        }
        if credentials.requiresChannelBinding {
            try require(
                run.sent.firstRange(of: Array("SCRAM-SHA-256-PLUS".utf8)) != nil,
                "a login without the channel binding that is required")
        }
    }
}

private func replace(_ word: String, in bytes: [UInt8], with other: [UInt8]) -> [UInt8] {
    var result = bytes
    for range in bytes.ranges(of: Array(word.utf8)).reversed() {
        result.replaceSubrange(range, with: other)
    }
    return result
}

private struct LoginRun {
    enum End: Equatable {
        case waits, ready(UpstreamSession, left: Int), failed(MachineFailure.Blame, String)
    }

    private(set) var end = End.waits
    private(set) var sent: [UInt8] = []
    private var login: UpstreamLogin
    private var buffer: [UInt8] = []

    var isOver: Bool { end != .waits }

    init(_ setting: Setting) {
        var limits = Limits()
        limits.scramIterationsMax = 64
        limits.loginReplyBytesMax = 512
        limits.loginBytesMax = 2048
        login = UpstreamLogin(setting.credentials, limits: limits)
    }

    mutating func feed(_ bytes: [UInt8]) throws {
        buffer += bytes
        while !isOver {
            switch buffer.withUnsafeBytes({ login.nextStep($0) }) {
            case .needMore(let count):
                return try require(count > buffer.count, "more is asked for than is missing")
            case .send(let message, let count):
                try require(count > 0 && count <= buffer.count, "\(count) bytes used up")
                sent += message
                buffer.removeFirst(count)
            case .ready(let session, let count):
                try require(count > 0 && count <= buffer.count, "\(count) bytes used up")
                // Bytes behind it belong to the session.
                end = .ready(session, left: 0)
            case .fail(let failure): end = .failed(failure.blame, failure.error.message)
            }
        }
    }
}
