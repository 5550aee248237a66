import Vocabulary

/// A program's words with the clear cases of secrets in them replaced by `***`, for what is shown and recorded: what
/// ``SecretText`` finds, and what some well-known clients take in or behind an option.
///
/// - Parameters:
///   - words: all of them, the program's own name first.
///   - file: what the program is; a name that its caller chose hides nothing.
///   - isCounted: `***(12 bytes)` says how much is hidden.
public func maskedWords(
    _ words: [[UInt8]], of file: ProgramFile, isCounted: Bool = false
) -> [[UInt8]] {
    let masking = SecretText(isCounted: isCounted)
    var reader = ClientReader(ClientSecrets.of(file))
    return Array(words.prefix(1))
        + words.dropFirst().map { word in
            switch reader.place(of: word) {
            case .none: masking.mask(word)
            case .secret: masking.mask(word, from: 0)
            case .attached: masking.mask(word, from: 2)
            }
        }
}

/// Whether what one of these words says may be taken into another: `A_TOKEN=rm; $A_TOKEN -rf /`. To those who consent,
/// nothing of it is masked then.
public func mayExpand(_ words: [[UInt8]]) -> Bool {
    words.contains { $0.contains { $0 == UInt8(ascii: "$") || $0 == UInt8(ascii: "`") } }
}

/// The same of a program, whose code may be among its words.
public func mayExpand(_ program: ProgramStart, _ code: ProgramCode) -> Bool {
    code.isInline || mayExpand(program.arguments)
}
