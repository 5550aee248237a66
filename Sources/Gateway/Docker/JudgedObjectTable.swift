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
        /// In the order in which they came, each with its bytes.
        var names: [(name: String, bytes: Int)] = []
        var bytes = 0

        /// Commands that have started are forgotten first, and the oldest of all else.
        mutating func forgetOne() {
            let place = names.firstIndex { objects.execs[$0.name]?.hasStarted == true } ?? 0
            let forgotten = names.remove(at: place)
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
            while judged.names.count > GatewayLimits.judgedObjectsMax
                || judged.bytes > GatewayLimits.judgedBytesMax
            { judged.forgetOne() }
            state.judged[principal] = judged
        }
    }

    /// A command starts once: false when it is not there to be started any more. It stays known: its client goes on to ask how
    /// it ended.
    func start(_ exec: String, of principal: PrincipalName) -> Bool {
        state.withLock { state in
            guard state.judged[principal]?.objects.execs[exec]?.hasStarted == false else {
                return false
            }
            state.judged[principal]?.objects.execs[exec]?.hasStarted = true
            return true
        }
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
