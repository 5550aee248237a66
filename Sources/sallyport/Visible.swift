import Foundation

/// Text as it may be shown on a terminal: whatever would act on it, or hide in it, is written out instead.
///
/// Control characters (ESC and CR above all), bidirectional marks and overrides, zero-width and other invisible
/// characters, combining marks, separators of lines, and letters that look like ASCII ones but are not become `\u{...}`.
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

/// JSON as it may be shown on a terminal: the same value, with `\u` escapes for what would act on it or hide in it.
func visibleJSON(_ text: String) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
        // Outside of strings, where nothing else may stand, these are the layout.
        if scalar == "\n" || !isHidden(scalar) {
            shown.unicodeScalars.append(scalar)
        } else {
            for unit in UTF16.encode(scalar).map(Array.init) ?? [] {
                let digits = String(unit, radix: 16)
                shown += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }
        }
    }
    return shown
}

private func isHidden(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse,
        .unassigned:
        true
    case .spaceSeparator: scalar != " "
    // They strike out, cover or move what stands before them.
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    // The braille pattern without dots looks like a space, and is none.
    default: scalar.properties.isDefaultIgnorableCodePoint || scalar.value == 0x2800
    }
}

/// Letters and signs of other scripts that a reader takes for ASCII ones, among them all that Unicode itself calls
/// compatible with ASCII: full-width, mathematical, Roman numerals.
private func looksLikeASCII(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII { return false }
    return lookalikes.contains(scalar)
        || String(scalar).decomposedStringWithCompatibilityMapping.utf8.allSatisfy { $0 < 0x80 }
}

/// After Unicode's confusables.txt: Cyrillic, Greek, Armenian, Hebrew and Latin letters, then dashes, quotation
/// marks, slashes, stars, colons.
private let lookalikes = Set(
    ("аеорсухіјѕһԁԛԝвѵӏьгкмтнпАВЕКМНОРСТХІЈЅԌԚԜЬӀѴΑΒΕΖΗΙΚΜΝΟΡΤΥΧαοντιρυγκσχωϲϳ"
        + "օոսհցզաՏՕԼסוןɑɡɩıʋʏǀǃɪꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ‐‑‒–—―−‘’‚‛“”„‟′″ʼʹʺˈ⁄∕⧸╱∖⧵＼∗⁎٭∶ː׃ꓽ‧·‗‹›×⁏")
        .unicodeScalars
).filter { !$0.isASCII }
