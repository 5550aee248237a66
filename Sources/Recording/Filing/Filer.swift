import Vocabulary

/// Moves what the loops wrote from their spools into one file per session, hands roots over, and keeps the index.
/// Confined to the recorder's thread. Each pass takes up where the last one failed.
final class Filer {
    let shared: RecorderShared
    let index: RecordingIndex
    private var spools: [SpoolReader] = []
    private(set) var sessions: [SessionID: FiledSession] = [:]
    /// For the index, besides those that sessions still add to.
    private var passages: [Passage] = []
    /// How many statements of the passages the store does not have yet.
    private var unindexed = 0
    private var unindexedBytes = 0
    /// What synced roots the store had noted of sessions that a killed process left open.
    var known: [SessionID: (bytes: Int64, root: Digest)] = [:]
    /// What went wrong in the last pass.
    private(set) var trouble: RecordingError?
    private var madeFiles = false
    private var madeSpools = false

    init(shared: RecorderShared, index: RecordingIndex) {
        self.shared = shared
        self.index = index
    }

    /// One pass: sync, read, file, hand over, note, clean up. On a full disk nothing more is filed, so that what the
    /// reserve gave back is left for endings, unless the process starts or stops.
    func pass(evenWhenFull: Bool = false) {
        trouble = nil
        attempt { () throws(RecordingError) in try syncSpools() }
        if evenWhenFull || !shared.isFull {
            for spool in spools { attempt { () throws(RecordingError) in try read(spool) } }
        }
        flush()
        handOverRoots()
        writeIndex()
        forgetEnded()
        if spools.contains(where: \.isRead), trouble == nil {
            attempt { () throws(RecordingError) in try removeSpools() }
        }
        if trouble != .diskFull { shared.tryReserve() }
        reportBacklog()
    }

    private func attempt(_ work: () throws(RecordingError) -> Void) {
        do throws(RecordingError) {
            try work()
        } catch {
            trouble = trouble ?? error
        }
    }

    // MARK: Spools

    /// A spool from a killed process, or one that a loop has begun.
    func add(_ spool: Spool) {
        spools.append(SpoolReader(spool, disk: shared.disk))
        madeSpools = true
    }

    private func takeSpools() {
        for spool in shared.takeNewSpools() { add(spool) }
        spools.sort { $0.spool.ordinal < $1.spool.ordinal }
    }

    /// What a loop has written is on the disk before it is filed.
    private func syncSpools() throws(RecordingError) {
        takeSpools()
        if madeSpools { try syncDirectory("spools") }
        madeSpools = false
        for reader in spools {
            let committed = reader.spool.committed
            guard committed > reader.syncedTo else { continue }
            do throws(DiskError) {
                try shared.disk.synchronize(reader.spool.descriptor)
            } catch {
                throw error.at(reader.spool.path)
            }
            reader.syncedTo = committed
        }
    }

    private func syncDirectory(_ name: String) throws(RecordingError) {
        let path = shared.directory + "/" + name
        do throws(DiskError) {
            let descriptor = try shared.disk.open(path, .read)
            defer { shared.disk.close(descriptor) }
            try shared.disk.synchronize(descriptor)
        } catch {
            throw error.at(path)
        }
    }

    private func read(_ reader: SpoolReader) throws(RecordingError) {
        var unfiled = unfiledBytes
        while true {
            if unfiled > Limits.chunkBytes {
                flush()
                unfiled = unfiledBytes
                if unindexed > Limits.unindexedMax / 2
                    || unindexedBytes > Limits.unindexedBytesMax / 2
                {
                    writeIndex()
                }
            }
            guard unfiled <= Limits.unfiledBytesMax, unindexed <= Limits.unindexedMax,
                unindexedBytes <= Limits.unindexedBytesMax
            else { return }
            let before = reader.position
            let isRead = try reader.nextBatch { (record) throws(RecordingError) in
                try file(record, of: reader)
            }
            guard isRead else { return }
            shared.unspooled(reader.position - before)
            unfiled += Int(reader.position - before)
        }
    }

    var hasUnread: Bool { spools.contains { $0.unread > 0 } }

    private var unfiledBytes: Int { sessions.values.reduce(0) { $0 + $1.unfiledBytes } }

    private func file(_ record: SpoolReader.Record, of reader: SpoolReader) throws(RecordingError) {
        let frame = record.frame
        if frame.kind == .opened || frame.kind == .bound {
            reader.sessions[record.handle] = try session(for: frame, of: reader)
        }
        guard frame.kind != .bound else { return }
        guard let session = reader.sessions[record.handle] else {
            throw reader.damaged("an event is of no known session")
        }
        let isNew = record.sequence >= session.next
        // What the file had before a kill is counted already, but perhaps not in the index.
        let text = isNew ? session.facts.note(frame) : session.passedOver.note(frame)
        session.append(frame, sequence: record.sequence)
        if let text {
            session.index(text, sequence: record.sequence, microseconds: frame.microseconds)
            unindexed += 1
            unindexedBytes += text.bytes.count
            if session.passage.isFull { passages.append(session.takePassage()) }
        }
    }

    // MARK: Sessions

    private func session(for frame: EventFrame, of reader: SpoolReader) throws(RecordingError)
        -> FiledSession
    {
        var facts = SessionFacts()
        _ = facts.note(frame)
        guard let opened = facts.opened, isIdentity(opened.session) else {
            throw reader.damaged("a session's opening cannot be read")
        }
        let session = try load(opened.session)
        if session.facts.opened == nil { session.facts.opened = opened }
        return session
    }

    /// The session's file, from memory or as it stands on the disk.
    func load(_ id: SessionID) throws(RecordingError) -> FiledSession {
        if let session = sessions[id] { return session }
        let path = shared.sessionPath(id)
        let session =
            shared.disk.exists(path)
            ? try FiledSession(existing: id, path: path, known: known[id], disk: shared.disk)
            : FiledSession(new: id, path: path, disk: shared.disk)
        session.handedOverAt = shared.options.microseconds()
        sessions[id] = session
        madeFiles = true
        return session
    }

    private func flush() {
        for session in sessions.values {
            attempt { () throws(RecordingError) in try session.flush() }
        }
        if trouble == .diskFull { shared.becameFull() }
    }

    // MARK: Roots

    private func handOverRoots() {
        let now = shared.options.microseconds()
        var due: [FiledSession] = []
        for session in sessions.values where isRootDue(session, now) {
            attempt { () throws(RecordingError) in
                try synchronize(session)
                due.append(session)
            }
        }
        guard !due.isEmpty else { return }
        attempt { () throws(RecordingError) in
            let entered = try enter(due.map(\.syncedRoot))
            for session in due where entered.contains(session.session) {
                session.isEntered(at: now)
            }
        }
    }

    private func enter(_ roots: [RecordingRoot]) throws(RecordingError) -> Set<SessionID> {
        try waitFor({ [options = shared.options] in await options.onRoots(roots) }) {
            .ledger(reason: "\($0)")
        }
    }

    private func isRootDue(_ session: FiledSession, _ now: UInt64) -> Bool {
        guard session.unfiledBytes == 0, session.length > session.handedOver else { return false }
        if session.facts.closed != nil { return true }
        let age = now > session.handedOverAt ? now - session.handedOverAt : 0
        return session.length - session.handedOver >= shared.options.rootBytes
            || Int64(clamping: age / 1_000) >= shared.options.rootMilliseconds
    }

    private func synchronize(_ session: FiledSession) throws(RecordingError) {
        if madeFiles { try syncDirectory("sessions") }
        madeFiles = false
        try session.synchronize()
    }

    // MARK: Index

    private func writeIndex() {
        let due = sessions.values.filter(\.isRowDue)
        let rows = due.compactMap { SessionRow($0) }
        for session in sessions.values where !session.passage.places.isEmpty {
            passages.append(session.takePassage())
        }
        // Whatever was run last is found first.
        let batch = passages.sorted { $0.lastAt < $1.lastAt }
        attempt { () throws(RecordingError) in
            try index.write(rows, batch)
            passages.removeAll(keepingCapacity: true)
            (unindexed, unindexedBytes) = (0, 0)
            for session in due { session.isRowDue = false }
        }
    }

    private func forgetEnded() {
        for session in sessions.values where session.isDone && !session.isRowDue {
            sessions[session.session] = nil
            shared.end(session.session)
            known[session.session] = nil
        }
    }

    // MARK: Cleaning up

    /// A spool goes once all that was in it is in session files on the disk and in the index.
    private func removeSpools() throws(RecordingError) {
        guard unfiledBytes == 0 else { return }
        for session in sessions.values where session.isUnsynced {
            try synchronize(session)
            session.isRowDue = true
        }
        writeIndex()
        if let trouble { throw trouble }
        let done = spools.filter(\.isRead)
        spools.removeAll(where: \.isRead)
        for reader in done {
            do throws(DiskError) {
                try shared.disk.remove(reader.spool.path)
            } catch {
                throw error.at(reader.spool.path)
            }
        }
    }

    private func reportBacklog() {
        let unread = spools.reduce(Int64(0)) { $0 + $1.unread } + Int64(unfiledBytes)
        shared.filingIs(behind: unread > shared.options.backlogBytes ? unread : 0)
    }

    // MARK: Ending

    /// Closes what is still open, because its process was killed or stops.
    func interruptOpenSessions(at time: WallTime) {
        for session in sessions.values where session.facts.closed == nil {
            session.append(.closed) { body in
                body.append(text: interruptedReason)
                body.append(time.milliseconds)
            }
        }
    }

    /// The last pass: nothing is written to the spools any more.
    func finish() {
        takeSpools()
        for reader in spools { reader.spool.sealFromOutside() }
        pass(evenWhenFull: true)
        guard spools.allSatisfy({ $0.unread == 0 }), trouble == nil else { return }
        interruptOpenSessions(at: shared.options.wall())
        pass(evenWhenFull: true)
    }
}

/// Why a session ended that nobody closed.
let interruptedReason = "interrupted"
