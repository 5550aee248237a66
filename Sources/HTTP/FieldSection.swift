/// A head's fields as they came, and what those of the connection say.
struct FieldSection {
    private(set) var fields = HeaderFields()
    private var ofConnection = HeaderFields()

    init(_ lines: inout HeadLines) throws(HTTPRefusal) {
        while let line = lines.next() {
            let field = try Self.field(line)
            if HeaderField.isOfConnection(field.name) {
                ofConnection.append(field)
            } else {
                fields.append(field)
            }
        }
        guard ofConnection.values("Trailer").isEmpty else {
            throw .bad("fields behind a body are not taken")
        }
    }

    private static func field(_ line: UnsafeRawBufferPointer) throws(HTTPRefusal) -> HeaderField {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            throw .bad("a field without a colon")
        }
        let name = line[..<colon]
        guard !name.isEmpty, name.allSatisfy(\.isToken) else {
            throw .bad("the name of a field is no token")
        }
        guard let value = String(validating: line[(colon + 1)...].trimmed, as: UTF8.self) else {
            throw .bad("the value of a field is not UTF-8")
        }
        return HeaderField(checked: String(decoding: name, as: UTF8.self), value)
    }

    /// Exactly one, as RFC 9112 section 3.2 wants it.
    func host() throws(HTTPRefusal) -> String {
        guard let host = try ofConnection.value("Host") else {
            throw .bad("the field `Host` is missing")
        }
        guard RequestHead.isHost(host) else { throw .bad("the field `Host` names no host") }
        return host
    }

    /// RFC 9112 section 6.3, of a message that has a body when it says so.
    func framing() throws(HTTPRefusal) -> BodyFraming {
        let length = try length()
        guard let coding = try ofConnection.value("Transfer-Encoding") else {
            return length.map { .length($0) } ?? .empty
        }
        guard coding.equalsIgnoringCase("chunked") else {
            throw HTTPRefusal(501, "a transfer coding other than chunked")
        }
        guard length == nil else { throw .bad("both `Transfer-Encoding` and `Content-Length`") }
        return .chunked
    }

    private func length() throws(HTTPRefusal) -> Int? {
        guard let text = try ofConnection.value("Content-Length") else { return nil }
        guard text.utf8.allSatisfy(\.isDigit), text.utf8.count <= HTTPLimits.lengthDigitsMax,
            let length = Int(text)
        else { throw .bad("`Content-Length` is no length") }
        return length
    }

    /// The protocol that `Upgrade` and `Connection` ask for together; one without the other is read in two ways.
    func upgrade(_ options: ConnectionOptions) throws(HTTPRefusal) -> String? {
        let name = try ofConnection.value("Upgrade")
        guard options.hasUpgrade == (name != nil) else {
            throw .bad("`Upgrade` without `Connection: Upgrade`, or the other way round")
        }
        guard let name else { return nil }
        guard RequestHead.isProtocol(name) else { throw .bad("`Upgrade` names no protocol") }
        return name.lowercased()
    }

    func expectsContinue() throws(HTTPRefusal) -> Bool {
        guard let expectation = try ofConnection.value("Expect") else { return false }
        guard expectation.equalsIgnoringCase("100-continue") else {
            throw HTTPRefusal(417, "`Expect` other than 100-continue")
        }
        return true
    }

    func options() throws(HTTPRefusal) -> ConnectionOptions {
        var options = ConnectionOptions()
        for value in ofConnection.values("Connection") {
            for option in value.utf8.split(separator: UInt8(ascii: ",")) {
                try options.add(String(decoding: option.trimmed, as: UTF8.self))
            }
        }
        return options
    }
}

/// What `Connection` lists. Any other option would name a field that is not for who answers.
struct ConnectionOptions {
    private(set) var hasClose = false
    private(set) var hasUpgrade = false

    fileprivate mutating func add(_ option: String) throws(HTTPRefusal) {
        if option.equalsIgnoringCase("close") {
            hasClose = true
        } else if option.equalsIgnoringCase("upgrade") {
            hasUpgrade = true
        } else if !option.isEmpty, !option.equalsIgnoringCase("keep-alive") {
            throw .bad("an option of `Connection` is not known")
        }
    }
}
