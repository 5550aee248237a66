import Vocabulary

/// What stands behind a `LoopRecorder` and its sessions: the buffer, the spool it is written to, and who is live.
/// Confined to one event loop.
final class LoopSpool {
    let shared: RecorderShared
    let buffer = EventBuffer()
    var receipts = PendingReceipts()
    private var spool: Spool?
    private var batch: UInt64 = 0
    /// The spool before: its ordinal, and how much of it counts.
    private var previous: (ordinal: UInt64, length: Int64) = (0, 0)
    /// The spool has the bindings of all sessions that were live when it was begun.
    private var isBound = false
    private var live: [UInt32: SessionState] = [:]
    private var nextHandle: UInt32 = 1
    /// Whose events are in the buffer.
    private var touched: [SessionState] = []

    init(shared: RecorderShared) {
        self.shared = shared
        startBatch()
    }

    deinit { spool?.seal() }

    // MARK: Sessions

    func begin(_ opened: SessionOpened) throws(RecordingError) -> SessionState {
        try shared.checkCommands()
        guard live.count < Int(UInt32.max), isIdentity(opened.session) else {
            throw .badSession(opened.session.rawValue)
        }
        guard shared.begin(opened.session) else { throw .badSession(opened.session.rawValue) }
        do throws(RecordingError) {
            return try add(opened)
        } catch {
            shared.end(opened.session)
            throw error
        }
    }

    private func add(_ opened: SessionOpened) throws(RecordingError) -> SessionState {
        guard !shared.disk.exists(shared.sessionPath(opened.session)) else {
            throw .badSession(opened.session.rawValue)
        }
        let state = SessionState(
            opened, handle: takeHandle(), microseconds: shared.options.microseconds(),
            usage: shared.usage(of: opened.principal))
        try checkQuota(state)
        try record(.opened, of: state, at: 0) { () throws(RecordingError) in buffer.append(opened) }
        live[state.handle] = state
        return state
    }

    private func takeHandle() -> UInt32 {
        repeat { nextHandle &+= 1 } while live[nextHandle] != nil
        return nextHandle
    }

    func checkQuota(_ state: SessionState) throws(RecordingError) {
        guard state.bytesUsed < shared.options.quotaBytes else {
            throw .quota(principal: state.opened.principal.text, bytes: shared.options.quotaBytes)
        }
    }

    // MARK: Recording

    func now(_ state: SessionState) -> UInt64 {
        let now = shared.options.microseconds()
        return now < state.openedMicroseconds ? 0 : now - state.openedMicroseconds
    }

    /// Appends one event, or nothing at all when `body` throws or the event is too large.
    @inline(__always)
    func record(
        _ kind: EventKind, of state: SessionState, at microseconds: UInt64,
        _ body: () throws(RecordingError) -> Void
    ) throws(RecordingError) {
        if state.lost > 0, !state.saysLost { try sayLost(state, at: microseconds) }
        try append(kind, of: state, at: microseconds, body)
        if !kind.isDefinition { state.events += 1 }
    }

    private func sayLost(_ state: SessionState, at microseconds: UInt64) throws(RecordingError) {
        try append(.lost, of: state, at: microseconds) { () throws(RecordingError) in
            buffer.append(state.lost)
        }
        state.saysLost = true
    }

    @inline(__always)
    private func append(
        _ kind: EventKind, of state: SessionState, at microseconds: UInt64,
        _ body: () throws(RecordingError) -> Void
    ) throws(RecordingError) {
        let start = buffer.count
        appendHeader(kind, state.handle, state.sequence, microseconds)
        do throws(RecordingError) {
            try body()
            try endRecord(from: start)
        } catch {
            buffer.cut(to: start)
            throw error
        }
        state.sequence += 1
        state.bytes += buffer.count - start - SpoolLayout.recordHeaderBytes
        touch(state)
    }

    private func appendHeader(
        _ kind: EventKind, _ handle: UInt32, _ sequence: UInt64, _ microseconds: UInt64
    ) {
        buffer.append(handle)
        buffer.append(sequence)
        buffer.append(UInt32(0))
        buffer.append(kind.rawValue)
        buffer.append(microseconds)
    }

    private func endRecord(from start: Int) throws(RecordingError) {
        let size = buffer.count - start - SpoolLayout.recordHeaderBytes
        guard size <= Limits.eventBytesMax else {
            throw .tooLarge(bytes: size, limit: Limits.eventBytesMax)
        }
        guard buffer.count <= Limits.batchBytesMax else {
            throw .tooLarge(bytes: buffer.count, limit: Limits.batchBytesMax)
        }
        buffer.replace(at: start + SpoolLayout.recordHeaderBytes, with: UInt32(size - 4))
    }

    private func touch(_ state: SessionState) {
        guard !state.isTouched else { return }
        state.isTouched = true
        touched.append(state)
    }

    // MARK: Committing

    func commit() throws(RecordingError) {
        guard !touched.isEmpty else { return receipts.void() }
        do throws(RecordingError) {
            if shared.isClosed { throw .closed }
            try write()
        } catch {
            rollBack()
            throw error
        }
        receipts.commit()
        for state in touched { written(state) }
        if shared.hasFollowers {
            for state in touched { shared.tellFollowers(of: state.opened.session) }
        }
        touched.removeAll(keepingCapacity: true)
        isBound = true
        startBatch()
        rotateWhenLarge()
    }

    private func written(_ state: SessionState) {
        state.isTouched = false
        state.committed()
        if !state.isOpen { live[state.handle] = nil }
    }

    private func startBatch() {
        buffer.clear()
        buffer.append(SpoolLayout.batchMagic)
        buffer.append(UInt32(0))
        buffer.append(UInt64(0))
        buffer.append(UInt64(0))
    }

    private func write() throws(RecordingError) {
        let spool = try currentSpool()
        let records = UnsafeRawBufferPointer(
            rebasing: buffer.bytes[SpoolLayout.batchHeaderBytes...])
        let number = batch + 1
        let checksum = SpoolLayout.checksum(records, number: number)
        buffer.replace(at: 4, with: UInt32(records.count))
        buffer.replace(at: 8, with: number)
        buffer.replace(at: 16, with: checksum)
        try append(buffer.bytes, to: spool)
        batch = number
    }

    /// One write(2). One that takes less than all has failed: what it left is cut off again.
    private func append(_ bytes: UnsafeRawBufferPointer, to spool: Spool) throws(RecordingError) {
        guard spool.beginWriting() else { throw .closed }
        defer { spool.endWriting() }
        do throws(DiskError) {
            let count = try shared.disk.append(bytes, to: spool.descriptor)
            guard count == bytes.count else { throw DiskError.short }
            spool.commit(to: spool.committed + Int64(count))
            shared.spooled(Int64(count))
        } catch {
            restore(spool)
            if error.isFull { shared.becameFull() }
            throw error.at(spool.path)
        }
    }

    /// A file that may have a part of a batch at its end is used on only when that part is cut off.
    private func restore(_ spool: Spool) {
        do {
            try shared.disk.truncate(spool.descriptor, to: spool.committed)
        } catch {
            leave(spool)
        }
    }

    // MARK: Failing

    /// Nothing of the batch was written: the sessions forget it, remember how much that was, and owe their closings.
    private func rollBack() {
        receipts.void()
        let failed = touched
        touched.removeAll(keepingCapacity: true)
        startBatch()
        for state in failed {
            state.isTouched = false
            state.rolledBack()
            if case .dead = state.phase {
                live[state.handle] = nil
                shared.end(state.opened.session)
            }
        }
        if !isBound { bind() }
        for state in failed {
            if case .closed(let reason, let at) = state.phase { owe(state, reason, at) }
        }
    }

    private func owe(_ state: SessionState, _ reason: String, _ at: WallTime) {
        // Cannot be too large in an empty buffer: a reason is cut.
        try? record(.closed, of: state, at: now(state)) { () throws(RecordingError) in
            buffer.append(text: reason)
            buffer.append(at.milliseconds)
        }
    }

    // MARK: Spools

    private func currentSpool() throws(RecordingError) -> Spool {
        if let spool { return spool }
        let ordinal = shared.takeOrdinal()
        let path = shared.spoolPath(ordinal)
        let spool: Spool
        do throws(DiskError) {
            spool = try Spool.begin(ordinal, path: path, behind: previous, disk: shared.disk)
        } catch {
            if error.isFull { shared.becameFull() }
            throw error.at(path)
        }
        self.spool = spool
        batch = 0
        shared.announce(spool)
        return spool
    }

    private func rotateWhenLarge() {
        guard let spool, spool.committed > shared.options.spoolBytes else { return }
        leave(spool)
        bind()
        shared.wake.signal()
    }

    private func leave(_ spool: Spool) {
        previous = (spool.ordinal, spool.committed)
        spool.seal()
        self.spool = nil
        isBound = false
    }

    /// A new spool begins with who its handles are, because the one before will be removed.
    private func bind() {
        for state in live.values where state.committedSequence > 0 {
            let start = buffer.count
            appendHeader(.bound, state.handle, state.committedSequence, 0)
            buffer.append(state.opened)
            buffer.replace(
                at: start + SpoolLayout.recordHeaderBytes,
                with: UInt32(buffer.count - start - SpoolLayout.recordHeaderBytes - 4))
        }
    }
}
