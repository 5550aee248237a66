import NIOCore
import Postgres

/// The first rows of each command's result, taken out of the server's bytes as they pass, for a target with `recorded_rows`.
///
/// The bytes come in any pieces; what they say is put to commands by counting: each Execute ends with one of four messages
/// (PostgreSQL documentation, chapter 55.2.3), each Query with ReadyForQuery.
struct RowSample {
    typealias Row = [[UInt8]?]

    private enum Entry {
        case rows([Row], bytes: Int)
        case ready
    }

    private let rowsMax: Int
    private var entries = CircularBuffer<Entry>()
    /// Of the rows in `entries`: however many commands end before one is asked for, together they keep no more than one.
    private var keptBytes = 0
    private var rows: [Row] = []
    private var rowBytes = 0
    /// A row did not fit: of this command none behind it is kept.
    private var isCut = false
    /// The beginning of a message whose rest has not come.
    private var pending: [UInt8] = []
    /// Bytes of a message that is not wanted which have not come.
    private var skipped = 0

    init(rowsMax: Int) { self.rowsMax = rowsMax }

    /// Bytes pass to the client.
    mutating func read(_ bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            if skipped > 0 {
                let count = min(skipped, rest.count)
                skipped -= count
                rest = rest.dropFirst(count)
                continue
            }
            // Up to the header's end, then up to the message's.
            let wanted = pending.count < 5 ? 5 - pending.count : frameBytes - pending.count
            pending += rest.prefix(wanted)
            rest = rest.dropFirst(wanted)
            if pending.count >= 5 { headerCame() }
        }
    }

    private var bytesLeft: Int { GatewayLimits.sampledBytesMax - keptBytes - rowBytes }

    private var frameBytes: Int { 1 + pending[1..<5].reduce(0) { $0 << 8 | Int($1) } }

    private mutating func headerCame() {
        if pending.count == 5 {
            let isRow = pending[0] == UInt8(ascii: "D") && rows.count < rowsMax
            guard isRow, !isCut, frameBytes <= bytesLeft else {
                if isRow { isCut = true }
                ended(pending[0])
                skipped = frameBytes - 5
                pending.removeAll(keepingCapacity: true)
                return
            }
        }
        guard pending.count == frameBytes else { return }
        rowBytes += pending.count
        rows.append(Self.cells(pending[5...]))
        pending.removeAll(keepingCapacity: true)
    }

    private mutating func ended(_ type: UInt8) {
        switch type {
        case UInt8(ascii: "C"), UInt8(ascii: "I"), UInt8(ascii: "s"), UInt8(ascii: "E"):
            entries.append(.rows(rows, bytes: rowBytes))
            keptBytes += rowBytes
            rows = []
            rowBytes = 0
            isCut = false
        case UInt8(ascii: "Z"): entries.append(.ready)
        default: break
        }
    }

    /// The cells of a DataRow; what is malformed ends it.
    private static func cells(_ body: ArraySlice<UInt8>) -> Row {
        var rest = body.dropFirst(2)
        var row: Row = []
        while rest.count >= 4 {
            let size = rest.prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            rest = rest.dropFirst(4)
            guard size != .max else {
                row.append(nil)
                continue
            }
            row.append(Array(rest.prefix(Int(size))))
            rest = rest.dropFirst(Int(size))
        }
        return row
    }

    /// An Execute has ended.
    mutating func takeOne() -> [Row] {
        guard case .rows? = entries.first else { return [] }
        return takeRows()
    }

    private mutating func takeRows() -> [Row] {
        guard case .rows(let rows, let bytes)? = entries.popFirst() else { return [] }
        keptBytes -= bytes
        return rows
    }

    /// A Query has ended: all of its statements' rows, as many as are kept of one command.
    mutating func takeGroup() -> [Row] {
        var taken: [Row] = []
        while case .rows? = entries.first { taken += takeRows() }
        return Array(taken.prefix(rowsMax))
    }

    /// ReadyForQuery: nothing before it is anybody's any more.
    mutating func groupEnded() {
        while let entry = entries.first {
            if case .ready = entry {
                entries.removeFirst()
                break
            }
            _ = takeRows()
        }
    }
}
