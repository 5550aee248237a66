import Dispatch
import Vocabulary

extension Recorder {
    /// How many of the recordings have output that is not in the index.
    public func partlyIndexed(_ filter: SessionFilter) async throws(RecordingError) -> Int {
        let clause = FilterClause(
            filter, and: [("s.output > $", .integer(Int64(Limits.indexedOutputBytesMax)))])
        return try await read { statements in
            let rows = try statements.rows(
                "SELECT COUNT(*) AS count FROM recording_sessions s \(clause.condition)",
                clause.values)
            return Int(try rows.first?.integer("count") ?? 0)
        }
    }

    /// Looks through one recording itself, whatever is in the index, behind the event `after`: one part of it, in its
    /// order, and where the next one begins.
    public func search(
        _ text: String, in session: RecordedSession, after: UInt64?,
        bytesMax: Int64 = Limits.scannedBytesMax
    ) async throws -> SearchResult {
        guard let query = SearchQuery(text) else { return SearchResult(hits: [], isPart: false) }
        // On a full disk, what is filed can still be read.
        try? await settle()
        let scan = try await onThread { [self] in
            var scan = SessionScan(session, query, after: after)
            var reader = try reader(of: session)
            try scan.run(&reader, bytesMax: bytesMax)
            return scan
        }
        let hits = try await StatementSieve(query).hits(among: scan.candidates)
        return SearchResult(hits: hits, isPart: scan.next != nil, next: scan.next)
    }
}

/// Reading a whole recording blocks, so it is not for a thread of the pool.
private func onThread<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        DispatchQueue.global(qos: .utility).async {
            continuation.resume(with: Result { try work() })
        }
    }
}

/// One pass through a recording, for the lines that may have a search's words.
private struct SessionScan: Sendable {
    private let session: RecordedSession
    private let query: SearchQuery
    private let after: UInt64?
    private var streams: [RecordedStream: TerminalText] = [:]
    private var lastOutput = Place(sequence: 0, microseconds: 0)
    private(set) var candidates: [SearchHit] = []
    /// Where the next part begins: behind this event. `nil` when all was looked at.
    private(set) var next: UInt64?

    /// An event's.
    private struct Place {
        let sequence: UInt64
        let microseconds: UInt64
    }

    init(_ session: RecordedSession, _ query: SearchQuery, after: UInt64?) {
        self.session = session
        self.query = query
        self.after = after
    }

    /// Begins at the recording's beginning, because what a line is depends on what came before.
    fileprivate mutating func run(_ reader: inout RecordingReader, bytesMax: Int64) throws {
        var start: Int64?
        while let event = try reader.next() {
            take(event)
            guard isWanted(event.sequence) else { continue }
            start = start ?? reader.bytes
            let isEnough =
                reader.bytes - (start ?? 0) > bytesMax
                || candidates.count >= Limits.scannedLinesMax
            if isEnough {
                next = event.sequence
                return
            }
        }
        for stream in [RecordedStream.terminal, .output, .error] {
            add(streams[stream]?.end() ?? [], lastOutput)
        }
    }

    private func isWanted(_ sequence: UInt64) -> Bool { after.map { sequence > $0 } ?? true }

    private mutating func take(_ event: RecordedEvent) {
        let place = Place(sequence: event.sequence, microseconds: event.microseconds)
        switch event.content {
        case .output(let stream, let bytes):
            lastOutput = place
            add(streams[stream, default: TerminalText()].take(bytes[...]), place)
        case .action(let action): add(statement: action.statement, place)
        case .refused(let refusal): add(statement: refusal.statement, place)
        case .opened, .outcome, .sealed, .notice, .rows, .lost, .closed, .shell, .resized,
            .input:
            break
        }
    }

    private mutating func add(_ lines: [UInt8], _ place: Place) {
        guard isWanted(place.sequence) else { return }
        for line in lines.split(separator: UInt8(ascii: "\n")) where query.mayMatch(line) {
            candidates.append(hit(line, place, isOutput: true))
        }
    }

    private mutating func add(statement: [UInt8], _ place: Place) {
        guard isWanted(place.sequence) else { return }
        let text = statement.prefix(Limits.indexedTextBytesMax)
        if query.mayMatch(text) { candidates.append(hit(text, place, isOutput: false)) }
    }

    private func hit(_ text: ArraySlice<UInt8>, _ place: Place, isOutput: Bool) -> SearchHit {
        let milliseconds = Int64(clamping: place.microseconds / 1_000)
        return SearchHit(
            session: session.session, principal: session.principal, target: session.target,
            at: session.opened.advanced(byMilliseconds: milliseconds), milliseconds: milliseconds,
            sequence: place.sequence, isOutput: isOutput,
            text: String(decoding: text, as: UTF8.self))
    }
}
