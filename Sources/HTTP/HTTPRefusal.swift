/// Why a message is not taken. What comes behind it on the connection has no meaning any more.
public struct HTTPRefusal: Error, Equatable, Sendable {
    /// Of the reply to who sent it, when that is a client.
    public let status: Int
    public let message: String

    public init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    /// The same of what a target answered: for the client 502.
    public var ofTarget: HTTPRefusal { HTTPRefusal(502, "the target's answer: \(message)") }

    static func bad(_ message: String) -> HTTPRefusal { HTTPRefusal(400, message) }
}
