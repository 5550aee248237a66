import Control
import ControlAPI
import Foundation
import Vocabulary

extension FuzzTarget {
    /// A body of the control API, read as each call's; besides as a query and as a path.
    static let controlBodies = FuzzTarget("control-bodies", bytesMax: 16_384) { bytes in
        let isBody = [
            try readBody(bytes, as: LoginRequest.self), try readBody(bytes, as: LoginAnswers.self),
            try readBody(bytes, as: TokenRequest.self),
            try readBody(bytes, as: DecisionRequest.self),
            try readBody(bytes, as: WithdrawRequest.self),
            try readBody(bytes, as: CertificateRequest.self),
        ]
        try readJSON(bytes)
        let text = String(decoding: bytes, as: UTF8.self)
        try readQuery(text)
        try readPath(text)
        return isBody.contains(true)
    }
}

/// What our strict reader saw and what Foundation's decoder made of the same bytes must be one thing.
private func readBody<Body: CallBody & Encodable>(_ bytes: [UInt8], as type: Body.Type) throws
    -> Bool
{
    guard let body = try? type.read(bytes) else { return false }
    let again = try JSONValue(parsing: Array(try JSONEncoder().encode(body)))
    try requireSame(again, try JSONValue(parsing: bytes), "\(type)")
    return true
}

/// Every member that was decoded is the one that stood there; what was not decoded was `null` or absent.
private func requireSame(_ decoded: JSONValue, _ read: JSONValue, _ what: String) throws {
    guard case .object(let decoded) = decoded, case .object(let read) = read else {
        return try require(decoded.canonical == read.canonical, "\(what) was read in two ways")
    }
    for (name, value) in read where value != .null {
        guard let other = decoded[name] else {
            throw PropertyBroken(description: "\(what): `\(name)` was lost")
        }
        try requireSame(other, value, "\(what).\(name)")
    }
    for name in decoded.keys {
        try require(read[name] != nil, "\(what): `\(name)` came from nowhere")
    }
}

private func readJSON(_ bytes: [UInt8]) throws {
    guard let value = try? JSONValue(parsing: bytes) else { return }
    let canonical = value.canonical
    let again = try? JSONValue(parsing: canonical)
    try require(again == value, "the canonical form is another value")
    try require(again?.canonical == canonical, "the canonical form is not canonical")
}

private func readQuery(_ text: String) throws {
    guard let query = try? CallQuery(text, knows: ["limit", "from"]) else { return }
    if let number = try? query.number("limit") {
        try require(query["limit"].flatMap { UInt64($0) } == number, "a number is another one")
    }
    // What is read once is read the same when it is written out plainly.
    let parts = ["limit", "from"].compactMap { name in
        query[name].flatMap { $0.addingPercentEncoding(withAllowedCharacters: .alphanumerics) }
            .map { "\(name)=\($0)" }
    }
    let again = try? CallQuery(parts.joined(separator: "&"), knows: ["limit", "from"])
    for name in ["limit", "from"] {
        try require(
            again?[name].map { Array($0.utf8) } == query[name].map { Array($0.utf8) },
            "the parameter `\(name)` changes by writing")
    }
}

private func readPath(_ text: String) throws {
    guard isCanonical(path: text) else { return }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
    for part in parts {
        guard let plain = part.removingPercentEncoding else { continue }
        try require(![".", "..", ""].contains(plain), "a path that is taken climbs or stutters")
    }
}
