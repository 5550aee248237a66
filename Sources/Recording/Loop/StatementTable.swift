import Vocabulary

/// The texts that one session has recorded already, so that each is stored once.
///
/// A key only finds an entry: its text is compared as well. Arrays that share their storage are equal at once, and the
/// table keeps the text alive, so the usual case compares nothing.
struct StatementTable {
    private var byKey: [ObjectIdentifier: Entry] = [:]
    private var byText: [TextKey: UInt32] = [:]
    private var bytes = 0
    private(set) var next: UInt32 = 1

    private struct Entry {
        let text: TextKey
        let number: UInt32
    }

    /// The number of a text that was recorded before.
    mutating func number(of text: [UInt8], key: ObjectIdentifier?) -> UInt32? {
        if let key, let entry = byKey[key], entry.text == TextKey(text) { return entry.number }
        guard let number = byText[TextKey(text)] else { return nil }
        remember(text, key: key, as: number)
        return number
    }

    /// A new text's number. Its definition must be recorded.
    mutating func add(_ text: [UInt8], key: ObjectIdentifier?) -> UInt32 {
        if byText.count >= Limits.statementsMax
            || bytes + text.count > Limits.statementTableBytesMax
        {
            forget()
        }
        let number = next
        next &+= 1
        guard text.count <= Limits.statementTableBytesMax else { return number }
        byText[TextKey(text)] = number
        bytes += text.count
        remember(text, key: key, as: number)
        return number
    }

    /// Every text is stored anew from here on. Numbers are never given twice.
    mutating func forget() {
        byKey.removeAll(keepingCapacity: true)
        byText.removeAll(keepingCapacity: true)
        bytes = 0
    }

    private mutating func remember(_ text: [UInt8], key: ObjectIdentifier?, as number: UInt32) {
        guard let key else { return }
        if byKey.count >= Limits.statementsMax { byKey.removeAll(keepingCapacity: true) }
        byKey[key] = Entry(text: TextKey(text), number: number)
    }
}
