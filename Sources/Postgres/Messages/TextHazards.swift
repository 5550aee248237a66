/// True when what the text means depends on `standard_conforming_strings` or `client_encoding`: it has a byte that is not
/// ASCII, or a backslash somewhere behind a quote. Errs on the side of true; allocates nothing.
public func dependsOnSettings(_ text: UnsafeRawBufferPointer) -> Bool {
    var sawQuote = false
    var sawBackslashAfterQuote = false
    for byte in text {
        if byte >= 0x80 { return true }
        sawQuote = sawQuote || byte == UInt8(ascii: "'")
        sawBackslashAfterQuote = sawBackslashAfterQuote || (sawQuote && byte == UInt8(ascii: "\\"))
    }
    return sawBackslashAfterQuote
}
