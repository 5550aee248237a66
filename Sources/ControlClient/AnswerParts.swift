import Foundation
import NIOCore
import Synchronization

/// An answer's body as it comes. What its reader has not taken yet is bounded: the socket is not read meanwhile.
/// To be read once.
public struct AnswerParts: AsyncSequence, Sendable {
    let parts: AsyncThrowingStream<Data, any Error>
    let window: ReadingWindow

    public func makeAsyncIterator() -> Iterator {
        Iterator(parts: parts.makeAsyncIterator(), window: window)
    }

    public struct Iterator: AsyncIteratorProtocol {
        var parts: AsyncThrowingStream<Data, any Error>.Iterator
        let window: ReadingWindow

        public mutating func next() async throws -> Data? {
            let part = try await parts.next()
            if let part { window.took(part.count) }
            return part
        }
    }
}

/// The events of a stream, from its first part on. To be read once.
public struct ServerSentEvents: AsyncSequence {
    let iterator: Iterator

    /// Returns when the gateway has begun to send.
    init(_ parts: AnswerParts) async throws {
        var iterator = Iterator(parts: parts.makeAsyncIterator())
        try await iterator.read()
        self.iterator = iterator
    }

    public func makeAsyncIterator() -> Iterator { iterator }

    public struct Iterator: AsyncIteratorProtocol {
        var parts: AnswerParts.Iterator
        private var parser = ServerSentEventParser()
        private var events: [ServerSentEvent] = []
        private var isAtEnd = false

        init(parts: AnswerParts.Iterator) { self.parts = parts }

        public mutating func next() async throws -> ServerSentEvent? {
            while events.isEmpty, !isAtEnd { try await read() }
            return events.isEmpty ? nil : events.removeFirst()
        }

        mutating func read() async throws {
            guard let part = try await parts.next() else {
                isAtEnd = true
                return
            }
            events += parser.feed(part)
        }
    }
}

/// Bytes that wait for their reader: from so many on the socket is not read any more, until half of them are taken.
final class ReadingWindow: Sendable {
    private struct State {
        var waiting = 0
        var isPaused = false
        var channel: (any Channel)?
    }

    private let state = Mutex(State())

    func opened(_ channel: any Channel) { state.withLock { $0.channel = channel } }

    func came(_ count: Int) {
        state.withLock { state in
            state.waiting += count
            guard !state.isPaused, state.waiting >= Limits.waitingBytesMax else { return }
            state.isPaused = true
            read(false, state.channel)
        }
    }

    func took(_ count: Int) {
        state.withLock { state in
            state.waiting -= count
            guard state.isPaused, state.waiting <= Limits.waitingBytesMax / 2 else { return }
            state.isPaused = false
            read(true, state.channel)
        }
    }

    /// Not now, but in the order in which it is said.
    private func read(_ reads: Bool, _ channel: (any Channel)?) {
        channel?.eventLoop.execute { _ = channel?.setOption(.autoRead, value: reads) }
    }
}
