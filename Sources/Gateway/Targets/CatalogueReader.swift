import Logging
import NIOCore
import NIOPosix
import Postgres
import SQL
import Synchronization

/// Reads a target's catalogue on a connection of the gateway's own: on a timer, and whenever a session asks.
final class CatalogueReader: Sendable {
    private struct State {
        /// The reading that has not begun yet: whoever asks meanwhile joins it.
        var next: Task<Void, Never>?
        var current: Task<Void, Never>?
        var timer: Task<Void, Never>?
        var isStopped = false
    }

    private let state = Mutex(State())
    private let loops: MultiThreadedEventLoopGroup
    private let log: Logger
    private let readings = BackgroundWork()

    init(loops: MultiThreadedEventLoopGroup, log: Logger) {
        self.loops = loops
        self.log = log
    }

    func start(_ target: PostgresTarget, everyMilliseconds interval: Int64) {
        let timer = Task { [weak self, weak target] in
            while !Task.isCancelled {
                guard let self, let target else { return }
                await refresh(target)
                guard (try? await Task.sleep(for: .milliseconds(interval))) != nil else { return }
            }
        }
        state.withLock { $0.timer = timer }
    }

    /// No reading begins any more; returns when the one under way has ended, or after some seconds. Then the
    /// loops may go.
    func stop() async {
        let timer = state.withLock { state in
            state.isStopped = true
            return state.timer
        }
        timer?.cancel()
        await readings.waitUntilDone(within: .seconds(GatewayLimits.drainSecondsMax))
    }

    private var isStopped: Bool { state.withLock { $0.isStopped } }

    /// Returns when a reading that began after this call has ended.
    func refresh(_ target: PostgresTarget) async {
        let task = state.withLock { state in
            if let next = state.next { return next }
            let current = state.current
            readings.begin()
            let next = Task { [weak self, readings] in
                defer { readings.end() }
                await current?.value
                guard let self else { return }
                begin()
                if !isStopped { await load(target) }
            }
            state.next = next
            return next
        }
        await task.value
    }

    private func begin() {
        state.withLock { state in
            state.current = state.next
            state.next = nil
        }
    }

    private func load(_ target: PostgresTarget) async {
        let generation = target.catalogue.generation
        do {
            target.catalogue.refreshed(try await read(target), begunAt: generation)
        } catch {
            log.warning(
                "the catalogue cannot be read: names are only possible until it can",
                metadata: ["target": "\(target.name)", "error": "\(error)"])
            target.catalogue.becameStale()
        }
    }

    /// One connection for each reading: nothing of an earlier one can be in the way.
    func read(_ target: PostgresTarget) async throws -> Catalogue {
        let loop = loops.next()
        let connection = try await target.connect(
            parameters: [.init(name: "application_name", value: "sallyport catalogue")], on: loop
        ).get()
        let channel = connection.channel
        // Sessions wait for it: a server that says nothing ends it.
        let deadline = loop.scheduleTask(in: .seconds(GatewayLimits.dialSecondsMax)) {
            channel.close(promise: nil)
        }
        defer {
            deadline.cancel()
            channel.close(promise: nil)
        }
        let bound = try await loop.submit {
            let conversation = CatalogueConversation(channel: connection.channel, loop: loop)
            connection.handler.value.attach(conversation, nil)
            return NIOLoopBound(conversation, eventLoop: loop)
        }.get()
        var builder = CatalogueBuilder()
        for text in CatalogueQuery.prologue { _ = try await ask(text, bound, loop) }
        for query in CatalogueQueries.all {
            if isStopped { throw CancellationError() }
            try builder.add(try await ask(query.text, bound, loop), of: query)
        }
        for text in CatalogueQuery.epilogue { _ = try await ask(text, bound, loop) }
        return try builder.finish()
    }

    private func ask(
        _ text: String, _ conversation: NIOLoopBound<CatalogueConversation>, _ loop: any EventLoop
    ) async throws -> [[String?]] {
        try await loop.flatSubmit { conversation.value.ask(text) }.get()
    }
}

/// One query at a time on one connection. Confined to its event loop.
final class CatalogueConversation: UpstreamReader {
    private let channel: any Channel
    private let loop: any EventLoop
    private var machine = SimpleQueryClient()
    private var received = ByteBuffer()
    private var answer: EventLoopPromise<[[String?]]>?

    init(channel: any Channel, loop: any EventLoop) {
        self.channel = channel
        self.loop = loop
    }

    func ask(_ text: String) -> EventLoopFuture<[[String?]]> {
        let promise = loop.makePromise(of: [[String?]].self)
        guard channel.isActive else {
            promise.fail(GatewayError.upstream("the connection for the catalogue was lost"))
            return promise.futureResult
        }
        answer = promise
        channel.writeAndFlush(ByteBuffer(bytes: SimpleQueryClient.query(text)), promise: nil)
        return promise.futureResult
    }

    func serverRead(_ buffer: inout ByteBuffer) {
        received.writeBuffer(&buffer)
        while true {
            switch received.withUnsafeReadableBytes({ machine.nextStep($0) }) {
            case .needMore: return
            case .consumed(let count): received.moveReaderIndex(forwardBy: count)
            case .rows(let rows, let count):
                received.moveReaderIndex(forwardBy: count)
                finish(.success(rows))
            case .refused(let error, let count):
                received.moveReaderIndex(forwardBy: count)
                finish(.failure(GatewayError.upstream(error.message)))
            case .fail(let failure):
                finish(.failure(GatewayError.upstream(failure.error.message)))
                return channel.close(promise: nil)
            }
        }
    }

    func serverClosed() {
        finish(.failure(GatewayError.upstream("the connection for the catalogue was lost")))
    }

    func serverCanTakeMore(_ canTake: Bool) {}

    private func finish(_ result: Result<[[String?]], any Error>) {
        let waiting = answer
        answer = nil
        waiting?.completeWith(result)
    }
}
