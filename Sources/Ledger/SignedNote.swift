import Cryptography

/// A text and the signatures under it, in the C2SP signed-note format.
struct SignedNote: Hashable, Sendable {
    /// Ends with a newline, which is signed too.
    let text: String
    let signatures: [NoteSignature]

    var description: String { text + "\n" + signatures.map { $0.line + "\n" }.joined() }

    init(text: String, signedBy key: LedgerKey) throws {
        self.text = text
        let signature = try key.privateKey.sign(Array(text.utf8))
        let verifier = key.verifier
        signatures = [
            NoteSignature(name: verifier.name, identifier: verifier.identifier, bytes: signature)
        ]
    }

    /// Reads a whole note; `nil` when it is malformed. The signatures are not checked here.
    init?(_ bytes: [UInt8]) {
        guard bytes.count <= Limits.noteBytesMax,
            let note = String(validating: bytes, as: UTF8.self),
            let gap = note.utf8Range(of: "\n\n"), note.utf8.last == 0x0A
        else { return nil }
        text = String(note[..<gap.lowerBound]) + "\n"
        let lines = note[gap.upperBound...].utf8.dropLast().split(
            separator: 0x0A, omittingEmptySubsequences: false)
        let signatures = lines.compactMap { NoteSignature(String(Substring($0))) }
        guard !signatures.isEmpty, signatures.count == lines.count else { return nil }
        self.signatures = signatures
    }

    /// True when `key` signed the text. Signatures of other keys do not matter; a wrong one of this key does.
    func isSigned(by key: NoteVerifierKey) -> Bool {
        let own = signatures.filter { $0.name == key.name && $0.identifier == key.identifier }
        return !own.isEmpty
            && own.allSatisfy { key.publicKey.verifies($0.bytes, over: Array(text.utf8)) }
    }
}

/// One line under a note: an em dash, the key's name, and base 64 of its identifier and the signature.
struct NoteSignature: Hashable, Sendable {
    let name: String
    let identifier: [UInt8]
    let bytes: [UInt8]

    init(name: String, identifier: [UInt8], bytes: [UInt8]) {
        self.name = name
        self.identifier = identifier
        self.bytes = bytes
    }

    init?(_ line: String) {
        let words = line.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "\u{2014}", NoteKey.isName(String(words[1])),
            let material = Base64.decode(String(words[2])), material.count > 4
        else { return nil }
        self.init(
            name: String(words[1]), identifier: Array(material.prefix(4)),
            bytes: Array(material.dropFirst(4)))
    }

    var line: String { "\u{2014} \(name) \(Base64.encode(identifier + bytes))" }
}

extension String {
    /// Where `pattern`'s bytes first occur. By bytes, because a newline and a following letter may be one
    /// character to Swift.
    fileprivate func utf8Range(of pattern: String) -> Range<String.Index>? {
        let wanted = Array(pattern.utf8)
        var index = utf8.startIndex
        while index != utf8.endIndex {
            let rest = utf8[index...]
            if rest.starts(with: wanted) {
                return index..<utf8.index(index, offsetBy: wanted.count)
            }
            index = utf8.index(after: index)
        }
        return nil
    }
}
