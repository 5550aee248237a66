import Dispatch
import Synchronization
import Vocabulary

/// What loops and the recorder's thread share.
final class RecorderShared: Sendable {
    let directory: String
    let options: RecorderOptions
    let disk: any RecordingDisk
    let reserve: Reserve
    let wake = DispatchSemaphore(value: 0)
    private let usages = Mutex<[PrincipalName: PrincipalUsage]>([:])
    private let live = Mutex<Set<SessionID>>([])
    private let newSpools = Mutex<[Spool]>([])
    private let followers = Mutex<[SessionID: [UInt64: AsyncStream<Void>.Continuation]]>([:])
    private let followerCount = Atomic<Int>(0)
    private let nextFollower = Atomic<UInt64>(0)
    private let nextOrdinal: Atomic<UInt64>
    private let closed = Atomic<Bool>(false)
    private let full = Atomic<Bool>(false)
    /// Bytes that could not be filed; 0 while filing works.
    private let behind = Atomic<Int64>(0)
    /// Bytes that are in spools and not read from them yet.
    private let waiting = Atomic<Int64>(0)

    init(
        directory: String, options: RecorderOptions, disk: any RecordingDisk, nextOrdinal: UInt64
    ) {
        self.directory = directory
        self.options = options
        self.disk = disk
        self.nextOrdinal = Atomic(nextOrdinal)
        reserve = Reserve(path: directory + "/reserve", bytes: options.reserveBytes, disk: disk)
    }

    // MARK: Conditions

    var isClosed: Bool { closed.load(ordering: .acquiring) }

    func close() { closed.store(true, ordering: .releasing) }

    var isFull: Bool { full.load(ordering: .relaxed) }

    /// Throws when no command may be recorded, because what it does could then not be.
    func checkCommands() throws(RecordingError) {
        if isClosed { throw .closed }
        if full.load(ordering: .relaxed) { throw .diskFull }
        let waiting = behind.load(ordering: .relaxed)
        if waiting > 0 { throw .behind(bytes: waiting) }
    }

    /// A write found no space: the reserve is given up for endings, and commands are refused.
    func becameFull() {
        let wasFull = full.exchange(true, ordering: .relaxed)
        reserve.release()
        if !wasFull { wake.signal() }
    }

    /// Commands are recorded again once the reserve could be taken again.
    func tryReserve() {
        if reserve.hold() {
            full.store(false, ordering: .relaxed)
        } else {
            full.store(true, ordering: .relaxed)
        }
    }

    func filingIs(behind bytes: Int64) { behind.store(bytes, ordering: .relaxed) }

    func spooled(_ bytes: Int64) { waiting.add(bytes, ordering: .relaxed) }

    func unspooled(_ bytes: Int64) { waiting.subtract(bytes, ordering: .relaxed) }

    var isBacklogged: Bool { waiting.load(ordering: .relaxed) > Limits.outputBacklogBytesMax }

    // MARK: Principals

    /// What earlier recordings take.
    func set(usages bytes: [PrincipalName: Int64]) {
        usages.withLock { $0 = bytes.mapValues { PrincipalUsage(bytes: $0) } }
    }

    func usage(of principal: PrincipalName) -> PrincipalUsage {
        usages.withLock { usages in
            if let usage = usages[principal] { return usage }
            let usage = PrincipalUsage(bytes: 0)
            usages[principal] = usage
            return usage
        }
    }

    // MARK: Sessions

    /// False when this process records that session already.
    func begin(_ session: SessionID) -> Bool { live.withLock { $0.insert(session).inserted } }

    /// Its file is there from now on, or it has none.
    func end(_ session: SessionID) { live.withLock { _ = $0.remove(session) } }

    // MARK: Followers

    /// The stream has one value at its beginning, and one behind each commit with events of the session; as many at once
    /// are one where nobody waits.
    func follow(_ session: SessionID) -> AsyncStream<Void> {
        let (changes, continuation) = AsyncStream.makeStream(
            of: Void.self, bufferingPolicy: .bufferingNewest(1))
        let key = nextFollower.add(1, ordering: .relaxed).newValue
        followers.withLock { $0[session, default: [:]][key] = continuation }
        followerCount.add(1, ordering: .releasing)
        continuation.onTermination = { [weak self] _ in self?.unfollow(session, key) }
        continuation.yield()
        return changes
    }

    private func unfollow(_ session: SessionID, _ key: UInt64) {
        let isGone = followers.withLock { followers in
            let isKnown = followers[session]?.removeValue(forKey: key) != nil
            if followers[session]?.isEmpty == true { followers[session] = nil }
            return isKnown
        }
        if isGone { followerCount.subtract(1, ordering: .releasing) }
    }

    /// Nobody follows any session: the usual case, which costs one load for each commit.
    var hasFollowers: Bool { followerCount.load(ordering: .acquiring) > 0 }

    /// More of the session was committed.
    func tellFollowers(of session: SessionID) {
        let own = followers.withLock { $0[session].map { Array($0.values) } ?? [] }
        for continuation in own { continuation.yield() }
    }

    // MARK: Spools

    func spoolPath(_ ordinal: UInt64) -> String { directory + "/spools/" + Spool.name(ordinal) }

    func sessionPath(_ session: SessionID) -> String {
        directory + "/sessions/" + session.rawValue + ".rec"
    }

    func takeOrdinal() -> UInt64 { nextOrdinal.add(1, ordering: .relaxed).oldValue }

    /// The thread files what it has from its next pass on.
    func announce(_ spool: Spool) { newSpools.withLock { $0.append(spool) } }

    func takeNewSpools() -> [Spool] {
        newSpools.withLock { spools in
            defer { spools = [] }
            return spools
        }
    }
}
