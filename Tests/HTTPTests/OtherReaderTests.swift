import Foundation
import HTTP
import NIOCore
import NIOEmbedded
import NIOHTTP1
import TestKit
import Testing

/// Requests that were put together at random, read by us and by SwiftNIO's parser.
@Suite("Requests, read by another reader")
struct OtherReaderTests {
    @Test(
        "threat 28: a request that is taken is the same to another reader, as it came and as we write it",
        arguments: 1...4)
    func same(_ seed: UInt64) {
        var random = SeededRandom(seed: seed)
        var taken = 0
        for _ in 0..<400 {
            let bytes = Array(Self.requests(&random).utf8)
            let ours = ReadRequest.all(bytes)
            guard let ours, let theirs = ParsedRequest.all(bytes) else { continue }
            taken += 1
            #expect(theirs == ours.map(\.meaning), "\(String(decoding: bytes, as: UTF8.self))")
            #expect(ParsedRequest.all(ours.flatMap(\.written)) == theirs)
        }
        // Else nothing was compared.
        #expect(taken > 20)
    }

    private static func requests(_ random: inout SeededRandom) -> String {
        (0...random.below(2)).map { _ in one(&random) }.joined()
    }

    private static func one(_ random: inout SeededRandom) -> String {
        func pick(_ texts: [String], _ random: inout SeededRandom) -> String {
            texts[Int(random.below(UInt64(texts.count)))]
        }
        var text = pick(["GET", "POST", "POST", "PUT", "HEAD"], &random) + " /"
        text += (0..<random.below(3)).map { _ in pick(targets, &random) }.joined()
        text += " HTTP/1.1\r\nHost: a\r\n"
        text += (0..<random.below(3)).map { _ in pick(fields, &random) }.joined()
        text += pick(framings, &random)
        // Here and there something that should not be there.
        if random.below(2) == 0 {
            let place = text.utf8.index(
                text.startIndex, offsetBy: Int(random.below(UInt64(text.utf8.count))))
            text.insert(contentsOf: pick(disturbances, &random), at: place)
        }
        return text
    }

    private static let targets = ["a", "/b", "?c=d", "&e", "%41", "%20", "a+b", ":", ".."]
    private static let fields = [
        "X-A: b\r\n", "x-b:\tc \r\n", "Accept:\r\n", "Connection: keep-alive\r\n",
        "Content-Type: a/b\r\n", "X-A: d,e\r\n", "Content-Length: 3\r\n",
        "Transfer-Encoding: chunked\r\n",
    ]
    private static let framings = [
        "\r\n", "Content-Length: 0\r\n\r\n", "Content-Length: 3\r\n\r\nabc",
        "Content-Length: 5\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding:CHUNKED\r\n\r\n3\r\nabc\r\n01\r\nd\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nA\r\nGET / HTTP\r\n0\r\n\r\n",
    ]
    private static let disturbances = [
        "\r\n", "\n", "\r", " ", "\t", ":", ",", ";", "0", "\0", "chunked", "\r\n ",
        "Content-Length: 1",
        "X: y\r\n", "%", "/", "-", "\u{B}", "é",
    ]
}

/// What a request means, without how it was written.
private struct Meaning: Equatable {
    let method: String
    let path: String
    let fields: [String]
    var body: [UInt8] = []
}

private struct ReadRequest {
    private(set) var meaning: Meaning
    private(set) var written: [UInt8]

    /// `nil` when there is anything but whole requests.
    static func all(_ bytes: [UInt8]) -> [ReadRequest]? {
        var requests: [ReadRequest] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let request = ReadRequest(&rest) else { return nil }
            requests.append(request)
        }
        return requests
    }

    private init?(_ rest: inout ArraySlice<UInt8>) {
        var scanner = HeadScanner()
        let step = rest.withUnsafeBytes { RequestHead.read($0, &scanner) }
        guard case .head(let head, let count) = step, head.upgrade == nil else { return nil }
        rest = rest.dropFirst(count)
        written = head.bytes
        meaning = Meaning(
            method: head.method, path: "/" + head.path.joined(separator: "/"),
            fields: head.headers.all.map { "\($0.name): \($0.value)" })
        var decoder = BodyDecoder(head.body)
        while true {
            switch rest.withUnsafeBytes({ decoder.next(in: $0) }) {
            case .needMore, .refused: return nil
            case .data(let range):
                meaning.body += rest.dropFirst(range.lowerBound).prefix(range.count)
                rest = rest.dropFirst(range.upperBound)
            case .end(let count):
                rest = rest.dropFirst(count)
                guard head.body == .chunked else {
                    written += meaning.body
                    return
                }
                let chunk = Chunk(byteCount: meaning.body.count)
                written += chunk.before + meaning.body + chunk.after + Chunk.last
                return
            }
        }
    }
}

private enum ParsedRequest {
    /// `nil` when the parser refuses something.
    static func all(_ bytes: [UInt8]) -> [Meaning]? {
        let channel = EmbeddedChannel(handler: ByteToMessageHandler(HTTPRequestDecoder()))
        defer { _ = try? channel.finish(acceptAlreadyClosed: true) }
        var requests: [Meaning] = []
        var hasEnded = true
        do {
            try channel.writeInbound(ByteBuffer(bytes: bytes))
            while let part = try channel.readInbound(as: HTTPServerRequestPart.self) {
                switch part {
                case .head(let head):
                    requests.append(meaning(head))
                    hasEnded = false
                case .body(let piece): requests[requests.count - 1].body += piece.readableBytesView
                case .end(let trailers):
                    guard trailers == nil else { return nil }
                    hasEnded = true
                }
            }
        } catch { return nil }
        return hasEnded ? requests : nil
    }

    private static func meaning(_ head: HTTPRequestHead) -> Meaning {
        let path = head.uri.prefix { $0 != "?" }
        let ofConnection = [
            "host", "connection", "content-length", "transfer-encoding", "keep-alive",
        ]
        return Meaning(
            method: head.method.rawValue, path: path.removingPercentEncoding ?? "",
            fields: head.headers.filter { !ofConnection.contains($0.name.lowercased()) }
                // White space behind a value is no part of it (RFC 9112 section 5); this parser leaves it.
                .map { "\($0.name): \($0.value.trimmingCharacters(in: .whitespaces))" })
    }
}
