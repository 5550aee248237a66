import Vocabulary

/// What an interpreter's options mean, as far as it matters for where its program comes from.
///
/// Lists are made once, of texts: letters of short options, or words of long ones without their dashes, separated by blanks.
struct OptionGrammar: Sendable {
    enum StandardInput: Sendable {
        case never
        /// It is the program when no word names a file.
        case withoutFile
        /// It is, or has, commands in any case.
        case always
    }

    /// Code follows, in the same word or the next.
    var code: ByteSet = ""
    /// A value follows, in the same word or the next.
    var values: ByteSet = ""
    /// A value follows in the next word, and further letters in this one.
    var next: ByteSet = ""
    /// The rest of the word is a value.
    var attached: ByteSet = ""
    /// A long option follows without its dashes, in the same word or the next.
    var longBehind: ByteSet = ""
    /// The rest of the word is a value when it begins with `:` or `=`.
    var afterColon: ByteSet = ""
    /// Octal digits may follow, or `x` and hexadecimal ones, and then further letters.
    var octals: ByteSet = ""
    /// For a letter, letters that may follow it as its value, and then further options.
    var letters: [UInt8: ByteSet] = [:]
    /// The value is a file with the program.
    var files: ByteSet = ""
    /// The value is a module to run; the words behind it are the module's.
    var modules: ByteSet = ""
    /// Modules that run what they are given.
    var codeModules: WordList = ""
    /// Perl's: the value is text that is put behind `use`.
    var usedModules: ByteSet = ""
    var longCode: WordList = ""
    var longFlags: WordList = ""
    var longValues: WordList = ""
    var longFiles: WordList = ""
    /// A long option that is in no list may take the next word.
    var longMayTakeValue = false
    /// In a value these make it code.
    var codeInValues: WordList = ""
    /// First operands behind which there is code.
    var codeCommands: WordList = ""
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
    var standardInputFlags: ByteSet = ""
    /// `+x` is an option as `-x` is.
    var plusIsOption = false
    /// `+TEXT` is code, but for a line or a search to go to.
    var plusIsCode = false
    /// `-` ends the options, as `--` does.
    var dashEndsOptions = false
    /// Long options that also stand behind one dash.
    var singleDashLong: WordList = ""
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
    /// There are more options than are read: what the rest says is not known.
    var isTooMuch = false
}

extension OptionGrammar {
    /// What the words may come to: a word that looks like an option, where a value is due, is the value to most programs
    /// and an option to some. One reading where there is no such word.
    func readings(_ words: ArraySlice<[UInt8]>) -> [OptionReading] {
        var reader = OptionReader(self, words, takesEveryValue: true)
        reader.read()
        guard reader.hasTakenOption else { return [reader.reading] }
        var other = OptionReader(self, words, takesEveryValue: false)
        other.read()
        return [reader.reading, other.reading]
    }
}

private let (dash, plus, equals) = (UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "="))

/// Looks at each byte of options a few times, and at no more of them than `ShellLimits.optionBytesMax`.
private struct OptionReader {
    let grammar: OptionGrammar
    let takesEveryValue: Bool
    var rest: ArraySlice<[UInt8]>
    var reading = OptionReading()
    /// What looks like an option was taken for a value.
    private(set) var hasTakenOption = false
    /// It stood behind an option that may take a value.
    private var mayBeOperand: [UInt8]?
    private var isOver = false
    /// Of options, that may still be read.
    private var bytesLeft = ShellLimits.optionBytesMax

    init(_ grammar: OptionGrammar, _ words: ArraySlice<[UInt8]>, takesEveryValue: Bool) {
        self.grammar = grammar
        self.takesEveryValue = takesEveryValue
        rest = words
    }

    private var goesOn: Bool { !isOver && !reading.hasCode && !reading.isTooMuch }

    mutating func read() {
        while goesOn, let word = rest.popFirst() { take(word) }
        if !reading.hasOperand, let word = mayBeOperand { operand(word) }
        switch grammar.standardInput {
        case .never: break
        case .withoutFile where !reading.files.isEmpty: break
        case .withoutFile, .always: reading.readsStandardInput = true
        }
    }

    private mutating func take(_ word: [UInt8]) {
        if word.first == dash, word.count == 1 ? grammar.dashEndsOptions : word.isTwoDashes {
            isOver = true
            for word in rest { operand(word) }
        } else if word.first == plus, grammar.plusIsCode {
            if isCommand(word) { reading.hasCode = true }
        } else if word.count > 1, word.first == dash || (grammar.plusIsOption && word.first == plus)
        {
            option(word[...])
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
        if isFirst, grammar.codeCommands.contains(word) { reading.hasCode = true }
        if grammar.operandsMayAssignCode, assignsCode(word) { reading.hasCode = true }
        if grammar.operandIsFile { reading.files.append(word) }
    }

    /// `NAME!=COMMAND`, a value that make expands, and the variables that say how it runs commands or what it reads.
    private func assignsCode(_ word: [UInt8]) -> Bool {
        guard let place = word.firstIndex(of: equals) else { return false }
        return word[..<place].last == UInt8(ascii: "!") || word.contains(UInt8(ascii: "$"))
            || ["SHELL", ".SHELL", "MAKE", "GNUMAKE"].contains { word.starts(with: $0.utf8) }
    }

    /// One more byte of an option is read, or so many; false when they are too many.
    private mutating func spend(_ bytes: Int = 1) -> Bool {
        bytesLeft -= bytes
        if bytesLeft < 0 { reading.isTooMuch = true }
        return bytesLeft >= 0
    }

    private mutating func option(_ word: ArraySlice<UInt8>) {
        guard spend() else { return }
        let isLong = word.starts(with: [dash, dash])
        guard isLong || (word.first == dash && !grammar.singleDashLong.isEmpty) else {
            return short(word.dropFirst())
        }
        let text = word.drop { $0 == dash }
        let end = text.firstIndex(of: equals) ?? text.endIndex
        let name = text[..<end].map { $0 == UInt8(ascii: "_") ? dash : $0 }
        guard isLong || grammar.singleDashLong.contains(name) else {
            return short(word.dropFirst())
        }
        guard spend(end - word.startIndex - 1) else { return }
        long(name, end < text.endIndex ? text[(end + 1)...] : nil)
    }

    private mutating func long(_ name: [UInt8], _ given: ArraySlice<UInt8>?) {
        if isLong(name, grammar.longCode) {
            reading.hasCode = true
        } else if isLong(name, grammar.longFiles) {
            if let file = given.map(Array.init) ?? rest.popFirst() { reading.files.append(file) }
        } else if isLong(name, grammar.longValues) {
            value(given)
        } else if grammar.longMayTakeValue, let given {
            reading.values.append(Array(given))
        } else if grammar.longMayTakeValue, !grammar.longFlags.contains(name),
            let word = rest.first, word.first != dash
        {
            mayBeOperand = rest.popFirst()
            reading.values.append(word)
        }
    }

    private func isLong(_ name: [UInt8], _ list: WordList) -> Bool {
        list.contains(name)
            || (grammar.abbreviates && !name.isEmpty && list.hasWord(beginningWith: name))
    }

    private mutating func value(_ given: ArraySlice<UInt8>?) {
        let value = given.map(Array.init) ?? nextValue() ?? []
        reading.values.append(value)
        if grammar.codeInValues.hasWord(in: value) { reading.hasCode = true }
    }

    private mutating func nextValue() -> [UInt8]? {
        guard let word = rest.first else { return nil }
        if word.first == dash, word.count > 1 {
            guard takesEveryValue else { return nil }
            hasTakenOption = true
        }
        rest.removeFirst()
        return word
    }

    private mutating func short(_ text: ArraySlice<UInt8>) {
        if !grammar.usedModules.isEmpty, text.contains(where: isBlank) {
            // Perl reads further options behind a blank in the same word.
            reading.hasCode = true
        }
        var left = text
        while goesOn, let letter = left.popFirst(), spend() {
            if grammar.code.contains(letter) {
                reading.hasCode = true
            } else if grammar.files.contains(letter) {
                let file = left.isEmpty ? rest.popFirst() : Array(left)
                if let file { reading.files.append(file) }
                return
            } else if grammar.modules.contains(letter) {
                return module(left)
            } else if grammar.usedModules.contains(letter) {
                return usedModule(left)
            } else if grammar.longBehind.contains(letter) {
                let name = left.isEmpty ? nextValue() ?? [] : Array(left)
                return option(([dash, dash] + name)[...])
            } else if grammar.values.contains(letter) {
                return value(left.isEmpty ? nil : left)
            } else if grammar.next.contains(letter) {
                value(nil)
            } else if grammar.attached.contains(letter) {
                return
            } else if grammar.afterColon.contains(letter) {
                if left.first == UInt8(ascii: ":") || left.first == equals {
                    // Perl puts the name of its debugger behind `use`.
                    if !grammar.usedModules.isEmpty, !isModuleName(left) {
                        reading.hasCode = true
                    }
                    return
                }
            } else if grammar.octals.contains(letter) {
                left = behindOctals(left)
            } else if let more = grammar.letters[letter] {
                left = left.drop(while: more.contains)
            }
            if grammar.standardInputFlags.contains(letter) { reading.readsStandardInput = true }
        }
    }

    private func behindOctals(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let first = text.first, first == UInt8(ascii: "x") || first == UInt8(ascii: "X")
        else { return text.drop(while: octalDigits.contains) }
        return text.dropFirst().drop(while: hexDigits.contains)
    }

    private mutating func module(_ left: ArraySlice<UInt8>) {
        let name = left.isEmpty ? rest.popFirst() ?? [] : Array(left)
        if grammar.codeModules.contains(name.prefix { $0 != UInt8(ascii: ".") }) {
            reading.hasCode = true
        }
        reading.files.append(name)
        isOver = true
    }

    /// `-MName=a,b` is a name; anything else is code that `use` runs.
    private mutating func usedModule(_ left: ArraySlice<UInt8>) {
        let name = left.isEmpty ? (rest.popFirst() ?? [])[...] : left
        if !isModuleName(name) { reading.hasCode = true }
    }

    private func isModuleName(_ name: ArraySlice<UInt8>) -> Bool {
        name.allSatisfy(moduleNameBytes.contains)
    }
}

private let octalDigits: ByteSet = "01234567"
private let hexDigits: ByteSet = "0123456789abcdefABCDEF"
private let moduleNameBytes = ByteSet.lettersAndDigits.union("_:=,.-")

/// Of Latin-1, as which each byte is a character.
private func isBlank(_ byte: UInt8) -> Bool {
    (0x09...0x0D).contains(byte) || byte == 0x20 || byte == 0x85 || byte == 0xA0
}

extension [UInt8] {
    fileprivate var isTwoDashes: Bool { count == 2 && self[0] == dash && self[1] == dash }
}

/// A text of one Unicode scalar for each byte, whatever the bytes are.
func bytewise(_ bytes: some Collection<UInt8>) -> String {
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    var text = ""
    for byte in bytes { text.unicodeScalars.append(UnicodeScalar(byte)) }
    return text
}
