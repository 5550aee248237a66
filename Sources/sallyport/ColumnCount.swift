/// How many columns of a terminal a text takes: East Asian wide characters and emoji take two, marks that combine
/// with the one before take none.
func columnCount(_ text: some StringProtocol) -> Int { text.reduce(0) { $0 + columnCount($1) } }

/// As much of the beginning of `text` as fits.
func prefix(of text: String, columns: Int) -> String {
    var count = 0
    return String(
        text.prefix { character in
            count += columnCount(character)
            return count <= columns
        })
}

private func columnCount(_ character: Character) -> Int {
    let scalars = character.unicodeScalars
    if scalars.contains(where: { isWide($0) || $0.properties.isEmojiPresentation }) { return 2 }
    return scalars.allSatisfy(isCombining) ? 0 : 1
}

private func isCombining(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: true
    default: false
    }
}

/// The blocks whose characters are wide or full-width in Unicode's EastAsianWidth.txt.
private func isWide(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3,
        0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F300...0x1F64F, 0x1F680...0x1F6FF,
        0x1F900...0x1FAFF, 0x20000...0x3FFFD:
        true
    default: false
    }
}
