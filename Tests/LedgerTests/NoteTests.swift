import Cryptography
import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Ledger

@Suite("Notes and keys")
struct NoteTests {
    let key: LedgerKey
    init() throws {
        key = LedgerKey(
            name: "log.example",
            privateKey: try Ed25519PrivateKey(seed: [UInt8](repeating: 1, count: 32)))
    }

    private func signed() throws -> Checkpoint {
        try Checkpoint(size: 12, root: SHA256.hash("root"), key: key)
    }

    @Test("a checkpoint reads back, and its signature holds for its own key only")
    func roundTrip() throws {
        let checkpoint = try signed()
        let other = try Ed25519PrivateKey(seed: [UInt8](repeating: 2, count: 32)).publicKey
        let read = try #require(Checkpoint(Array(checkpoint.text.utf8)))
        #expect(read == checkpoint)
        #expect(read.origin == "log.example")
        #expect(read.size == 12)
        #expect(read.isSigned(by: key.verifier))
        #expect(!read.isSigned(by: NoteVerifierKey(name: "log.example", publicKey: other)))
        let sameKey = key.verifier.publicKey
        #expect(!read.isSigned(by: NoteVerifierKey(name: "other.example", publicKey: sameKey)))
    }

    @Test("a note with any bit flipped is malformed or unsigned")
    func flipped() throws {
        let text = Array(try signed().text.utf8)
        for place in text.indices {
            for bit in 0..<8 {
                var bytes = text
                bytes[place] ^= 1 << UInt8(bit)
                #expect(Checkpoint(bytes)?.isSigned(by: key.verifier) != true)
            }
        }
    }

    @Test("a note cut anywhere is malformed or unsigned")
    func cut() throws {
        let text = Array(try signed().text.utf8)
        for count in 0..<text.count {
            #expect(Checkpoint(Array(text[..<count]))?.isSigned(by: key.verifier) != true)
        }
    }

    @Test("a witness's cosignature does no harm, a second wrong signature by the same key does")
    func cosigned() throws {
        let text = try signed().text
        let witness =
            "\u{2014} witness.example " + Base64.encode([UInt8](repeating: 9, count: 76)) + "\n"
        let forged =
            "\u{2014} log.example "
            + Base64.encode(key.verifier.identifier + [UInt8](repeating: 0, count: 64)) + "\n"
        #expect(Checkpoint(Array((text + witness).utf8))?.isSigned(by: key.verifier) == true)
        #expect(Checkpoint(Array((text + forged).utf8))?.isSigned(by: key.verifier) == false)
    }

    @Test("the key's one-line spelling reads back, and nothing near it does")
    func verifierKey() throws {
        let text = key.verifier.description
        #expect(NoteVerifierKey(text) == key.verifier)
        #expect(NoteVerifierKey(text + "\n") == key.verifier)
        let hash = hexText(key.verifier.identifier)
        for wrong in [
            "", "log.example", text.replacing(hash, with: "00000000"),
            text.replacing("log", with: "lag"),
            text + "AAAA", " " + text, String(text.dropFirst(11)),
        ] {
            #expect(NoteVerifierKey(wrong) == nil, "`\(wrong)`")
        }
    }

    @Test("a key pair is made once, is read again, and is new until a ledger has begun with it")
    func keyFiles() async throws {
        let directory = try ScratchDirectory()
        let first = try LedgerKey.open(directory: directory.path, name: "log.example")
        #expect(first.isNew)
        let again = try LedgerKey.open(directory: directory.path, name: "log.example")
        #expect(again.isNew)
        #expect(again.verifier == first.verifier)
        let pinned = try String(contentsOfFile: directory.file("ledger.vkey"), encoding: .utf8)
        #expect(NoteVerifierKey(pinned) == first.verifier)
        let path = directory.file("ledger")
        try await Ledger.open(directory: path, origin: "log.example", key: again).close()
        try await Ledger.open(directory: path, origin: "log.example", key: again).close()
        let settled = try LedgerKey.open(directory: directory.path, name: "log.example")
        #expect(!settled.isNew)
        #expect(settled.verifier == first.verifier)
        try FileManager.default.removeItem(atPath: path)
        #expect(throws: LedgerError.self) {
            _ = try Ledger.open(directory: path, origin: "log.example", key: settled)
        }
    }

    @Test("a key that others can read, of another name, or malformed is refused")
    func badKeyFiles() throws {
        let directory = try ScratchDirectory()
        _ = try LedgerKey.open(directory: directory.path, name: "log.example")
        let path = directory.file("ledger.sec.new")
        func open(_ name: String = "log.example") throws {
            _ = try LedgerKey.open(directory: directory.path, name: name)
        }
        #expect(throws: LedgerError.self) { try open("other.example") }
        #expect(throws: LedgerError.self) { try open("no name") }
        #expect(throws: LedgerError.self) { try open("no+name") }
        #expect(chmod(path, 0o644) == 0)
        #expect(throws: LedgerError.self) { try open() }
        #expect(chmod(path, 0o600) == 0)
        try open()
        let text = try Data(contentsOf: URL(fileURLWithPath: path))
        for count in [0, 10, text.count - 2] {
            try text.prefix(count).write(to: URL(fileURLWithPath: path))
            #expect(chmod(path, 0o600) == 0)
            #expect(throws: LedgerError.self) { try open() }
        }
    }
}
