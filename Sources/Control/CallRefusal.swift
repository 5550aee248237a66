import ControlAPI
import Foundation
import HTTPTypes
import Holds
import Hummingbird
import Identity
import Ledger
import Recording
import Store

/// Why a request is refused: a status for programs, a sentence for people.
struct CallRefusal: Error {
    let status: HTTPResponse.Status
    let error: String
    var hint: String?
    var code: String?

    static let notAuthenticated = CallRefusal(
        status: .unauthorized, error: "not authenticated",
        hint: "run `sallyport login`; an agent needs a new token, which its owner issues")

    static func forbidden(_ error: String, hint: String? = nil) -> CallRefusal {
        CallRefusal(status: .forbidden, error: error, hint: hint)
    }

    static func notFound(_ error: String) -> CallRefusal {
        CallRefusal(status: .notFound, error: error)
    }

    static func bad(_ error: String, hint: String? = nil) -> CallRefusal {
        CallRefusal(status: .badRequest, error: error, hint: hint)
    }

    static func conflict(_ error: String, hint: String? = nil) -> CallRefusal {
        CallRefusal(status: .conflict, error: error, hint: hint)
    }

    /// Not the caller's fault. The reason itself is for the log.
    static func unavailable(_ error: String) -> CallRefusal {
        CallRefusal(
            status: .serviceUnavailable, error: error,
            hint: "try again; the operator finds the reason in the gateway's log")
    }

    func response() -> Response {
        json(Refusal(error: error, hint: hint, code: code), status: status)
    }
}

/// Every error becomes a refusal; what is ours is said without its insides.
func refusal(_ error: any Error) -> CallRefusal {
    switch error {
    case let refusal as CallRefusal: refusal
    case let error as IdentityError: CallRefusal(error)
    case let error as LoginRefusal: CallRefusal(error)
    case let error as HoldError: CallRefusal(error)
    case let error as HTTPError:
        CallRefusal(status: error.status, error: error.body ?? "the request cannot be served")
    case is DecodingError:
        .bad(
            "the request's body is not what this call takes",
            hint: "use the `sallyport` of the same version")
    case LedgerError.full, RecordingError.diskFull, StoreError.disk:
        .unavailable("the gateway's disk takes nothing more, so nothing was done")
    case StoreError.busy: .unavailable("the gateway's store is locked, so nothing was decided")
    default: .unavailable("the gateway could not do that now")
    }
}

extension CallRefusal {
    init(_ error: IdentityError) {
        switch error {
        case .notAllowed(let text): self = .forbidden(text)
        case .notFound(let text): self = .notFound(text)
        case .invalid(let text): self = .bad(text)
        case .limit(let text): self = .conflict(text)
        case .unavailable: self = .unavailable("the gateway could not do that now")
        }
    }

    init(_ error: HoldError) {
        switch error {
        case .notFound, .ambiguous: self = .notFound(error.description)
        case .limit, .illegal: self = .conflict(error.description)
        case .invalid: self = .bad(error.description)
        case .notYours: self = .forbidden(error.description)
        case .refused(let refusal):
            self = .forbidden(error.description)
            code = refusal.code
            if code == "not-fresh" { hint = "run `sallyport login` again" }
        }
    }

    init(_ error: LoginRefusal) {
        switch error.kind {
        case .refused, .needsConversation:
            self.init(status: .unauthorized, error: error.description)
        case .tooMany: self.init(status: .tooManyRequests, error: error.description)
        case .unavailable: self.init(status: .serviceUnavailable, error: error.description)
        case .noConversation: self.init(status: .notFound, error: error.description)
        }
    }
}

/// A body of JSON with sorted keys, so that scripts see a stable text.
func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) -> Response {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let bytes = (try? encoder.encode(value)) ?? Data("{}".utf8)
    return Response(
        status: status,
        headers: [.contentType: "application/json", .cacheControl: "no-store"],
        body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
}
