/// Reads the JSON that libpg_query writes into a tree. Strict: it takes nothing but what that writer makes;
/// anything else ends the reading. A kind or field that the schema does not have is noted in `unknown`
/// and skipped, so that the inspection can say so.
struct TreeReader {
    enum Failure: Error {
        /// Not JSON as libpg_query writes it.
        case malformed
        case tooDeep
    }

    private let text: UnsafeRawBufferPointer
    private var position = 0
    private var depth = 0
    private let depthMax: Int
    private let schema = NodeSchema.shared
    private var cells: [Tree.Cell] = []
    private var bytes: [UInt8] = []
    /// Names of kinds and fields that nobody knows.
    private(set) var unknown: [String] = []

    /// JSON for each cell, bytes, at least; measured.
    private static let jsonBytesPerCell = 16

    init(_ text: UnsafeRawBufferPointer, depthMax: Int) {
        self.text = text
        self.depthMax = depthMax
        cells.reserveCapacity(text.count / Self.jsonBytesPerCell)
    }

    struct Statement {
        /// The number of its node.
        var node: Int?
        var kind = ""
        var location = 0
        var length = 0
    }

    /// Reads `{"version":150001,"stmts":[...]}`.
    mutating func statements() throws(Failure) -> [Statement] {
        // Places and spans are kept in 32 bits.
        guard text.count <= Int(Int32.max) else { throw .malformed }
        var statements: [Statement] = []
        try members { (reader, key) throws(Failure) in
            switch key {
            case "stmts":
                try reader.elements { (reader) throws(Failure) in
                    statements.append(try reader.statement())
                }
            default: try reader.skip()
            }
        }
        return statements
    }

    /// What was read, in no more memory than it needs.
    var tree: Tree {
        let isTight = cells.count * 5 >= cells.capacity * 4
        return Tree(
            cells: isTight ? cells : cells.withUnsafeBufferPointer { Array($0) },
            bytes: bytes.withUnsafeBufferPointer { Array($0) })
    }

    private mutating func statement() throws(Failure) -> Statement {
        var statement = Statement()
        try members { (reader, key) throws(Failure) in
            switch key {
            case "stmt":
                let before = reader.unknown.count
                let place = reader.cells.count
                try reader.wrapped(nil)
                let cell = reader.cells[place]
                statement.node = cell.holds == .node ? place : nil
                statement.kind =
                    statement.node == nil
                    ? reader.unknown.dropFirst(before).first ?? "" : cell.kind.rawValue
            case "stmt_location": statement.location = Int(try reader.number())
            case "stmt_len": statement.length = Int(try reader.number())
            default: throw .malformed
            }
        }
        return statement
    }

    // MARK: Nodes

    /// `{"Kind":{...}}`, or `{}` for no node.
    private mutating func wrapped(_ field: NodeField?) throws(Failure) {
        try expect(UInt8(ascii: "{"))
        if take(UInt8(ascii: "}")) { return cells.append(Tree.Cell(field: field, holds: .null)) }
        let name = try plainKey()
        if let shape = schema.shape(name) {
            try bare(shape, field)
        } else {
            unknown.append(String(decoding: name, as: UTF8.self))
            cells.append(Tree.Cell(field: field, holds: .null))
            try skip()
        }
        try expect(UInt8(ascii: "}"))
    }

    private mutating func bare(_ shape: Int, _ field: NodeField?) throws(Failure) {
        depth += 1
        guard depth <= depthMax else { throw .tooDeep }
        let place = cells.count
        cells.append(Tree.Cell(field: field, holds: .node, kind: schema.shapes[shape].kind))
        try expect(UInt8(ascii: "{"))
        if !take(UInt8(ascii: "}")) {
            try fields(schema.shapes[shape])
            try expect(UInt8(ascii: "}"))
        }
        cells[place].span = UInt32(cells.count - place)
        depth -= 1
    }

    private mutating func fields(_ shape: NodeSchema.Shape) throws(Failure) {
        let places = shape.fields
        // They are written in the schema's order: the next one is behind the last.
        var next = places.lowerBound
        repeat {
            let name = try plainKey()
            let found =
                schema.entry(name, among: next..<places.upperBound)
                ?? schema.entry(name, among: places)
            if let found {
                next = found.place + 1
                try value(found.entry.holds, found.entry.field)
            } else {
                unknown.append("\(shape.kind.rawValue).\(String(decoding: name, as: UTF8.self))")
                try skip()
            }
        } while take(UInt8(ascii: ","))
    }

    private mutating func value(
        _ holds: NodeSchema.Holds, _ field: NodeField?
    ) throws(Failure) {
        switch holds {
        case .node: try wrapped(field)
        case .bare(let shape): try bare(shape, field)
        case .plain: try plain(field)
        case .nodes:
            let place = cells.count
            cells.append(Tree.Cell(field: field, holds: .list))
            try expect(UInt8(ascii: "["))
            if !take(UInt8(ascii: "]")) {
                repeat { try wrapped(nil) } while take(UInt8(ascii: ","))
                try expect(UInt8(ascii: "]"))
            }
            cells[place].span = UInt32(cells.count - place)
        }
    }

    // MARK: JSON

    /// A text, flag or number; kept when it is of a field that somebody asks for.
    private mutating func plain(_ field: NodeField?) throws(Failure) {
        var cell: Tree.Cell
        switch peek() {
        case UInt8(ascii: "\""):
            let start = bytes.count
            try string()
            if field == nil { bytes.removeLast(bytes.count - start) }
            cell = Tree.Cell(field, text: start..<bytes.count)
        case UInt8(ascii: "t"):
            try word("true")
            cell = Tree.Cell(field: field, holds: .flag)
            cell.plain = 1
        case UInt8(ascii: "f"):
            try word("false")
            cell = Tree.Cell(field: field, holds: .flag)
        default:
            cell = Tree.Cell(field: field, holds: .integer)
            cell.plain = try number()
        }
        if field != nil { cells.append(cell) }
    }

    private mutating func members(
        _ body: (inout TreeReader, String) throws(Failure) -> Void
    ) throws(Failure) {
        try expect(UInt8(ascii: "{"))
        if take(UInt8(ascii: "}")) { return }
        repeat {
            try body(&self, String(decoding: try plainKey(), as: UTF8.self))
        } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "}"))
    }

    private mutating func elements(
        _ body: (inout TreeReader) throws(Failure) -> Void
    ) throws(Failure) {
        try expect(UInt8(ascii: "["))
        if take(UInt8(ascii: "]")) { return }
        repeat { try body(&self) } while take(UInt8(ascii: ","))
        try expect(UInt8(ascii: "]"))
    }

    /// A key and its colon; keys have no escapes.
    private mutating func plainKey() throws(Failure) -> UnsafeRawBufferPointer {
        try expect(UInt8(ascii: "\""))
        let start = position
        while position < text.count, text[position] != UInt8(ascii: "\"") { position += 1 }
        let end = position
        try expect(UInt8(ascii: "\""))
        try expect(UInt8(ascii: ":"))
        return UnsafeRawBufferPointer(rebasing: text[start..<end])
    }

    private mutating func number() throws(Failure) -> Int64 {
        let isNegative = take(UInt8(ascii: "-"))
        let start = position
        var number: Int64 = 0
        while case 0x30...0x39 = peek() {
            let digit = Int64(text[position] - 0x30)
            let (tens, isTooLarge) = number.multipliedReportingOverflow(by: 10)
            let (sum, overflows) = tens.subtractingReportingOverflow(digit)
            guard !isTooLarge, !overflows else { throw .malformed }
            number = sum
            position += 1
        }
        // Negative as it was read: there is one more of those.
        guard position > start, isNegative || number != .min else { throw .malformed }
        return isNegative ? number : -number
    }

    /// Reads a string to the end of `bytes`.
    private mutating func string() throws(Failure) {
        try expect(UInt8(ascii: "\""))
        while true {
            let start = position
            while position < text.count, text[position] != UInt8(ascii: "\""),
                text[position] != UInt8(ascii: "\\")
            {
                position += 1
            }
            bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: text[start..<position]))
            if take(UInt8(ascii: "\"")) { return }
            try expect(UInt8(ascii: "\\"))
            try appendEscape()
        }
    }

    private mutating func appendEscape() throws(Failure) {
        let byte = peek()
        position += 1
        switch byte {
        case UInt8(ascii: "n"): bytes.append(0x0A)
        case UInt8(ascii: "t"): bytes.append(0x09)
        case UInt8(ascii: "r"): bytes.append(0x0D)
        case UInt8(ascii: "b"): bytes.append(0x08)
        case UInt8(ascii: "f"): bytes.append(0x0C)
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): bytes.append(byte)
        case UInt8(ascii: "u"):
            guard position + 4 <= text.count,
                let code = UInt8(
                    String(decoding: text[position..<position + 4], as: UTF8.self), radix: 16),
                code < 0x80
            else { throw .malformed }
            bytes.append(code)
            position += 4
        default: throw .malformed
        }
    }

    /// Skips one value of any kind, without recursion.
    private mutating func skip() throws(Failure) {
        var open = 0
        repeat {
            switch peek() {
            case UInt8(ascii: "{"), UInt8(ascii: "["):
                open += 1
                position += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"):
                open -= 1
                position += 1
            case 0: throw .malformed
            case UInt8(ascii: ","), UInt8(ascii: ":"): position += 1
            default: try plain(nil)
            }
        } while open > 0
    }

    @inline(__always)
    private func peek() -> UInt8 { position < text.count ? text[position] : 0 }

    @inline(__always)
    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    @inline(__always)
    private mutating func expect(_ byte: UInt8) throws(Failure) {
        guard take(byte) else { throw .malformed }
    }

    private mutating func word(_ word: String) throws(Failure) {
        guard text[position...].starts(with: word.utf8) else { throw .malformed }
        position += word.utf8.count
    }
}
