import Vocabulary

extension Filer {
    /// Files what a killed process left, and closes its sessions.
    func start() throws(RecordingError) {
        try indexAnew()
        var recovery = Recovery()
        for session in try index.unfinished() {
            known[session.session] = (session.bytes, session.root)
        }
        recovery.missing = known.filter { $0.value.bytes > 0 && !exists($0.key) }.map(\.key)
            .sorted()
        for spool in try leftSpools(&recovery.tornBytes) {
            add(spool)
            shared.spooled(spool.committed - Int64(SpoolLayout.headerBytes))
        }
        try passOrThrow()
        for session in try index.unfinished() { try loadUnfinished(session) }
        recovery.interrupted = sessions.values.filter { $0.facts.closed == nil }
            .map(\.session).sorted()
        try enter(recovery)
        interruptOpenSessions(at: shared.options.wall())
        try passOrThrow()
        shared.set(usages: try index.usages())
    }

    private func enter(_ recovery: Recovery) throws(RecordingError) {
        guard !recovery.interrupted.isEmpty || !recovery.missing.isEmpty else { return }
        try waitFor({ [options = shared.options] in try await options.onRecovery(recovery) }) {
            .ledger(reason: "\($0)")
        }
    }

    private func exists(_ session: SessionID) -> Bool {
        shared.disk.exists(shared.sessionPath(session))
    }

    private func passOrThrow() throws(RecordingError) {
        repeat {
            pass(evenWhenFull: true)
            // The first failure has given up the reserve.
            if trouble == .diskFull { pass(evenWhenFull: true) }
            if let trouble { throw trouble }
        } while hasUnread
    }

    /// A session without events in any spool: all of it is in its file.
    private func loadUnfinished(_ row: RecordedSession) throws(RecordingError) {
        let session = try load(row.session)
        guard session.facts.opened == nil else { return }
        session.facts.opened = SessionOpened(
            session: row.session, principal: row.principal, owner: row.owner, target: row.target,
            credential: row.credential, address: row.address, application: row.application,
            at: row.opened)
    }

    private func leftSpools(_ tornBytes: inout Int64) throws(RecordingError) -> [Spool] {
        var spools: [Spool] = []
        for ordinal in try leftOrdinals(in: shared.directory, shared.disk) {
            guard let left = try LeftSpool(ordinal, shared) else { continue }
            spools.append(left.spool)
            if left.previousLength > 0,
                let before = spools.first(where: { $0.ordinal == left.previous }),
                before.committed > left.previousLength
            {
                // What stands behind was refused: its loop could not even cut it off.
                before.commit(to: left.previousLength)
            }
        }
        for spool in spools { tornBytes += max(0, (try length(of: spool)) - spool.committed) }
        return spools
    }

    private func length(of spool: Spool) throws(RecordingError) -> Int64 {
        do throws(DiskError) {
            return try shared.disk.length(spool.descriptor)
        } catch {
            throw error.at(spool.path)
        }
    }
}

/// The spools that are there, oldest first.
func leftOrdinals(in directory: String, _ disk: any RecordingDisk) throws(RecordingError)
    -> [UInt64]
{
    let path = directory + "/spools"
    do throws(DiskError) {
        return try disk.names(in: path).compactMap(Spool.ordinal(of:)).sorted()
    } catch {
        throw error.at(path)
    }
}

/// A spool of a killed process.
private struct LeftSpool {
    let spool: Spool
    let previous: UInt64
    let previousLength: Int64

    /// `nil` when not even its header was written: then nothing was committed to it, and it is removed.
    init?(_ ordinal: UInt64, _ shared: RecorderShared) throws(RecordingError) {
        let path = shared.spoolPath(ordinal)
        let descriptor: Int32
        let end: Int64
        do throws(DiskError) {
            descriptor = try shared.disk.open(path, .readWrite)
            end = try shared.disk.length(descriptor)
        } catch {
            throw error.at(path)
        }
        spool = Spool(
            ordinal: ordinal, path: path, descriptor: descriptor, committed: 0, isSealed: true,
            disk: shared.disk)
        let header = try readFile(SpoolLayout.headerBytes, at: 0, shared.disk, descriptor, path)
        var cursor = EventCursor(header[...])
        guard cursor.integer(UInt64.self) == SpoolLayout.magic,
            let previous: UInt64 = cursor.integer(),
            let length: UInt64 = cursor.integer(), let previousLength = Int64(exactly: length)
        else {
            guard end <= SpoolLayout.headerBytes || header.allSatisfy({ $0 == 0 }) else {
                throw .damaged(path: path, offset: 0, reason: "it does not begin as a spool")
            }
            do throws(DiskError) { try shared.disk.remove(path) } catch { throw error.at(path) }
            return nil
        }
        self.previous = previous
        self.previousLength = previousLength
        var position = Int64(SpoolLayout.headerBytes)
        var batch: UInt64 = 1
        var window = SpoolWindow(disk: shared.disk, descriptor: descriptor, path: path)
        while let found = try window.batch(at: position, end: end, number: batch) {
            position += found.bytes
            batch += 1
        }
        spool.commit(to: position)
    }
}

extension [SessionID] {
    fileprivate func sorted() -> [SessionID] { sorted { $0.rawValue < $1.rawValue } }
}
