import Vocabulary

/// What the list of recordings says of a session, gathered from its events as they pass.
struct SessionFacts {
    var opened: SessionOpened?
    var closed: (reason: String, at: WallTime)?
    var actions: Int64 = 0
    var holds: Set<String> = []
    /// The last event's time.
    var microseconds: UInt64 = 0

    /// Returns the text of a statement, for the index.
    mutating func note(_ frame: EventFrame) -> [UInt8]? {
        microseconds = max(microseconds, frame.microseconds)
        switch frame.kind {
        case .action: noteAction(frame)
        case .opened, .bound: noteOpened(frame)
        case .sealed: noteHold(frame.body)
        case .closed: noteClosed(frame)
        case .statement: return statementText(frame)
        case .ruling, .outcome, .refused, .notice, .rows, .lost, .shell, .output, .resized: break
        }
        return nil
    }

    private mutating func noteOpened(_ frame: EventFrame) {
        var cursor = EventCursor(Array(frame.body)[...])
        opened = Recording.opened(&cursor) ?? opened
    }

    /// Number, kind, statement, ruling and digest stand before the hold.
    private mutating func noteAction(_ frame: EventFrame) {
        actions += 1
        let holdOffset = 8 + 1 + 4 + 4 + Digest.byteCount
        guard frame.body.count >= holdOffset + 4 else { return }
        let count = frame.body.loadUnaligned(fromByteOffset: holdOffset, as: UInt32.self)
        if count != 0 { noteHold(UnsafeRawBufferPointer(rebasing: frame.body[holdOffset...])) }
    }

    private mutating func noteHold(_ bytes: UnsafeRawBufferPointer) {
        var cursor = EventCursor(Array(bytes.prefix(4 + Limits.textBytesMax))[...])
        guard let hold = cursor.text(), holds.count < Limits.holdsCountedMax else { return }
        holds.insert(hold)
    }

    private mutating func noteClosed(_ frame: EventFrame) {
        var cursor = EventCursor(Array(frame.body)[...])
        guard let reason = cursor.text(), let at = cursor.time() else { return }
        closed = (reason, at)
    }

    private func statementText(_ frame: EventFrame) -> [UInt8]? {
        guard frame.body.count >= 8 else { return nil }
        return Array(frame.body[8...].prefix(Limits.indexedTextBytesMax))
    }
}
