import CPgQuery
import Glibc

/// A text as PostgreSQL 15's own grammar reads it. Depends on the text alone, so it may be cached by it.
public final class ParsedText: Sendable {
    public let bytes: [UInt8]
    public let statements: [ParsedStatement]
    public let facts: ScanFacts
    /// The highest `$n`.
    public let parameterCount: Int
    /// Kinds and fields of nodes that this module does not know; each makes an `unknown` effect.
    let unknown: [String]
    private let tree: Tree
    var nodeCount: Int { tree.cells.count }

    private init(
        bytes: [UInt8], statements: [ParsedStatement], facts: ScanFacts, parameterCount: Int,
        unknown: [String], tree: Tree
    ) {
        self.bytes = bytes
        self.statements = statements
        self.facts = facts
        self.parameterCount = parameterCount
        self.unknown = unknown
        self.tree = tree
    }

    /// Reads `text`, which must be UTF-8.
    ///
    /// Call it on a thread with `stackBytesNeeded(textBytes:)` of free stack: libpg_query recurses once for each
    /// nested node, before any limit can stop it.
    ///
    /// Throws with PostgreSQL's own message and position for what is no SQL (42601), 22021 for bad UTF-8 and NUL,
    /// 54000 for too long, 54001 for too deep.
    public static func parse(
        _ text: [UInt8], limits: SQLLimits = SQLLimits()
    ) throws(SQLRefusal) -> ParsedText {
        guard text.count <= limits.textBytesMax else {
            throw SQLRefusal(
                sqlstate: "54000",
                message: "text of \(text.count) bytes is longer than \(limits.textBytesMax)",
                hint: "send it in parts")
        }
        let facts = ScanFacts(text)
        guard !facts.hasNUL else {
            throw SQLRefusal(sqlstate: "22021", message: "invalid byte 0x00 in the text")
        }
        guard !facts.hasNonASCII || String(validating: text, as: UTF8.self) != nil else {
            throw SQLRefusal(
                sqlstate: "22021", message: "invalid byte sequence for encoding \"UTF8\"",
                hint: "send UTF-8: the gateway reads no other encoding")
        }
        var terminated = text
        terminated.append(0)
        let outcome = terminated.withUnsafeBufferPointer { buffer in
            buffer.withMemoryRebound(to: CChar.self) { pg_query_parse($0.baseAddress) }
        }
        defer { pg_query_free_parse_result(outcome) }
        if let error = outcome.error?.pointee { throw syntaxRefusal(error, text: text) }
        return try read(outcome, text: text, facts: facts, limits: limits)
    }

    /// Bytes of stack that `parse` and `inspect` may need for a text of that many bytes. Measured: one nested
    /// `+1` takes 128 bytes in libpg_query; the inspection is held by `nestingMax`, not by the text.
    public static func stackBytesNeeded(textBytes: Int) -> Int {
        (4 << 20) + textBytes * 96
    }

    private static func syntaxRefusal(_ error: PgQueryError, text: [UInt8]) -> SQLRefusal {
        let message = error.message.map { String(cString: $0) } ?? "syntax error"
        // Bison's own stack has a limit of 10,000 (YYMAXDEPTH); the server says the same words.
        let isDeep = message.hasPrefix("memory exhausted") || message.hasPrefix("stack depth limit")
        return SQLRefusal(
            sqlstate: isDeep ? "54001" : "42601", message: message,
            position: error.cursorpos > 0 ? Int(error.cursorpos) : nil,
            hint: isDeep
                ? "nest less deeply" : "the gateway reads the syntax of PostgreSQL 15")
    }

    private static func read(
        _ outcome: PgQueryParseResult, text: [UInt8], facts: ScanFacts, limits: SQLLimits
    ) throws(SQLRefusal) -> ParsedText {
        guard let json = outcome.parse_tree else { throw unreadable }
        var reader = TreeReader(
            UnsafeRawBufferPointer(start: json, count: strlen(json)),
            depthMax: limits.nestingMax)
        let raw: [TreeReader.Statement]
        do {
            raw = try reader.statements()
        } catch {
            throw error == .malformed
                ? unreadable
                : SQLRefusal(
                    sqlstate: "54001",
                    message: "statement is nested deeper than \(limits.nestingMax) levels",
                    hint: "nest less deeply; `IN` lists and `VALUES` count as one level")
        }
        guard raw.count <= limits.statementsMax else {
            throw SQLRefusal(
                sqlstate: "54000",
                message: "text of \(raw.count) statements: more than \(limits.statementsMax)",
                hint: "send it in parts")
        }
        let tree = reader.tree
        return ParsedText(
            bytes: text, statements: raw.map { statement($0, of: tree, text: text) },
            facts: facts, parameterCount: highestParameter(text), unknown: reader.unknown,
            tree: tree)
    }

    private static let unreadable = SQLRefusal(
        sqlstate: "XX000", message: "the parser's answer could not be read")

    private static func statement(
        _ raw: TreeReader.Statement, of tree: Tree, text: [UInt8]
    ) -> ParsedStatement {
        let start = min(max(raw.location, 0), text.count)
        let end = raw.length > 0 ? min(start + raw.length, text.count) : text.count
        let node = raw.node.map { Node(tree, $0) }
        return ParsedStatement(
            kind: raw.kind, span: start..<end, commandTag: node.flatMap(CommandTag.of), node: node)
    }

    private static func highestParameter(_ text: [UInt8]) -> Int {
        guard text.contains(UInt8(ascii: "$")) else { return 0 }
        return text.withUnsafeBytes { bytes in
            var lexer = Lexer(bytes)
            var highest = 0
            while let token = lexer.next() {
                guard token.kind == .parameter else { continue }
                let digits = String(decoding: bytes[token.content], as: UTF8.self)
                highest = max(highest, Int(digits) ?? Int.max)
            }
            return highest
        }
    }
}

extension ParsedText: Equatable {
    public static func == (left: ParsedText, right: ParsedText) -> Bool {
        left.bytes == right.bytes
    }
}
