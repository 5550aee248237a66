import TestKit
import Testing

@testable import Docker

@Suite("Streams in frames")
struct StreamFramesTests {
    struct Piece: Equatable {
        let stream: StreamFrames.Stream
        var text: String
    }

    /// What is said on each stream, in its order; what follows on the same stream is one piece.
    private func pieces(_ arrivals: [[UInt8]]) -> [Piece] {
        var frames = StreamFrames()
        var found: [Piece] = []
        var buffer: [UInt8] = []
        for arrival in arrivals {
            buffer += arrival
            reading: while true {
                switch buffer.withUnsafeBytes({ frames.next(in: $0) }) {
                case .needMore(let count):
                    buffer.removeFirst(count)
                    break reading
                case .data(let stream, let range):
                    let text = String(decoding: buffer[range], as: UTF8.self)
                    buffer.removeFirst(range.upperBound)
                    if found.last?.stream == stream {
                        found[found.count - 1].text += text
                    } else {
                        found.append(Piece(stream: stream, text: text))
                    }
                }
            }
        }
        return found
    }

    private static func frame(_ stream: UInt8, _ text: String) -> [UInt8] {
        let count = text.utf8.count
        return [stream, 0, 0, 0, 0, 0, UInt8(count >> 8), UInt8(count & 255)] + Array(text.utf8)
    }

    @Test("what a container writes is told apart in whatever pieces it comes")
    func cuts() {
        let bytes =
            Self.frame(1, "out") + Self.frame(2, "") + Self.frame(2, "err")
            + Self.frame(1, String(repeating: "x", count: 300)) + Self.frame(3, "system")
            + Self.frame(0, "in") + Self.frame(9, "other")
        let expected = [
            Piece(stream: .output, text: "out"), Piece(stream: .error, text: "err"),
            Piece(stream: .output, text: String(repeating: "x", count: 300)),
            Piece(stream: .system, text: "system"), Piece(stream: .input, text: "in"),
            Piece(stream: .error, text: "other"),
        ]
        for arrivals in splits(of: bytes) { #expect(pieces(arrivals) == expected) }
    }

    @Test("a frame of the largest length is read as far as it has come")
    func large() {
        var frames = StreamFrames()
        let step = [UInt8]([1, 0, 0, 0, 255, 255, 255, 255, 7]).withUnsafeBytes {
            frames.next(in: $0)
        }
        #expect(step == .data(.output, 8..<9))
        #expect([UInt8]([7, 7]).withUnsafeBytes { frames.next(in: $0) } == .data(.output, 0..<2))
    }
}
