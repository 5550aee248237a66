import Docker
import HTTP
import Vocabulary

/// What a client is told in the engine's place, in the form of the engine's own errors.
struct EngineReply: Error, Sendable {
    let status: Int
    let message: String

    init(_ status: Int, _ message: String, hint: String? = nil) {
        self.status = status
        self.message =
            "sallyport: " + [message, hint].compactMap { $0 }.joined(separator: "; ")
    }

    static let notRecorded = EngineReply(
        503, "it could not be recorded, so it was not sent",
        hint: "ask the gateway's operator to look at `sallyportd doctor`")

    static func unreachable(_ target: TargetName) -> EngineReply {
        EngineReply(
            502, "the engine of `\(target)` cannot be reached",
            hint: "ask the gateway's operator: its log says why")
    }

    init(_ refusal: DockerRefusal) { self.init(refusal.status, refusal.message) }
    init(_ refusal: HTTPRefusal) { self.init(refusal.status, refusal.message) }

    var body: [UInt8] {
        JSONValue.object(["message": .text(message)]).canonical + [UInt8(ascii: "\n")]
    }

    func bytes(closing: Bool, isBodiless: Bool = false) -> [UInt8] {
        Self.bytes(status, body, closing: closing, isBodiless: isBodiless)
    }

    /// - Parameters:
    ///   - closing: the connection ends with it.
    ///   - isBodiless: it answers a HEAD.
    static func bytes(
        _ status: Int, _ body: [UInt8], closing: Bool, isBodiless: Bool
    ) -> [UInt8] {
        let head = ResponseHead(
            status: status, headers: ["Content-Type": "application/json"],
            body: .length(body.count), wantsClose: closing)
        return (head?.bytes ?? []) + (isBodiless ? [] : body)
    }
}
