import HTTP
import TestKit

/// What a connection's bytes come to, in whatever pieces they arrive: heads as we would write them, bodies, and how it
/// ends.
struct Exchange: Equatable {
    private(set) var heads: [String] = []
    private(set) var bodies: [String] = []
    private(set) var refusal: HTTPRefusal?
    /// Bytes of a head or body that has begun.
    private(set) var pending = 0

    private var buffer: [UInt8] = []
    private var scanner = HeadScanner()
    private var decoder: BodyDecoder?
    /// Of responses: the requests' method and protocol.
    private let method: String?
    private let upgrade: String?

    init(requests text: String) { self.init(Array(text.utf8)) }

    init(responses text: String, to method: String, upgrade: String? = nil) {
        self.init([Array(text.utf8)], to: method, upgrade: upgrade)
    }

    init(_ bytes: [UInt8]) { self.init([bytes]) }

    init(_ pieces: [[UInt8]], to method: String? = nil, upgrade: String? = nil) {
        self.method = method
        self.upgrade = upgrade
        for piece in pieces {
            buffer += piece
            while refusal == nil, step() {}
        }
        pending = buffer.count
        buffer = []
        scanner = HeadScanner()
        decoder = nil
    }

    /// The same for every way in which a network may cut the bytes.
    static func allWays(_ bytes: [UInt8], to method: String? = nil, upgrade: String? = nil)
        -> [Exchange]
    {
        splits(of: bytes).map { Exchange($0, to: method, upgrade: upgrade) }
    }

    static func == (one: Exchange, other: Exchange) -> Bool {
        one.heads.map { Array($0.utf8) } == other.heads.map { Array($0.utf8) }
            && one.bodies.map { Array($0.utf8) } == other.bodies.map { Array($0.utf8) }
            && one.refusal == other.refusal
            // Behind a refusal it depends on the pieces how much was still looked at.
            && (one.refusal != nil || one.pending == other.pending)
    }

    /// Whether there may be more to do.
    private mutating func step() -> Bool {
        guard decoder == nil else { return readBody() }
        var scanner = scanner
        defer { self.scanner = scanner }
        guard let method else {
            let step = buffer.withUnsafeBytes { RequestHead.read($0, &scanner) }
            return take(step) { ($0.bytes, $0.body) }
        }
        let upgrade = upgrade
        let step = buffer.withUnsafeBytes {
            ResponseHead.read($0, &scanner, to: method, upgrade: upgrade)
        }
        return take(step) { ($0.bytes, $0.body) }
    }

    private mutating func take<Head>(
        _ step: HeadStep<Head>, _ parts: (Head) -> ([UInt8], BodyFraming)
    ) -> Bool {
        switch step {
        case .needMore: return false
        case .refused(let refusal): self.refusal = refusal
        case .head(let head, let count):
            let (bytes, body) = parts(head)
            heads.append(String(decoding: bytes, as: UTF8.self))
            bodies.append("")
            decoder = BodyDecoder(body)
            buffer.removeFirst(count)
        }
        return true
    }

    private mutating func readBody() -> Bool {
        guard var decoder else { return false }
        let step = buffer.withUnsafeBytes { decoder.next(in: $0) }
        self.decoder = decoder
        switch step {
        case .needMore: return false
        case .data(let range):
            bodies[bodies.count - 1] += String(decoding: buffer[range], as: UTF8.self)
            buffer.removeFirst(range.upperBound)
        case .end(let count):
            buffer.removeFirst(count)
            self.decoder = nil
        case .refused(let refusal): self.refusal = refusal
        }
        return true
    }
}

/// Lines as they go over the wire.
func lines(_ lines: String...) -> String { lines.map { $0 + "\r\n" }.joined() }

/// A request with these lines behind its first one and `Host`.
func request(_ target: String, _ fields: String..., method: String = "POST", body: String = "")
    -> String
{
    (["\(method) \(target) HTTP/1.1", "Host: engine"] + fields + [""]).map { $0 + "\r\n" }.joined()
        + body
}
