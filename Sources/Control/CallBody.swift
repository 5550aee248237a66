import ControlAPI
import Foundation
import Hummingbird
import NIOCore
import NIOHTTP1
import Vocabulary

/// What a call takes as its body: every member is known by name.
package protocol CallBody: Decodable, Sendable {
    static var members: Set<String> { get }
    /// The members that are objects themselves.
    static var objects: [String: any CallBody.Type] { get }
}

extension CallBody {
    package static var objects: [String: any CallBody.Type] { [:] }

    /// Reads a body strictly: a misspelt `targets` must not become a token for all targets. Throws `CallRefusal`
    /// and `DecodingError`.
    package static func read(_ bytes: [UInt8]) throws -> Self {
        do {
            try check(JSONValue(parsing: bytes), Self.self)
        } catch let error as JSONError {
            throw CallRefusal.bad("the request's body is not the JSON that is expected: \(error)")
        }
        return try JSONDecoder().decode(Self.self, from: Data(bytes))
    }
}

extension LoginRequest: CallBody {
    package static let members: Set = ["user", "token"]
}

extension LoginAnswers: CallBody {
    package static let members: Set = ["answers", "key"]
    package static var objects: [String: any CallBody.Type] { ["key": KeyOffer.self] }
}

extension KeyOffer: CallBody {
    package static let members: Set = ["publicKey", "protection"]
}

extension TokenRequest: CallBody {
    package static let members: Set = ["agent", "targets", "ttlMilliseconds"]
}

extension CertificateRequest: CallBody {
    package static let members: Set = ["request"]
}

extension RunnerRequest: CallBody {
    package static let members: Set = ["name", "ttlMilliseconds"]
}

extension EnrolmentRequest: CallBody {
    package static let members: Set = ["token", "name", "request"]
}

extension DecisionRequest: CallBody {
    package static let members: Set = ["document", "signature"]
}

extension WithdrawRequest: CallBody {
    package static let members: Set = ["reason"]
}

extension KillRequest: CallBody {
    package static let members: Set = ["reason"]
}

extension CallContext {
    /// The request's body. Throws `CallRefusal`, `HTTPError` and `DecodingError`.
    func body<Body: CallBody>(of request: Request, as type: Body.Type) async throws -> Body {
        try type.read(try await bytes(of: request))
    }
}

extension CallContext {
    private func bytes(of request: Request) async throws -> [UInt8] {
        do {
            return Array(try await request.body.collect(upTo: maxUploadSize).readableBytesView)
        } catch is NIOTooManyBytesError {
            throw CallRefusal(
                status: .contentTooLarge, error: "a body has at most \(maxUploadSize) bytes")
        } catch is HTTPParserError {
            throw CallRefusal.bad("the request's body is not what its head says")
        }
    }
}

private func check(_ value: JSONValue, _ type: any CallBody.Type) throws {
    guard case .object(let members) = value else {
        throw CallRefusal.bad("the request's body is not what this call takes: an object")
    }
    for (name, value) in members {
        guard type.members.contains(name) else {
            throw CallRefusal.bad(
                "this call knows no member `\(name.prefix(40))`",
                hint: "it takes \(type.members.sorted().map { "`\($0)`" }.joined(separator: ", "))")
        }
        if let object = type.objects[name], value != .null { try check(value, object) }
    }
}
