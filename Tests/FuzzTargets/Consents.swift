import Foundation
import Holds
import Identity

extension FuzzTarget {
    /// What an approver's client sends and an auditor reads: the consent document, the shown statement as JSON, an
    /// armored signature, a public key's line.
    static let consents = FuzzTarget("consents", bytesMax: 16_384) { bytes in
        let document = ConsentDocument(parsing: bytes)
        if let document {
            try require(document.bytes == bytes, "a document is not the bytes that were signed")
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let isRead = [try readStatement(bytes), try readSignature(text), try readKey(text)]
        return document != nil || isRead.contains(true)
    }
}

private func readStatement(_ bytes: [UInt8]) throws -> Bool {
    guard let shown = try? JSONDecoder().decode(ShownStatement.self, from: Data(bytes)) else {
        return false
    }
    let again = try JSONDecoder().decode(
        ShownStatement.self, from: try JSONEncoder().encode(shown))
    try require(again.digest == shown.digest, "a statement's digest changes by writing")
    try require(again.fields.map(\.name) == shown.fields.map(\.name), "a field's name changes")
    try require(again.withheld == shown.withheld, "a field that was withheld appears")
    _ = (shown.values, shown.leavesOpen, shown.issuers, shown.effects, shown.commitments.canonical)
    for field in shown.fields { _ = shown.text(.value(field.name.utf8.count)) }
    return true
}

private func readSignature(_ text: String) throws -> Bool {
    guard let signature = try? SSHSignature(armored: text) else { return false }
    // `ssh-keygen` judges what we write out, not what came.
    let again = try? SSHSignature(armored: signature.armored)
    try require(again == signature, "a signature changes by writing")
    return true
}

private func readKey(_ text: String) throws -> Bool {
    guard let key = try? SSHPublicKey(line: text) else { return false }
    try require(!key.fingerprint.rawValue.contains("="), "a fingerprint with padding")
    try require(
        key.comment.utf8.allSatisfy { (0x20...0x7E).contains($0) }, "a comment that is not plain")
    return true
}
