/// One field of a head that is for whoever answers, not for the connection: there is none that ends its line early or
/// that says how a body is framed.
public struct HeaderField: Sendable {
    /// As it was written; names are compared without case.
    public let name: String
    /// Without white space around it.
    public let value: String

    /// `nil` for what is no field (RFC 9110 section 5) and for a field of the connection.
    public init?(_ name: String, _ value: String) {
        guard name.isToken, !Self.isOfConnection(name),
            value.utf8.allSatisfy({ !$0.isControl || $0 == .tab })
        else { return nil }
        self.name = name
        self.value = value
    }

    init(checked name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    public func isNamed(_ name: String) -> Bool { self.name.equalsIgnoringCase(name) }

    /// Fields that the head itself writes, from what it says of its body and connection, and those of the connection
    /// that it never writes (RFC 9110 section 7.6.1).
    static func isOfConnection(_ name: String) -> Bool {
        connectionNames.contains { name.equalsIgnoringCase($0) }
    }

    private static let connectionNames = [
        "Host", "Connection", "Content-Length", "Transfer-Encoding", "Upgrade", "Expect",
        "Keep-Alive", "Proxy-Connection", "TE", "Trailer",
    ]
}

/// The fields of a head in their order, without those of the connection.
public struct HeaderFields: Sendable {
    public private(set) var all: [HeaderField] = []

    public init() {}
    public init(_ fields: [HeaderField]) { all = fields }

    public mutating func append(_ field: HeaderField) { all.append(field) }

    public func values(_ name: String) -> [String] {
        all.filter { $0.isNamed(name) }.map(\.value)
    }

    /// The value of a field that may stand once: readers differ in whether the first or the last one counts.
    public func value(_ name: String) throws(HTTPRefusal) -> String? {
        let values = values(name)
        guard values.count < 2 else { throw .bad("the field `\(name)` occurs twice") }
        return values.first
    }
}

/// What cannot be written as a field is left out.
extension HeaderFields: ExpressibleByDictionaryLiteral {
    public init(dictionaryLiteral fields: (String, String)...) {
        all = fields.compactMap { HeaderField($0.0, $0.1) }
    }
}
