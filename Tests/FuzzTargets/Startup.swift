import Postgres
import TLS

extension FuzzTarget {
    /// A connection before its login: the first byte says whether it began with TLS, and whether a certificate has proved
    /// who it is; then `P<bytes>` arrive, and `T`
    /// is the end of the handshake that was asked for. The same bytes as extensions of a ClientHello.
    static let startup = FuzzTarget("startup") { bytes in
        let whole = try StartupRun(bytes, byByte: false)
        let single = try StartupRun(bytes, byByte: true)
        try require(
            whole.end == single.end, "bytes one by one end in \(single.end), not \(whole.end)")
        try readHello(bytes)
        if case .authenticate = whole.end { return true }
        return false
    }
}

private struct StartupRun {
    /// What ended it; `needMore` when nothing did.
    private(set) var end = StartupStep.needMore(atLeast: 0)
    private var machine: StartupMachine
    private var buffer: [UInt8] = []
    private var isSecure: Bool
    private var isSecuring = false
    private var isOver = false

    init(_ bytes: [UInt8], byByte: Bool) throws {
        var input = Input(bytes)
        let first = input.byte()
        isSecure = first & 1 == 1
        machine = StartupMachine(isSecure: isSecure)
        machine.asksPassword = first & 2 == 0
        while !input.isAtEnd, !isOver {
            guard input.byte() != UInt8(ascii: "T") else {
                if isSecuring, buffer.isEmpty { isSecure = true }
                isSecuring = false
                machine.secured()
                try pump()
                continue
            }
            let piece = input.counted()
            for part in byByte ? piece.map({ [$0] }) : [piece] where !isOver {
                buffer += part
                try pump()
            }
        }
    }

    private mutating func pump() throws {
        while !isOver {
            let step = buffer.withUnsafeBytes { machine.nextStep($0) }
            switch step {
            case .needMore(let count):
                try require(count > buffer.count, "more is asked for than is missing")
                return
            case .startTLS(_, let count):
                isSecuring = true
                try consume(count)
            case .reply(let bytes, let count):
                try require(!bytes.isEmpty, "an empty reply")
                try consume(count)
            case .cancel, .refuse: finish(step)
            case .authenticate(let request, let count):
                try require(isSecure, "a password was taken without TLS")
                if count > 0 || machine.asksPassword { try consume(count) }
                try require(
                    machine.asksPassword || request.password.isEmpty, "a password unasked")
                try check(request)
                finish(.authenticate(request, consuming: 0))
            }
        }
    }

    private mutating func finish(_ step: StartupStep) {
        end = step
        isOver = true
        // What was answered to bytes behind an SSLRequest depends on when they came, the end does not.
        if case .refuse(_, let error) = step { end = .refuse([], error) }
    }

    private mutating func consume(_ count: Int) throws {
        try require(count > 0 && count <= buffer.count, "\(count) of \(buffer.count) bytes used up")
        buffer.removeFirst(count)
    }

    /// Threat 5: nothing that changes who acts or what a text means goes to the target.
    private func check(_ request: StartupRequest) throws {
        try require(!request.principal.isEmpty && !request.target.isEmpty, "a login of nobody")
        try require(!request.password.contains(0), "a password with a NUL")
        let names = request.parameters.map(\.name)
        try require(Set(names).count == names.count, "a start-up parameter twice: \(names)")
        for name in names {
            try require(
                name.utf8.allSatisfy { $0 == UInt8(ascii: "_") || (0x61...0x7A).contains($0) }
                    && !["role", "search_path", "options", "replication", "user", "database"]
                        .contains(name),
                "the start-up parameter `\(name)` is let through")
        }
        for parameter in request.parameters {
            try require(!parameter.value.utf8.contains(0), "a start-up parameter with a NUL")
        }
    }
}

private func readHello(_ bytes: [UInt8]) throws {
    try bytes.withUnsafeBytes { bytes in
        if let name = ClientHello.serverName(bytes) {
            try require(!name.isEmpty && name.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }, "SNI")
        }
        let list = ClientHello.protocolList(bytes)
        let ours = ["postgresql", "http/1.1"]
        if case .chosen(let range) = ClientHello.choose(from: list, supported: ours) {
            let chosen = String(decoding: list[range], as: UTF8.self)
            try require(ours.contains(chosen), "ALPN chose `\(chosen)`")
        }
    }
}
