import Docker
import Recording
import Synchronization
import Vocabulary

/// What a target's clients have made through the gateway, so that it is started as it was judged; and where its streams
/// are, so that a resize on one connection is recorded with the stream on another.
final class JudgedObjectTable: Sendable {
    private struct State {
        var judged: [PrincipalName: Judged] = [:]
        var streams: [String: [Stream]] = [:]
    }

    private struct Judged {
        /// On another one it may be decided otherwise: then everything is judged anew.
        var footing: Footing
        var objects = JudgedObjects()
        /// In the order in which they came, each with its bytes; apart from these, commands in the order in which they started.
        var names: [(name: String, bytes: Int)] = []
        var started: [(name: String, bytes: Int)] = []
        var bytes = 0
        var count: Int { names.count + started.count }

        mutating func start(_ exec: String) -> Bool {
            guard objects.execs[exec]?.hasStarted == false,
                let place = names.lastIndex(where: { $0.name == exec })
            else { return false }
            objects.execs[exec]?.hasStarted = true
            started.append(names.remove(at: place))
            return true
        }

        /// Commands that have started go first, and the oldest of all else.
        mutating func forgetOne() {
            let forgotten = started.isEmpty ? names.removeFirst() : started.removeFirst()
            bytes -= forgotten.bytes
            objects.containers.remove(forgotten.name)
            objects.execs[forgotten.name] = nil
        }
    }

    private struct Stream {
        let session: SessionID
        let resized: @Sendable (TerminalSize) -> Void
    }

    private let state = Mutex(State())

    func judged(for principal: PrincipalName, under footing: Footing) -> JudgedObjects {
        state.withLock { state in
            guard let judged = state.judged[principal], judged.footing == footing
            else { return JudgedObjects() }
            return judged.objects
        }
    }

    func remember(
        _ name: String, _ what: EngineAction.Creates, of principal: PrincipalName,
        under footing: Footing
    ) {
        state.withLock { state in
            var judged = state.judged[principal] ?? Judged(footing: footing)
            if judged.footing != footing {
                // A late answer to what was judged before does not displace what was judged since.
                guard !footing.isOlder(than: judged.footing) else { return }
                judged = Judged(footing: footing)
            }
            var bytes = 0
            switch what {
            case .nothing: return
            case .container: judged.objects.containers.insert(name)
            case .exec(let exec):
                judged.objects.execs[name] = exec
                bytes = exec.byteCount
            }
            judged.names.append((name, bytes))
            judged.bytes += bytes
            while judged.count > GatewayLimits.judgedObjectsMax
                || judged.bytes > GatewayLimits.judgedBytesMax
            { judged.forgetOne() }
            state.judged[principal] = judged
        }
    }

    /// A command starts once: false when it is not there to be started any more. It stays known: its client goes on to ask how
    /// it ended.
    func start(_ exec: String, of principal: PrincipalName) -> Bool {
        state.withLock { $0.judged[principal]?.start(exec) ?? false }
    }

    // MARK: Streams

    func addStream(
        _ name: String, of session: SessionID, resized: @escaping @Sendable (TerminalSize) -> Void
    ) {
        state.withLock {
            $0.streams[name, default: []].append(Stream(session: session, resized: resized))
        }
    }

    func removeStream(_ name: String, of session: SessionID) {
        state.withLock { state in
            state.streams[name]?.removeAll { $0.session == session }
            if state.streams[name]?.isEmpty == true { state.streams[name] = nil }
        }
    }

    func resized(_ name: String, _ size: TerminalSize) {
        for stream in state.withLock({ $0.streams[name] ?? [] }) { stream.resized(size) }
    }
}
