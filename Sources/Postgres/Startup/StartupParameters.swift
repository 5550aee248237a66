import Wire

/// A StartupMessage's parameters, by allow-list: what is not on it is refused, never ignored.
struct StartupParameters {
    private var user: String?
    private var database: String?
    private var allowed: [UpstreamSession.Parameter] = []
    private var seen: Set<String> = []
    /// `_pq_.` options, which NegotiateProtocolVersion says are not understood.
    private(set) var protocolOptions: [String] = []

    /// Settings that change neither who acts nor what a text means.
    private static let allowList: Set<String> = [
        "application_name", "datestyle", "timezone", "extra_float_digits", "intervalstyle",
        "statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout",
        "bytea_output", "client_min_messages", "geqo", "jit",
    ]

    init(_ body: UnsafeRawBufferPointer) throws(ErrorFields) {
        var reader = ByteReader(body)
        while true {
            guard let name = reader.terminatedText() else { throw Self.malformed }
            if name.isEmpty { break }
            guard let value = reader.terminatedText() else { throw Self.malformed }
            try take(name, value)
        }
        guard reader.isAtEnd else { throw Self.malformed }
    }

    /// The principal from `user`, the target from `database` or from `principal#target`.
    func request() throws(ErrorFields) -> StartupRequest {
        guard let user, !user.isEmpty else {
            throw .startup("no user name was given in the startup packet", "28000")
        }
        let parts = user.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
        let principal = String(parts[0])
        let named = parts.count == 2 ? String(parts[1]) : nil
        if let named, let database, !database.isEmpty, database != named, database != user {
            throw .startup(
                "the user name and the database name two targets", "28000",
                hint: "name the target once")
        }
        // libpq sends the user name as database when none was given.
        guard let target = named ?? database, !target.isEmpty, !principal.isEmpty else {
            throw .startup(
                "no target was named", "3D000",
                hint: "give the target as the database name, or as user `NAME#TARGET`")
        }
        return StartupRequest(
            principal: principal, target: target, password: [], parameters: allowed)
    }

    private mutating func take(_ name: String, _ value: String) throws(ErrorFields) {
        switch name {
        case "user":
            try once(name)
            user = value
        case "database":
            try once(name)
            database = value
        case "options":
            try once(name)
            try takeOptions(value)
        default:
            guard !name.hasPrefix("_pq_.") else {
                try once(name)
                return protocolOptions.append(name)
            }
            try takeSetting(name, value)
        }
    }

    private mutating func takeSetting(_ name: String, _ value: String) throws(ErrorFields) {
        let key = lowercased(name)
        try once(key)
        if key == "client_encoding" {
            guard isUTF8(value) else {
                throw .startup(
                    "the gateway reads UTF8 only; client_encoding `\(shown(value))` is refused",
                    "0A000",
                    hint: "set client_encoding (PGCLIENTENCODING) to UTF8")
            }
            return allowed.append(.init(name: key, value: "UTF8"))
        }
        guard Self.allowList.contains(key) else {
            throw .startup(
                "start-up parameter `\(shown(name))` is refused by the gateway", "42501",
                hint: "leave it out, or SET it in the session where policy allows")
        }
        allowed.append(.init(name: key, value: value))
    }

    /// `-c name=value` and `--name=value`, with backslash escapes as the server reads them.
    private mutating func takeOptions(_ text: String) throws(ErrorFields) {
        var words = Self.words(text)[...]
        while let word = words.popFirst() {
            var assignment: String
            if word == "-c" {
                guard let next = words.popFirst() else { throw Self.badOptions(word) }
                assignment = next
            } else if word.hasPrefix("--") || word.hasPrefix("-c") {
                assignment = String(word.dropFirst(2))
            } else {
                throw Self.badOptions(word)
            }
            guard let equals = assignment.firstIndex(of: "=") else { throw Self.badOptions(word) }
            let value = String(assignment[assignment.index(after: equals)...])
            assignment.removeSubrange(equals...)
            let name = String(assignment.map { $0 == "-" ? "_" : $0 })
            try takeSetting(name, value)
        }
    }

    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var word: String.UnicodeScalarView?
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped || (scalar != "\\" && !isSpace(scalar)) {
                word = word ?? String.UnicodeScalarView()
                word?.append(scalar)
                isEscaped = false
            } else if scalar == "\\" {
                isEscaped = true
            } else if let whole = word {
                words.append(String(whole))
                word = nil
            }
        }
        if let whole = word { words.append(String(whole)) }
        return words
    }

    /// C's `isspace`.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar == " " || (scalar.value >= 9 && scalar.value <= 13)
    }

    private mutating func once(_ name: String) throws(ErrorFields) {
        guard seen.insert(name).inserted else {
            throw .startup("start-up parameter `\(shown(name))` is given twice")
        }
    }

    private static let malformed = ErrorFields.startup("invalid startup packet layout")

    private static func badOptions(_ word: String) -> ErrorFields {
        .startup(
            "the gateway reads only `-c name=value` in options, not `\(shown(word))`", "42501")
    }
}

private func lowercased(_ text: String) -> String {
    String(decoding: text.utf8.map { $0 >= 0x41 && $0 <= 0x5a ? $0 | 0x20 : $0 }, as: UTF8.self)
}

private func shown(_ text: String) -> String { String(text.prefix(64)) }
