/// Text as it may be shown on a terminal: whatever would act on it, or hide in it, is written out instead.
///
/// Control characters (ESC and CR above all), bidirectional marks and overrides, zero-width and other invisible
/// characters, separators of lines, and letters that look like ASCII ones but are not become `\u{...}`.
func visible(_ text: some StringProtocol, keepingLines: Bool = false) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
        if scalar == "\n" && keepingLines {
            shown.unicodeScalars.append(scalar)
        } else if isHidden(scalar) || looksLikeASCII(scalar) {
            shown += "\\u{" + String(scalar.value, radix: 16) + "}"
        } else {
            shown.unicodeScalars.append(scalar)
        }
    }
    return shown
}

/// How many characters of `text` are not what they seem.
func hiddenCount(_ text: some StringProtocol) -> Int {
    text.unicodeScalars.count { $0 != "\n" && $0 != "\t" && (isHidden($0) || looksLikeASCII($0)) }
}

private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
        .unassigned:
        true
    case .spaceSeparator: scalar != " "
    default: scalar.properties.isDefaultIgnorableCodePoint
    }
}

/// Cyrillic, Greek, full-width and mathematical letters that a reader takes for ASCII ones.
private func looksLikeASCII(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0xFF01...0xFF5E, 0x1D400...0x1D7FF, 0x2100...0x214F: true
    default: lookalikes.contains(scalar)
    }
}

private let lookalikes = Set("аеорсухіјѕһԁԛԝАВЕКМНОРСТХІЈЅΑΒΕΖΗΙΚΜΝΟΡΤΥΧοονιρ".unicodeScalars)
