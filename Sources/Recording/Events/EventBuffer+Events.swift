import Cryptography
import Vocabulary

/// What stands behind an event's kind and time. `EventDecoder` reads it again.
extension EventBuffer {
    func append(_ opened: SessionOpened) {
        append(text: opened.session.rawValue)
        append(text: opened.principal.text)
        append(text: opened.owner?.text ?? "")
        append(text: opened.target.text)
        append(text: opened.credential)
        append(text: opened.address)
        append(text: opened.application)
        append(opened.at.milliseconds)
    }

    func append(_ shell: ShellStart) throws(RecordingError) {
        let start = count
        append(shell.size == nil ? 0 : EventCode.isTerminal)
        append(shell.size?.columns ?? 0)
        append(shell.size?.rows ?? 0)
        append(text: shell.term)
        append(UInt32(shell.command.count))
        for word in shell.command {
            append(blob: word)
            try limit(from: start)
        }
    }

    /// Throws `tooLarge` while it is at it, so that no hostile count of values makes the buffer grow without end.
    func append(_ event: ActionEvent, statement: UInt32, ruling: UInt32) throws(RecordingError) {
        let start = count
        append(event.number)
        append(EventCode.code(event.kind))
        append(statement)
        append(ruling)
        append(event.digest)
        append(text: event.hold?.rawValue ?? "")
        append(UInt32(event.values.count))
        for value in event.values {
            append(value)
            try limit(from: start)
        }
        guard event.kind == .exec else { return }
        append(event.parent ?? 0)
        if let program = event.program { append(program) }
        try limit(from: start)
    }

    func append(_ event: RefusalEvent, statement: UInt32, ruling: UInt32) {
        append(statement)
        append(ruling)
        append(text: event.sqlstate)
        append(text: event.message)
        guard let program = event.program else { return }
        append(program.number)
        append(program.parent ?? 0)
        if let file = program.file { append(file) }
    }

    private func append(_ value: BoundValue) {
        let binary = value.format == .binary ? EventCode.isBinary : 0
        guard let bytes = value.bytes else {
            append(binary | EventCode.isNull)
            return append(value.type)
        }
        let isCut = bytes.count > Limits.valueBytesMax
        append(binary | (isCut ? EventCode.isCut : 0))
        append(value.type)
        guard isCut else { return append(blob: bytes) }
        append(UInt64(bytes.count))
        append(SHA256.hash(bytes))
        append(blob: bytes[..<Limits.valueBeginningBytes])
    }

    func append(_ digest: Digest) {
        withUnsafeBytes(of: digest) { append(raw: $0) }
    }

    func append(_ event: OutcomeEvent) {
        append(event.number)
        append(event.rows)
        append(event.bytes)
        append(event.microseconds)
        append(text: event.tag)
        let state = event.sqlstate == nil ? 0 : EventCode.hasState
        append(state | (event.message == nil ? 0 : EventCode.hasMessage))
        if let sqlstate = event.sqlstate { append(text: sqlstate) }
        if let message = event.message { append(text: message) }
    }

    func append(rows: [[[UInt8]?]], number: UInt64) throws(RecordingError) {
        let start = count
        append(number)
        append(UInt32(rows.count))
        for row in rows {
            append(UInt32(row.count))
            for cell in row {
                append(cell: cell)
                try limit(from: start)
            }
        }
    }

    private func append(cell: [UInt8]?) {
        guard let cell else { return append(EventCode.isNull) }
        guard cell.count > Limits.cellBytesMax else {
            append(UInt8(0))
            return append(blob: cell)
        }
        append(EventCode.isCut)
        append(UInt64(cell.count))
        append(blob: cell[..<Limits.cellBytesMax])
    }

    private func limit(from start: Int) throws(RecordingError) {
        guard count - start <= Limits.eventBytesMax else {
            throw .tooLarge(bytes: count - start, limit: Limits.eventBytesMax)
        }
    }
}
