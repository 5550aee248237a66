import Foundation
import NIOCore
import NIOPosix
import TLS
import TestKit

/// A client over TLS that sends exactly the bytes that it is told to, and shows what comes back as it came. Every call
/// waits for a minute at most.
final class RawClient: Sendable {
    private let channel: any Channel
    private let received = ReceivedBytes()

    /// - Parameters:
    ///   - name: that TLS asks for.
    ///   - certificate: a PEM file that has its key as well.
    init(_ gateway: TestGateway, name: String = "localhost", certificate: String? = nil) throws {
        // The gateway's certificate has one name only.
        let trust: TLSTrust =
            name == "localhost" ? .verifyFull(caFile: gateway.home + "/certs/ca.pem") : .require
        let context = try TLSContext.client(
            trust: trust, applicationProtocols: ["http/1.1"],
            identity: certificate.map { TLSIdentity(certificateFile: $0, keyFile: $0) })
        channel = try ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelInitializer { [received] channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try TLSConnection(context, serverName: name)
                    try channel.pipeline.syncOperations.addHandlers([
                        TLSHandler(connection: tls, handshakeWithin: .seconds(30)),
                        CollectingHandler(received),
                    ])
                }
            }
            .connect(host: "127.0.0.1", port: gateway.port).wait()
    }

    deinit { channel.close(promise: nil) }

    /// Behind what was sent before.
    func send(_ text: String) { send(Array(text.utf8)) }

    func send(_ bytes: [UInt8]) {
        channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
    }

    /// No more is sent; reading goes on.
    func endInput() { channel.close(mode: .output, promise: nil) }

    func close() { channel.close(promise: nil) }

    /// Everything up to and with `text`.
    func read(until text: String) throws -> String {
        String(decoding: try received.take(until: Array(text.utf8)), as: UTF8.self)
    }

    /// So many bytes.
    func read(_ count: Int) throws -> [UInt8] { try received.take(count) }

    /// Everything until the gateway ends its side.
    func restBytes() throws -> [UInt8] { try received.rest() }

    func rest() throws -> String { String(decoding: try restBytes(), as: UTF8.self) }

    /// The next response but interim ones, with its body, which is decoded.
    func response(isBodiless: Bool = false) throws -> RawResponse {
        while true {
            var response = try RawResponse(head: read(until: "\r\n\r\n"))
            if response.status < 200, response.status != 101 { continue }
            guard !isBodiless, ![101, 204, 304].contains(response.status) else { return response }
            if response["transfer-encoding"] == "chunked" {
                while true {
                    let size = Int(try read(until: "\r\n").dropLast(), radix: 16) ?? 0
                    response.body += String(decoding: try read(size), as: UTF8.self)
                    _ = try read(2)
                    if size == 0 { return response }
                }
            }
            let length = response["content-length"].flatMap { Int($0) }
            response.body =
                try length.map { String(decoding: try read($0), as: UTF8.self) } ?? rest()
            return response
        }
    }
}

struct RawResponse: CustomStringConvertible {
    let status: Int
    private let head: String
    var body = ""

    init(head: String) throws {
        let words = head.split(separator: " ", maxSplits: 2)
        guard words.count > 1, let status = Int(words[1]) else { throw Failure("no head: \(head)") }
        self.status = status
        self.head = head
    }

    subscript(_ name: String) -> String? {
        for line in head.components(separatedBy: "\r\n")
        where line.lowercased().hasPrefix(name + ": ") {
            return String(line.dropFirst(name.utf8.count + 2))
        }
        return nil
    }

    var isLast: Bool { self["connection"] == "close" }

    var description: String { head + body }
}

/// What a connection has received and nobody has taken yet.
private final class ReceivedBytes: @unchecked Sendable {
    // Unchecked: everything mutable stands behind `condition`.
    private let condition = NSCondition()
    private var bytes: [UInt8] = []
    private var start = 0
    private var isEnded = false

    func append(_ more: ByteBufferView) { change { bytes += more } }

    func end() { change { isEnded = true } }

    private func change(_ body: () -> Void) {
        condition.lock()
        body()
        condition.broadcast()
        condition.unlock()
    }

    func take(until end: [UInt8]) throws -> [UInt8] {
        try take { unread, _ in
            var place = unread.startIndex
            while let first = unread[place...].firstIndex(of: end[0]) {
                if unread[first...].starts(with: end) { return first + end.count }
                place = first + 1
            }
            return nil
        }
    }

    func take(_ count: Int) throws -> [UInt8] {
        try take { unread, _ in unread.count < count ? nil : unread.startIndex + count }
    }

    func rest() throws -> [UInt8] {
        try take { unread, isEnded in isEnded ? unread.endIndex : nil }
    }

    /// - Parameter wanted: up to where of what is there, once that is enough.
    private func take(_ wanted: (ArraySlice<UInt8>, Bool) -> Int?) throws -> [UInt8] {
        condition.lock()
        defer { condition.unlock() }
        let deadline = Date(timeIntervalSinceNow: 60)
        while true {
            if let end = wanted(bytes[start...], isEnded) {
                defer {
                    start = end
                    if start > 1 << 20 {
                        bytes.removeFirst(start)
                        start = 0
                    }
                }
                return Array(bytes[start..<end])
            }
            guard !isEnded, condition.wait(until: deadline) else {
                let said = String(decoding: bytes[start...].prefix(1_000), as: UTF8.self)
                throw Failure("\(isEnded ? "it ended" : "nothing more came"): \(said)")
            }
        }
    }
}

private final class CollectingHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let received: ReceivedBytes

    init(_ received: ReceivedBytes) { self.received = received }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received.append(unwrapInboundIn(data).readableBytesView)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let event = event as? ChannelEvent, event == .inputClosed { received.end() }
        context.fireUserInboundEventTriggered(event)
    }

    func channelInactive(context: ChannelHandlerContext) {
        received.end()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
