/// What the bytes of a text tell before anything is parsed, in one pass: whether the server's settings
/// could make it read another text than the gateway.
public struct ScanFacts: Hashable, Sendable {
    /// A backslash stands inside a plain `'...'` literal: with `standard_conforming_strings = off` it would escape.
    public var hasBackslashInPlainLiteral = false
    /// A byte above 0x7F: another `client_encoding` would make other characters of it.
    public var hasNonASCII = false
    public var hasNUL = false

    /// Such a text waits for the ReadyForQuery of all that was sent before it (POSTGRES.md).
    public var dependsOnSettings: Bool { hasBackslashInPlainLiteral || hasNonASCII }

    public init(_ text: UnsafeRawBufferPointer) {
        // Both facts need a byte that is rare: look for it before looking at tokens.
        var hasBackslash = false
        for byte in text {
            if byte >= 0x80 { hasNonASCII = true }
            if byte == 0 { hasNUL = true }
            if byte == UInt8(ascii: "\\") { hasBackslash = true }
        }
        guard hasBackslash else { return }
        var lexer = Lexer(text)
        while let token = lexer.next() {
            if token.kind == .plainString, text[token.range].contains(UInt8(ascii: "\\")) {
                hasBackslashInPlainLiteral = true
                return
            }
        }
    }

    public init(_ text: [UInt8]) {
        self = text.withUnsafeBytes { ScanFacts($0) }
    }
}
