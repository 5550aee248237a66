import Vocabulary

/// What the list of recordings says of a session, gathered from its events as they pass.
struct SessionFacts {
    var opened: SessionOpened?
    var closed: (reason: String, at: WallTime)?
    var actions: Int64 = 0
    var holds: Set<String> = []
    /// Commands that did not leave.
    var refused: Int64 = 0
    /// Bytes that programs wrote.
    var output: Int64 = 0
    /// The last event's time.
    var microseconds: UInt64 = 0
    /// `nil` once the index has all that it takes.
    private var outputText: OutputText? = OutputText()

    /// Returns a text for the index: of a statement, or lines of output that ended.
    mutating func note(_ frame: EventFrame) -> IndexedText? {
        microseconds = max(microseconds, frame.microseconds)
        switch frame.kind {
        case .action: noteAction(frame)
        case .opened, .bound: noteOpened(frame)
        case .sealed: noteHold(frame.body)
        case .closed:
            noteClosed(frame)
            return outputText?.end().map { IndexedText(bytes: $0, isOutput: true) }
        case .statement: return statementText(frame)
        case .output: return noteOutput(frame)
        case .refused: refused += 1
        case .ruling, .outcome, .notice, .rows, .lost, .shell, .resized, .input: break
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

    private mutating func noteOutput(_ frame: EventFrame) -> IndexedText? {
        output += Int64(max(0, frame.body.count - 1))
        let lines = outputText?.take(frame.body)
        if outputText?.isFull == true { outputText = nil }
        return lines.map { IndexedText(bytes: $0, isOutput: true) }
    }

    private func statementText(_ frame: EventFrame) -> IndexedText? {
        guard frame.body.count >= 8 else { return nil }
        let text = Array(frame.body[8...].prefix(Limits.indexedTextBytesMax))
        return IndexedText(bytes: text, isOutput: false)
    }
}

/// A text that the search's index takes.
struct IndexedText {
    var bytes: [UInt8]
    /// Lines of output; else a statement.
    var isOutput: Bool
}
