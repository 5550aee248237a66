/// What an interpreter's options mean, as far as it matters for where its program comes from.
///
/// Lists are texts: letters of short options, or words of long ones without their dashes, separated by blanks.
struct OptionGrammar: Sendable {
    enum StandardInput: Sendable {
        case never
        /// It is the program when no word names a file.
        case withoutFile
        /// It is, or has, commands in any case.
        case always
    }

    /// Code follows, in the same word or the next.
    var code = ""
    /// A value follows, in the same word or the next.
    var values = ""
    /// A value follows in the next word, and further letters in this one.
    var next = ""
    /// The rest of the word is a value.
    var attached = ""
    /// A long option follows without its dashes, in the same word or the next.
    var longBehind = ""
    /// The rest of the word is a value when it begins with `:` or `=`.
    var afterColon = ""
    /// Octal digits may follow, or `x` and hexadecimal ones, and then further letters.
    var octals = ""
    /// For a letter, letters that may follow it as its value, and then further options.
    var letters: [Character: String] = [:]
    /// The value is a file with the program.
    var files = ""
    /// The value is a module to run; the words behind it are the module's.
    var modules = ""
    /// Modules that run what they are given.
    var codeModules = ""
    /// Perl's: the value is text that is put behind `use`.
    var usedModules = ""
    var longCode = ""
    var longFlags = ""
    var longValues = ""
    var longFiles = ""
    /// A long option that is in no list may take the next word.
    var longMayTakeValue = false
    /// In a value these make it code.
    var codeInValues = ""
    /// First operands behind which there is code.
    var codeCommands = ""
    /// Operands may set variables as make's do, and what is set may be code: `X:=$(shell ...)`, `SHELL=/bin/x`.
    var operandsMayAssignCode = false
    /// Options may stand behind operands.
    var permutes = false
    /// Long options may be cut short.
    var abbreviates = false
    /// The first operand is the program's text.
    var operandIsCode = false
    /// The first operand is the program's file.
    var operandIsFile = true
    var standardInput = StandardInput.withoutFile
    /// Options that make it read its standard input beside a file.
    var standardInputFlags = ""
    /// `+x` is an option as `-x` is.
    var plusIsOption = false
    /// `+TEXT` is code, but for a line or a search to go to.
    var plusIsCode = false
    /// `-` ends the options, as `--` does.
    var dashEndsOptions = false
    /// Long options that also stand behind one dash.
    var singleDashLong = ""
}

/// What an interpreter's words come to.
struct OptionReading {
    var hasCode = false
    /// Words that name where the program comes from.
    var files: [[UInt8]] = []
    /// What options were given: each may name a file with code.
    var values: [[UInt8]] = []
    var hasOperand = false
    var readsStandardInput = false
}

extension OptionGrammar {
    /// What the words may come to: a word that looks like an option, where a value is due, is the value to most programs
    /// and an option to some.
    func readings(_ words: ArraySlice<[UInt8]>) -> [OptionReading] {
        [true, false].map { takesEveryValue in
            var reader = OptionReader(self, words, takesEveryValue: takesEveryValue)
            reader.read()
            return reader.reading
        }
    }
}

private struct OptionReader {
    let grammar: OptionGrammar
    let takesEveryValue: Bool
    var rest: ArraySlice<[UInt8]>
    var reading = OptionReading()
    /// It stood behind an option that may take a value.
    private var mayBeOperand: [UInt8]?
    private var isOver = false

    init(_ grammar: OptionGrammar, _ words: ArraySlice<[UInt8]>, takesEveryValue: Bool) {
        self.grammar = grammar
        self.takesEveryValue = takesEveryValue
        rest = words
    }

    mutating func read() {
        while !isOver, !reading.hasCode, let word = rest.popFirst() { take(word) }
        if !reading.hasOperand, let word = mayBeOperand { operand(word) }
        switch grammar.standardInput {
        case .never: break
        case .withoutFile where !reading.files.isEmpty: break
        case .withoutFile, .always: reading.readsStandardInput = true
        }
    }

    private mutating func take(_ word: [UInt8]) {
        let (dash, plus) = (UInt8(ascii: "-"), UInt8(ascii: "+"))
        if word == [dash, dash] || (grammar.dashEndsOptions && word == [dash]) {
            isOver = true
            for word in rest { operand(word) }
        } else if word.first == plus, grammar.plusIsCode {
            if isCommand(word) { reading.hasCode = true }
        } else if word.count > 1, word.first == dash || (grammar.plusIsOption && word.first == plus)
        {
            option(bytewise(word))
        } else {
            operand(word)
            isOver = !grammar.permutes
        }
    }

    /// Not the line that an editor goes to (`+12`, `+/text`, `+`).
    private func isCommand(_ word: [UInt8]) -> Bool {
        let text = word.dropFirst()
        return !text.isEmpty && text.first != UInt8(ascii: "/")
            && !text.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private mutating func operand(_ word: [UInt8]) {
        let isFirst = !reading.hasOperand
        reading.hasOperand = true
        guard isFirst || grammar.permutes else { return }
        if isFirst, has(grammar.codeCommands, bytewise(word)) {
            reading.hasCode = true
        }
        if grammar.operandsMayAssignCode, assignsCode(bytewise(word)) { reading.hasCode = true }
        if grammar.operandIsFile { reading.files.append(word) }
    }

    /// `NAME!=COMMAND`, a value that make expands, and the variables that say how it runs commands or what it reads.
    private func assignsCode(_ word: String) -> Bool {
        guard let equals = word.firstIndex(of: "=") else { return false }
        return word[..<equals].hasSuffix("!") || word.contains("$")
            || ["SHELL", ".SHELL", "MAKE", "GNUMAKE"].contains { word.hasPrefix($0) }
    }

    private mutating func option(_ text: String) {
        let isLong = text.hasPrefix("--")
        let parts = String(text.drop { $0 == "-" }).split(
            separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0]).replacing("_", with: "-")
        if isLong || (text.hasPrefix("-") && has(grammar.singleDashLong, name)) {
            long(name, parts.count > 1 ? String(parts[1]) : nil)
        } else {
            short(Array(text.unicodeScalars.dropFirst()))
        }
    }

    private mutating func long(_ name: String, _ given: String?) {
        if isLong(name, grammar.longCode) {
            reading.hasCode = true
        } else if isLong(name, grammar.longFiles) {
            if let file = given.map(bytes) ?? rest.popFirst() {
                reading.files.append(file)
            }
        } else if isLong(name, grammar.longValues) {
            value(given)
        } else if grammar.longMayTakeValue, let given {
            reading.values.append(bytes(given))
        } else if grammar.longMayTakeValue, !has(grammar.longFlags, name),
            let word = rest.first, word.first != UInt8(ascii: "-")
        {
            mayBeOperand = rest.popFirst()
            reading.values.append(word)
        }
    }

    private func isLong(_ name: String, _ list: String) -> Bool {
        has(list, name)
            || (grammar.abbreviates && !name.isEmpty
                && list.split(separator: " ").contains { $0.hasPrefix(name) })
    }

    private mutating func value(_ given: String?) {
        let value = given ?? nextValue() ?? ""
        reading.values.append(bytes(value))
        if grammar.codeInValues.split(separator: " ").contains(where: { value.contains($0) }) {
            reading.hasCode = true
        }
    }

    private mutating func nextValue() -> String? {
        guard let word = rest.first,
            takesEveryValue || word.first != UInt8(ascii: "-") || word.count == 1
        else { return nil }
        rest.removeFirst()
        return bytewise(word)
    }

    private mutating func short(_ text: [UnicodeScalar]) {
        if !grammar.usedModules.isEmpty, text.contains(where: \.properties.isWhitespace) {
            // Perl reads further options behind a blank in the same word.
            reading.hasCode = true
        }
        var place = 0
        while place < text.count, !reading.hasCode, !isOver {
            let letter = Character(text[place])
            place += 1
            // A text of it only where it ends the word: otherwise a long word is copied for each of its letters.
            let behind = text[place...]
            var left: String { String(String.UnicodeScalarView(behind)) }
            if grammar.code.contains(letter) {
                reading.hasCode = true
            } else if grammar.files.contains(letter) {
                let file = behind.isEmpty ? rest.popFirst() : bytes(left)
                if let file { reading.files.append(file) }
                return
            } else if grammar.modules.contains(letter) {
                return module(left)
            } else if grammar.usedModules.contains(letter) {
                return usedModule(left)
            } else if grammar.longBehind.contains(letter) {
                let name = behind.isEmpty ? nextValue() ?? "" : left
                return option("--" + name)
            } else if grammar.values.contains(letter) {
                return value(behind.isEmpty ? nil : left)
            } else if grammar.next.contains(letter) {
                value(nil)
            } else if grammar.attached.contains(letter) {
                return
            } else if grammar.afterColon.contains(letter) {
                if behind.first == ":" || behind.first == "=" {
                    // Perl puts the name of its debugger behind `use`.
                    if !grammar.usedModules.isEmpty, !isModuleName(bytes(left)) {
                        reading.hasCode = true
                    }
                    return
                }
            } else if grammar.octals.contains(letter) {
                place += octals(behind)
            } else if let more = grammar.letters[letter] {
                place += behind.prefix { more.unicodeScalars.contains($0) }.count
            }
            if grammar.standardInputFlags.contains(letter) { reading.readsStandardInput = true }
        }
    }

    private func octals(_ text: ArraySlice<UnicodeScalar>) -> Int {
        guard let first = text.first, first == "x" || first == "X" else {
            return text.prefix { ("0"..."7").contains($0) }.count
        }
        return 1 + text.dropFirst().prefix { Character($0).isHexDigit }.count
    }

    private mutating func module(_ left: String) {
        let name = left.isEmpty ? rest.popFirst() ?? [] : bytes(left)
        let text = bytewise(name)
        if has(grammar.codeModules, text.prefix { $0 != "." }) { reading.hasCode = true }
        reading.files.append(name)
        isOver = true
    }

    /// `-MName=a,b` is a name; anything else is code that `use` runs.
    private mutating func usedModule(_ left: String) {
        let name = left.isEmpty ? rest.popFirst() ?? [] : bytes(left)
        if !isModuleName(name) { reading.hasCode = true }
    }

    private func isModuleName(_ name: [UInt8]) -> Bool {
        name.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "_:=,.-".utf8.contains(byte)
            }
        }
    }

    private func has(_ list: String, _ word: some StringProtocol) -> Bool {
        list.split(separator: " ").contains { $0 == word }
    }
}

/// A text of one Unicode scalar for each byte, whatever the bytes are.
func bytewise(_ bytes: some Collection<UInt8>) -> String {
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    var text = ""
    for byte in bytes { text.unicodeScalars.append(UnicodeScalar(byte)) }
    return text
}

/// The bytes of a text that `bytewise` made.
private func bytes(_ text: String) -> [UInt8] {
    text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }
}
