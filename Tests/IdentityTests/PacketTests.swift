import Testing

@testable import Identity

@Suite("Packets between daemon and helper")
struct PacketTests {
    static let requests: [PAMRequest] = [
        .start(
            PAMStart(
                service: "sallyport", directory: "/etc/x", user: "alice", remoteHost: "::1",
                seconds: 120)),
        .answers([]), .answers([Array("pass word".utf8), []]),
        .answers(
            Array(repeating: [UInt8](repeating: 120, count: Limits.answerBytesMax), count: 32)),
    ]
    static let replies: [PAMReply] = [
        .messages(PAMMessage.Kind.allCases.map { PAMMessage(kind: $0, text: "Überraschung: ") }),
        .messages([PAMMessage(kind: .hidden, text: "")]),
        .finished(PAMFinish(stage: .user, code: 0, user: "bsmith")),
        .finished(PAMFinish(stage: .account, code: -7, user: "")),
    ]

    @Test("are read back as they were written", arguments: requests)
    func requestsReadBack(request: PAMRequest) {
        #expect(PAMRequest(packet: request.packet) == request)
        #expect(request.packet.count <= Limits.packetBytesMax)
    }

    @Test("come back as they were written", arguments: replies)
    func repliesReadBack(reply: PAMReply) {
        #expect(PAMReply(packet: reply.packet) == reply)
    }

    @Test("that are cut are never read as something longer")
    func cut() {
        for reply in Self.replies {
            let packet = reply.packet
            for count in 0..<packet.count {
                #expect(PAMReply(packet: Array(packet.prefix(count))) != reply)
            }
        }
        let start = Self.requests[0].packet
        for count in 0..<start.count {
            #expect(PAMRequest(packet: Array(start.prefix(count))) == nil)
        }
    }

    @Test(
        "of a helper that lies are refused",
        arguments: [
            [], [0], [3], [1], [1, 1], [1, 9, 0, 0, 0, 0], [1, 1, 255, 255, 255, 255],
            [1, 1, 0, 0, 0, 1, 0], [1, 1, 0, 0, 0, 1, 0xFF], [2], [2, 9, 0, 0, 0, 0, 0, 0, 0, 0],
            [2, 3, 0, 0, 0, 0, 0, 0, 0, 0, 7],
            [1, 1] + sshString([UInt8](repeating: 97, count: 513)),
            [1] + Array(repeating: [UInt8](arrayLiteral: 4, 0, 0, 0, 0), count: 33).joined(),
            [2, 3, 0, 0, 0, 0] + sshString([UInt8](repeating: 97, count: 256)),
        ] as [[UInt8]])
    func lies(packet: [UInt8]) {
        #expect(PAMReply(packet: packet) == nil)
    }

    @Test("carry no answer with a NUL or beyond PAM's limit")
    func answers() {
        #expect(PAMRequest(packet: [2] + sshString([97, 0, 98])) == nil)
        let long = [UInt8](repeating: 97, count: Limits.answerBytesMax + 1)
        #expect(PAMRequest(packet: [2] + sshString(long)) == nil)
    }

    @Test("larger than the limit are an error on either side")
    func oversized() throws {
        let (one, other) = try PacketSocket.pair()
        #expect(throws: PacketSocket.Failure.broken) {
            try one.send([UInt8](repeating: 0, count: Limits.packetBytesMax + 1))
        }
        try one.send([1, 2, 3])
        #expect(try other.receive(deadline: .max) == [1, 2, 3])
        one.shutDown()
        #expect(throws: PacketSocket.Failure.closed) { try other.receive(deadline: .max) }
        #expect(throws: PacketSocket.Failure.closed) { try other.send([1]) }
    }
}
