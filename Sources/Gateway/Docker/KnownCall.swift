import Docker
import HTTP
import NIOCore
import Vocabulary

/// A request whose meaning is in its own words alone, read once: a client that asks the same again and again has it known
/// by its bytes. The policies are asked each time.
final class KnownCall {
    let head: RequestHead
    let call: EngineCall
    private let subject: CallSubject
    private let bytes: [UInt8]

    init(_ bytes: [UInt8], _ exchange: Exchange, _ subject: CallSubject) {
        self.bytes = bytes
        self.subject = subject
        head = exchange.head
        call = exchange.call
    }

    var byteCount: Int { bytes.count }

    func isFront(of buffer: ByteBuffer) -> Bool {
        guard buffer.readableBytes >= bytes.count else { return false }
        return buffer.withUnsafeReadableBytes { $0.prefix(bytes.count).elementsEqual(bytes) }
    }

    func subject(number: UInt64) -> CallSubject {
        var again = subject
        again.number = number
        again.key = ObjectIdentifier(self)
        return again
    }
}

/// Of one connection, the newest first.
struct KnownCalls {
    private var calls: [KnownCall] = []

    func call(in buffer: ByteBuffer) -> KnownCall? {
        calls.first { $0.isFront(of: buffer) }
    }

    mutating func add(_ call: KnownCall) {
        if calls.count == GatewayLimits.knownCallsMax { calls.removeLast() }
        calls.insert(call, at: 0)
    }
}
