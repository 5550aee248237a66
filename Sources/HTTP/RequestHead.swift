/// A request without its body: one meaning, however it was written, and one way to write it.
///
/// Texts that are not ASCII are to be compared by their bytes (`utf8`): Swift's `==` takes some of them for the same as
/// an ASCII character.
public struct RequestHead: Sendable {
    /// Capital letters.
    public let method: String
    /// The path's segments, decoded; none for `/`.
    public let path: [String]
    /// Decoded, in order; what occurs twice is for the reader of the parameters to judge.
    public let query: [QueryParameter]
    /// A name or an address, perhaps with a port.
    public let host: String
    public var headers: HeaderFields
    /// Never `untilClose` or `upgraded`.
    public let body: BodyFraming
    /// The connection ends with the response.
    public let wantsClose: Bool
    /// The protocol that the connection should change to, in small letters.
    public let upgrade: String?
    /// The body comes when it has been asked for, with `ResponseHead.goOn`.
    public let expectsContinue: Bool

    /// `nil` for what no reader of requests would take.
    public init?(
        method: String, path: [String], query: [QueryParameter] = [], host: String,
        headers: HeaderFields = [:], body: BodyFraming = .empty, wantsClose: Bool = false,
        upgrade: String? = nil, expectsContinue: Bool = false
    ) {
        guard Self.isMethod(method), path.allSatisfy(Self.isSegment), Self.isHost(host),
            body.isWritable, body != .untilClose, body != .upgraded,
            upgrade.map(Self.isProtocol) ?? true,
            !expectsContinue || body != .empty && body != .length(0)
        else { return nil }
        self.method = method
        self.path = path
        self.query = query
        self.host = host
        self.headers = headers
        self.body = body
        self.wantsClose = wantsClose
        self.upgrade = upgrade
        self.expectsContinue = expectsContinue
    }

    /// CONNECT asks for a tunnel, and frames its response in a way of its own.
    static func isMethod(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= HTTPLimits.methodBytesMax
            && text.utf8.allSatisfy(\.isUpperCase) && text != "CONNECT"
    }

    static func isHost(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= HTTPLimits.hostBytesMax
            && text.utf8.allSatisfy {
                $0.isUnreserved
                    || [UInt8(ascii: ":"), UInt8(ascii: "["), UInt8(ascii: "]")]
                        .contains($0)
            }
    }

    /// RFC 9110 section 7.8: a name, perhaps with a version.
    static func isProtocol(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: .slash, omittingEmptySubsequences: false)
        return parts.count <= 2 && parts.allSatisfy { !$0.isEmpty && $0.allSatisfy(\.isToken) }
    }

    /// A segment that means itself to everyone: no step in a path, no parting of one, not decodable once more.
    static func isSegment(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, text != ".", text != "..",
            bytes.allSatisfy({ !$0.isControl && $0 != .slash && $0 != UInt8(ascii: "\\") })
        else { return false }
        return !bytes.indices.dropLast(2).contains {
            bytes[$0] == .percent && bytes[$0 + 1].hexValue != nil && bytes[$0 + 2].hexValue != nil
        }
    }
}

/// A parameter of a query; one without `=` has an empty value.
public struct QueryParameter: Sendable {
    public let name: String
    public let value: String

    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}
