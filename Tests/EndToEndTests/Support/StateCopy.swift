import Foundation
import TestKit

/// A copy of a stopped gateway's state directory, to tamper with.
struct StateCopy: Sendable {
    private let directory: ScratchDirectory
    /// The recordings of all sessions, the oldest first, as paths within the copy.
    let recordings: [String]

    init(_ state: String) throws {
        directory = try ScratchDirectory()
        let copy = directory.file("var")
        try FileManager.default.copyItem(atPath: state, toPath: copy)
        let sessions = copy + "/recordings/sessions"
        recordings = try FileManager.default.contentsOfDirectory(atPath: sessions)
            .filter { $0.hasSuffix(".rec") }.sorted().map { "recordings/sessions/" + $0 }
    }

    var ledger: String { file("ledger") }

    func file(_ name: String) -> String { directory.file("var/" + name) }

    func bytes(_ name: String) throws -> Data {
        try Data(contentsOf: URL(fileURLWithPath: file(name)))
    }

    func edit(_ name: String, _ change: (inout Data) throws -> Void) throws {
        var bytes = try bytes(name)
        try change(&bytes)
        try bytes.write(to: URL(fileURLWithPath: file(name)))
    }

    /// Flips the lowest bit of the byte in the middle.
    func flip(_ name: String) throws { try edit(name) { $0[$0.count / 2] ^= 1 } }

    func editEntries(_ change: (inout [Data]) throws -> Void) throws {
        try edit("ledger/entries-000001.jsonl") { bytes in
            var lines = bytes.split(separator: 0x0A).map { Data($0) }
            try change(&lines)
            bytes = Data(lines.map { $0 + [0x0A] }.joined())
        }
    }

    /// Cuts entries, hashes and checkpoints off, so that it is in itself what it was at that checkpoint.
    func cutBack(toThatOf checkpoint: String) throws {
        let note = try String(contentsOfFile: checkpoint, encoding: .utf8)
        let size = try Self.size(note)
        try editEntries { $0.removeLast($0.count - size) }
        try edit("ledger/leaves") { $0 = $0.prefix(size * 32) }
        try edit("ledger/checkpoint") { $0 = Data(note.utf8) }
        try edit("ledger/checkpoints") { bytes in
            let notes = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\n\n")
            // A note and its signatures are two parts.
            var kept: [String] = []
            for index in stride(from: 0, to: notes.count - 1, by: 2)
            where try Self.size(notes[index]) <= size { kept += notes[index...index + 1] }
            bytes = Data((kept.joined(separator: "\n\n") + "\n\n").utf8)
        }
    }

    /// The second line of a checkpoint.
    private static func size(_ note: String) throws -> Int {
        let lines = note.split(separator: "\n")
        guard lines.count > 1, let size = Int(lines[1]) else {
            throw Failure("no checkpoint: \(note)")
        }
        return size
    }
}

extension TestGateway {
    /// Puts a kept state directory in the place of a stopped gateway's own.
    func put(state: String) throws {
        try FileManager.default.removeItem(atPath: home + "/var")
        try FileManager.default.copyItem(atPath: state, toPath: home + "/var")
    }
}
