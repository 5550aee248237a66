import Foundation
import Vocabulary

/// The entries from some index on, old and new: it reads as fast as it is asked, and holds one read's worth.
public struct LedgerFeed: AsyncSequence, Sendable {
    public typealias Element = LedgerRecord
    public typealias Failure = LedgerError

    let directory: String
    let state: LedgerState
    let first: UInt64

    public func makeAsyncIterator() -> Iterator {
        Iterator(directory: directory, state: state, next: first)
    }

    public struct Iterator: AsyncIteratorProtocol, Sendable {
        let directory: String
        let state: LedgerState
        /// The index to hand out next.
        var next: UInt64
        private var reader: SegmentReader?

        init(directory: String, state: LedgerState, next: UInt64) {
            self.directory = directory
            self.state = state
            self.next = next
        }

        public mutating func next() async throws(LedgerError) -> LedgerRecord? {
            try await nextRecord()
        }

        public mutating func next(
            isolation actor: isolated (any Actor)?
        ) async throws(LedgerError) -> LedgerRecord? {
            try await nextRecord()
        }

        private mutating func nextRecord() async throws(LedgerError) -> LedgerRecord? {
            while state.read({ $0.size }) <= next {
                if Task.isCancelled || state.read({ $0.isClosed }) { return nil }
                await state.wait(beyond: next)
            }
            return Task.isCancelled ? nil : try readNext()
        }

        private mutating func readNext() throws(LedgerError) -> LedgerRecord {
            let segment = try segment()
            if reader == nil {
                reader = try SegmentReader(directory: directory, number: segment.number)
            }
            guard let reader else { throw .closed }
            let line = try reader.line(of: next, limit: segment.byteCount)
            guard let record = LedgerRecord(line: line) else {
                throw .damaged(reason: "entry \(next) is not an entry")
            }
            next += 1
            return record
        }

        /// The segment that has entry `next`; a reader of another one is let go.
        private mutating func segment() throws(LedgerError) -> Segment {
            let next = next
            let found = state.read { $0.segments.last { $0.firstIndex <= next } }
            guard let found else { throw .damaged(reason: "no segment has entry \(next)") }
            if reader?.number != found.number { reader = nil }
            return found
        }
    }
}

/// Reads lines of one segment, forward only.
final class SegmentReader: @unchecked Sendable {
    // Unchecked: it belongs to one iterator, which is used by one task at a time.
    let number: Int
    private let lines: LineReader
    private let path: String

    init(directory: String, number: Int) throws(LedgerError) {
        self.number = number
        path = directory + "/" + Segment.name(number)
        do throws(DiskError) {
            lines = LineReader(try Disk().open(path, O_RDONLY))
        } catch {
            throw .cannotOpen(path: path, reason: error.reason)
        }
    }

    /// The line of entry `index` within the first `limit` bytes.
    func line(of index: UInt64, limit: UInt64) throws(LedgerError) -> [UInt8] {
        lines.limit = limit
        do throws(DiskError) {
            while case .line(let line) = try lines.next() {
                guard let scan = EntryScanner.scan(line), scan.index <= index else { break }
                if scan.index == index { return Array(line) }
            }
        } catch {
            throw .cannotOpen(path: path, reason: error.reason)
        }
        throw .damaged(
            reason: "entry \(index) is not in `\(Segment.name(number))`, where it should be")
    }
}
