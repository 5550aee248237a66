/// A response without its body. Its reason phrase is the status's own: nobody may go by another one.
public struct ResponseHead: Sendable {
    /// 100 to 599.
    public let status: Int
    public var headers: HeaderFields
    public let body: BodyFraming
    /// The connection ends with it. One whose body is `untilClose` ends as well.
    public let wantsClose: Bool
    /// What the connection changes to, in small letters; only with 101.
    public let upgrade: String?

    /// `nil` for what no reader of responses would take.
    public init?(
        status: Int, headers: HeaderFields = [:], body: BodyFraming = .empty,
        wantsClose: Bool = false, upgrade: String? = nil
    ) {
        guard (100...599).contains(status), upgrade.map(RequestHead.isProtocol) ?? true,
            (status == 101) == (upgrade != nil), (status == 101) == (body == .upgraded),
            body.isWritable, body == .empty || body == .upgraded || !Self.isBodiless(status)
        else { return nil }
        self.status = status
        self.headers = headers
        self.body = body
        self.wantsClose = wantsClose
        self.upgrade = upgrade
    }

    /// Another response to the same request follows (RFC 9110 section 15.2).
    public var isInterim: Bool { status < 200 && status != 101 }

    /// Asks for the body of a request that expects to be asked.
    public static let goOn = Array("HTTP/1.1 100 Continue\r\n\r\n".utf8)

    /// RFC 9112 section 6.3, rule 1.
    static func isBodiless(_ status: Int) -> Bool { status < 200 || status == 204 || status == 304 }

    /// The one way in which it is written, with the empty line.
    public var bytes: [UInt8] {
        var head: [UInt8] = []
        head.reserveCapacity(256)
        head.append(text: "HTTP/1.1 \(status) \(statusText(status))\r\n")
        for field in headers.all { head.appendField(field.name, field.value) }
        // Without a length it would go on until the connection's end.
        let framing = body == .empty && !Self.isBodiless(status) ? .length(0) : body
        framing.write(to: &head)
        head.appendConnection(wantsClose: wantsClose, upgrade: upgrade)
        head.append(text: "\r\n")
        return head
    }
}

/// RFC 9110 section 15; empty for a status that is not there.
private func statusText(_ status: Int) -> String {
    switch status {
    case 100: "Continue"
    case 101: "Switching Protocols"
    case 200: "OK"
    case 201: "Created"
    case 202: "Accepted"
    case 203: "Non-Authoritative Information"
    case 204: "No Content"
    case 205: "Reset Content"
    case 206: "Partial Content"
    case 300: "Multiple Choices"
    case 301: "Moved Permanently"
    case 302: "Found"
    case 303: "See Other"
    case 304: "Not Modified"
    case 307: "Temporary Redirect"
    case 308: "Permanent Redirect"
    case 400: "Bad Request"
    case 401: "Unauthorized"
    case 402: "Payment Required"
    case 403: "Forbidden"
    case 404: "Not Found"
    case 405: "Method Not Allowed"
    case 406: "Not Acceptable"
    case 407: "Proxy Authentication Required"
    case 408: "Request Timeout"
    case 409: "Conflict"
    case 410: "Gone"
    case 411: "Length Required"
    case 412: "Precondition Failed"
    case 413: "Request Entity Too Large"
    case 414: "Request URI Too Long"
    case 415: "Unsupported Media Type"
    case 416: "Requested Range Not Satisfiable"
    case 417: "Expectation Failed"
    case 421: "Misdirected Request"
    case 422: "Unprocessable Entity"
    case 426: "Upgrade Required"
    case 429: "Too Many Requests"
    case 431: "Request Header Fields Too Large"
    case 500: "Internal Server Error"
    case 501: "Not Implemented"
    case 502: "Bad Gateway"
    case 503: "Service Unavailable"
    case 504: "Gateway Timeout"
    case 505: "HTTP Version Not Supported"
    default: ""
    }
}
