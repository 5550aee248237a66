import Cryptography
import Foundation
import Ledger
import Vocabulary

extension FuzzTarget {
    /// A ledger's directory. The first byte says which: with bit 0 the files are those of the input (a byte for the
    /// file, then `<...>`); without it they are a sound ledger's, changed by edits of six bytes each. With bit 1 the
    /// sound ledger's last checkpoint was seen before.
    static let ledger = FuzzTarget("ledger", bytesMax: 8192) { bytes in
        let sound = try LedgerScenery.sound.get()
        var input = Input(bytes)
        let mode = input.byte()
        var files = mode & 1 == 0 ? sound.files : [:]
        while !input.isAtEnd {
            if mode & 1 == 0 { edit(&files, &input) } else { add(to: &files, &input) }
        }
        let directory = try LedgerScenery.directory.get()
        try directory.write(files)
        let isSeen = mode & 2 != 0
        let verifier = LedgerVerifier(
            directory: directory.path, keys: [sound.key],
            checkpoints: isSeen ? [sound.checkpoint] : [])
        let report = try waitFor { try await verifier.verify() }
        try check(report, files, sound, isSeen: isSeen)
        return report.isSound
    }
}

/// Threat 26: what a verification calls sound begins with the very entries that were signed.
private func check(
    _ report: LedgerReport, _ files: [String: [UInt8]], _ sound: LedgerScenery.Sound, isSeen: Bool
) throws {
    try require(report.isSound == report.findings.isEmpty, "sound with findings, or wrong without")
    guard report.isSound else { return }
    let lines = LedgerScenery.lines(files)
    let count = Int(clamping: report.signedEntries)
    try require(count > 0, "a ledger that nobody signed is called sound")
    try require(
        lines.prefix(count).elementsEqual(sound.lines.prefix(count)),
        "altered entries are called sound")
    try require(UInt64(lines.count) == report.entries, "entries are passed over")
    guard isSeen else { return }
    try require(
        report.conclusion == .complete(upTo: UInt64(sound.lines.count)),
        "a checkpoint that was seen is not answered")
    try require(count >= sound.lines.count, "entries that were seen signed are gone")
}

// MARK: The input's directory

private func add(to files: inout [String: [UInt8]], _ input: inout Input) {
    let name = LedgerScenery.names[Int(input.byte()) % LedgerScenery.names.count]
    files[name, default: []] += input.counted()
}

/// File, deed, place (two bytes), count, byte.
private func edit(_ files: inout [String: [UInt8]], _ input: inout Input) {
    let name = LedgerScenery.names[Int(input.byte()) % LedgerScenery.names.count]
    let deed = input.byte()
    let place = Int(input.byte()) << 8 | Int(input.byte())
    let count = Int(input.byte())
    let byte = input.byte()
    var bytes = files[name] ?? []
    let start = bytes.isEmpty ? 0 : place % bytes.count
    let range = start..<min(start + count, bytes.count)
    switch deed % 8 {
    case 0 where !bytes.isEmpty: bytes[start] = byte
    case 1 where !bytes.isEmpty: bytes[start] ^= 1 << (byte & 7)
    case 2: bytes.removeSubrange(range)
    case 3: bytes.insert(contentsOf: [UInt8](repeating: byte, count: count), at: start)
    case 4: bytes.insert(contentsOf: Array(bytes[range]), at: Int(byte) * 8 % (bytes.count + 1))
    case 5: bytes = Array(bytes[..<start])
    case 6: swapLines(&bytes, place, count)
    case 7:
        let other = LedgerScenery.names[Int(byte) % LedgerScenery.names.count]
        (files[other], bytes) = (bytes, files[other] ?? [])
    default: break
    }
    files[name] = bytes
    if deed & 0x80 != 0 { files[name] = nil }
}

private func swapLines(_ bytes: inout [UInt8], _ first: Int, _ second: Int) {
    var lines = bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map(Array.init)
    lines.swapAt(first % lines.count, second % lines.count)
    bytes = Array(lines.joined(separator: [0x0A]))
}
