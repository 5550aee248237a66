/// Reads the JSON that libpg_query writes into nodes. Strict: it takes nothing but what that writer makes;
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
    private(set) var nodeCount = 0
    /// Names of kinds and fields that nobody knows.
    private(set) var unknown: [String] = []

    init(_ text: UnsafeRawBufferPointer, depthMax: Int) {
        self.text = text
        self.depthMax = depthMax
    }

    struct Statement {
        var node: Node?
        var kind = ""
        var location = 0
        var length = 0
    }

    /// Reads `{"version":150001,"stmts":[...]}`.
    mutating func statements() throws(Failure) -> [Statement] {
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

    private mutating func statement() throws(Failure) -> Statement {
        var statement = Statement()
        try members { (reader, key) throws(Failure) in
            switch key {
            case "stmt":
                let before = reader.unknown.count
                statement.node = try reader.wrapped()
                statement.kind =
                    statement.node?.kind.rawValue ?? reader.unknown.dropFirst(before).first ?? ""
            case "stmt_location": statement.location = Int(try reader.number())
            case "stmt_len": statement.length = Int(try reader.number())
            default: throw .malformed
            }
        }
        return statement
    }

    // MARK: Nodes

    /// `{"Kind":{...}}`, or `{}` for no node.
    private mutating func wrapped() throws(Failure) -> Node? {
        try expect(UInt8(ascii: "{"))
        if take(UInt8(ascii: "}")) { return nil }
        let name = try plainKey()
        var node: Node?
        if let kind = schema.kind(UnsafeRawBufferPointer(rebasing: text[name])) {
            node = try bare(kind)
        } else {
            unknown.append(String(decoding: text[name], as: UTF8.self))
            try skip()
        }
        try expect(UInt8(ascii: "}"))
        return node
    }

    private mutating func bare(_ kind: NodeKind) throws(Failure) -> Node {
        depth += 1
        guard depth <= depthMax else { throw .tooDeep }
        defer { depth -= 1 }
        let number = nodeCount
        nodeCount += 1
        let entries = schema.entries(of: kind)
        var fields: [Node.Field] = []
        try expect(UInt8(ascii: "{"))
        if !take(UInt8(ascii: "}")) {
            fields.reserveCapacity(4)
            repeat {
                let name = try plainKey()
                if let entry = entry(name, among: entries) {
                    fields.append(Node.Field(name: entry.name, value: try value(entry.holds)))
                } else {
                    unknown.append(
                        "\(kind.rawValue).\(String(decoding: text[name], as: UTF8.self))")
                    try skip()
                }
            } while take(UInt8(ascii: ","))
            try expect(UInt8(ascii: "}"))
        }
        return Node(kind: kind, number: number, fields: fields)
    }

    private func entry(_ name: Range<Int>, among entries: [NodeSchema.Entry]) -> NodeSchema.Entry? {
        for entry in entries
        where entry.bytes.count == name.count && entry.bytes.elementsEqual(text[name]) {
            return entry
        }
        return nil
    }

    private mutating func value(_ holds: NodeSchema.Holds) throws(Failure) -> Node.Value {
        switch holds {
        case .node: return try wrapped().map { .node($0) } ?? .null
        case .bare(let kind): return .node(try bare(kind))
        case .plain: return try plain()
        case .nodes:
            var list: [Node.Value] = []
            try elements { (reader) throws(Failure) in
                list.append(try reader.wrapped().map { .node($0) } ?? .null)
            }
            return .list(list)
        }
    }

    // MARK: JSON

    private mutating func plain() throws(Failure) -> Node.Value {
        switch peek() {
        case UInt8(ascii: "\""): return .text(try string())
        case UInt8(ascii: "t"):
            try word("true")
            return .flag(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .flag(false)
        default: return .integer(try number())
        }
    }

    private mutating func members(
        _ body: (inout TreeReader, String) throws(Failure) -> Void
    ) throws(Failure) {
        try expect(UInt8(ascii: "{"))
        if take(UInt8(ascii: "}")) { return }
        repeat {
            let name = try plainKey()
            try body(&self, String(decoding: text[name], as: UTF8.self))
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
    private mutating func plainKey() throws(Failure) -> Range<Int> {
        try expect(UInt8(ascii: "\""))
        let start = position
        while position < text.count, text[position] != UInt8(ascii: "\"") { position += 1 }
        let end = position
        try expect(UInt8(ascii: "\""))
        try expect(UInt8(ascii: ":"))
        return start..<end
    }

    private mutating func number() throws(Failure) -> Int64 {
        let start = position
        if peek() == UInt8(ascii: "-") { position += 1 }
        while case 0x30...0x39 = peek() { position += 1 }
        guard let number = Int64(String(decoding: text[start..<position], as: UTF8.self)) else {
            throw .malformed
        }
        return number
    }

    private mutating func string() throws(Failure) -> String {
        try expect(UInt8(ascii: "\""))
        let start = position
        while position < text.count, text[position] != UInt8(ascii: "\"") {
            if text[position] == UInt8(ascii: "\\") { return try escapedString(from: start) }
            position += 1
        }
        let end = position
        try expect(UInt8(ascii: "\""))
        return String(decoding: text[start..<end], as: UTF8.self)
    }

    private mutating func escapedString(from start: Int) throws(Failure) -> String {
        var bytes = Array(text[start..<position])
        while position < text.count {
            let byte = text[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return String(decoding: bytes, as: UTF8.self) }
            if byte == UInt8(ascii: "\\") {
                try appendEscape(to: &bytes)
            } else {
                bytes.append(byte)
            }
        }
        throw .malformed
    }

    private mutating func appendEscape(to bytes: inout [UInt8]) throws(Failure) {
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
            case UInt8(ascii: "\""): _ = try string()
            case 0: throw .malformed
            case UInt8(ascii: ","), UInt8(ascii: ":"): position += 1
            default: _ = try plain()
            }
        } while open > 0
    }

    private func peek() -> UInt8 { position < text.count ? text[position] : 0 }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard peek() == byte else { return false }
        position += 1
        return true
    }

    private mutating func expect(_ byte: UInt8) throws(Failure) {
        guard take(byte) else { throw .malformed }
    }

    private mutating func word(_ word: String) throws(Failure) {
        guard text[position...].starts(with: word.utf8) else { throw .malformed }
        position += word.utf8.count
    }
}
