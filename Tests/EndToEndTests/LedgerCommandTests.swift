import Foundation
import TestKit
import Testing

/// `sallyport ledger` over what a real story left behind: each case changes a copy of the files, and says what the
/// command has to name.
@Suite("The ledger's commands", .serialized, .realParts, ToldStory())
struct LedgerCommandTests {
    struct Tampering: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What must stand in the first finding.
        let named: String
        let change: @Sendable (StateCopy) throws -> Void

        init(
            _ name: String, named: String, _ change: @escaping @Sendable (StateCopy) throws -> Void
        ) {
            testDescription = name
            self.named = named
            self.change = change
        }
    }

    static let tamperings: [Tampering] = [
        .init("the first entry deleted", named: "entry 1 stands where entry 0 should be") {
            try $0.editEntries { $0.removeFirst() }
        },
        .init("a middle entry deleted", named: "entry 6 stands where entry 5 should be") {
            try $0.editEntries { $0.remove(at: 5) }
        },
        .init("the last entry deleted", named: "the ledger ends there") {
            try $0.editEntries { $0.removeLast() }
        },
        .init("two entries swapped", named: "entry 5 stands where entry 4 should be") {
            try $0.editEntries { $0.swapAt(4, 5) }
        },
        .init("one byte of an entry flipped", named: "altered") {
            try $0.flip("ledger/entries-000001.jsonl")
        },
        .init("one byte of the checkpoint flipped", named: "checkpoint: it is") {
            try $0.flip("ledger/checkpoint")
        },
        .init("one byte of the list of checkpoints flipped", named: "checkpoints: note") {
            try $0.flip("ledger/checkpoints")
        },
        .init("one byte of a recording flipped", named: "is not the one that was entered") {
            try $0.flip($0.recordings[0])
        },
        .init("a recording cut", named: "a chunk is cut off") {
            try $0.edit($0.recordings[0]) { $0.removeLast($0.count / 2) }
        },
        .init("a recording emptied", named: "is not the one that was entered") {
            try $0.edit($0.recordings[0]) { $0 = Data() }
        },
        .init("something put behind a recording's end", named: "is not the one that was entered") {
            try $0.edit($0.recordings[0]) { $0 += $0.suffix(40) }
        },
        .init("a recording deleted", named: "is missing") {
            try FileManager.default.removeItem(atPath: $0.file($0.recordings[1]))
        },
        .init("another session's recording in its place", named: "is not the one that was entered")
        { copy in
            let (one, other) = (copy.recordings[0], copy.recordings[1])
            let bytes = try copy.bytes(one)
            try copy.bytes(other).write(to: URL(fileURLWithPath: copy.file(one)))
            try bytes.write(to: URL(fileURLWithPath: copy.file(other)))
        },
    ]

    @Test(
        "threat 26: `ledger verify` names what was done to the files, and ends with 1",
        arguments: tamperings)
    func tampered(_ tampering: Tampering) async throws {
        let story = try #require(ToldStory.current)
        let copy = try StateCopy(story.after)
        let sound = try await verify(copy, seen: [story.lateCheckpoint])
        #expect(sound.status == 0 && sound.out.contains("complete up to entry"), "\(sound)")
        try tampering.change(copy)
        // Neither the earlier checkpoint nor the pinned key is needed for these.
        for seen in [[], [story.lateCheckpoint]] {
            let said = try await verify(copy, seen: seen)
            #expect(said.status == 1 && said.out.contains("NOT what was written"), "\(said)")
            let first = said.out.split(separator: "\n").first ?? ""
            #expect(first.hasPrefix("wrong  ") && first.contains(tampering.named), "\(said)")
        }
    }

    @Test("threat 26: without an earlier checkpoint the words are \"completeness not proven\"")
    func notProven() async throws {
        let story = try #require(ToldStory.current)
        let said = try await verify(try StateCopy(story.after), seen: [])
        #expect(said.status == 0 && said.out.contains("completeness not proven"), "\(said)")
        #expect(!said.out.contains("complete up to"), "\(said)")
    }

    @Test("threat 26: an older copy put back is sound in itself, and an earlier checkpoint tells")
    func olderCopy() async throws {
        let story = try #require(ToldStory.current)
        let copy = try StateCopy(story.before)
        #expect(try await verify(copy, seen: []).status == 0)
        #expect(try await verify(copy, seen: [story.earlyCheckpoint]).status == 0)
        for seen in [
            [story.lateCheckpoint], [story.earlyCheckpoint, story.lateCheckpoint],
        ] {
            let said = try await verify(copy, seen: seen)
            #expect(said.status == 1, "\(said)")
            #expect(said.out.contains("a signed checkpoint that was seen earlier has"), "\(said)")
        }
    }

    @Test("threat 26: a tail cut off with all its traces is found by an earlier checkpoint alone")
    func truncatedTail() async throws {
        let story = try #require(ToldStory.current)
        let copy = try StateCopy(story.after)
        try copy.cutBack(toThatOf: story.earlyCheckpoint)
        let alone = try await verify(copy, seen: [])
        #expect(alone.status == 0 && alone.out.contains("completeness not proven"), "\(alone)")
        let said = try await verify(copy, seen: [story.lateCheckpoint])
        #expect(said.status == 1, "\(said)")
        #expect(said.out.contains("a signed checkpoint that was seen earlier has"), "\(said)")
    }

    @Test("a consent by a key that is not pinned is named, and so is one pinned for another person")
    func unpinnedKey() async throws {
        let story = try #require(ToldStory.current)
        let copy = try StateCopy(story.after)
        let pinned = try String(contentsOfFile: story.signers, encoding: .utf8)
        let withoutBob = pinned.split(separator: "\n").filter { !$0.hasPrefix("bob ") }
        let asCarol = pinned.replacingOccurrences(of: "bob ", with: "carol ")
        for signers in ["", withoutBob.joined(separator: "\n") + "\n", asCarol] {
            let file = copy.file("signers")
            try signers.write(toFile: file, atomically: true, encoding: .utf8)
            let said = try await verify(copy, seen: [], signers: file)
            #expect(said.status == 1, "\(said)")
            #expect(said.out.contains("is not signed by a pinned key of `bob`"), "\(said)")
        }
        let unasked = try await story.gateway.person(
            "bob", ["ledger", "verify", "--dir", copy.ledger])
        #expect(unasked.out.contains("1 consents were not checked"), "\(unasked)")
    }

    @Test("`ledger tail` and `ledger export` are for those who watch over the ledger")
    func exported() async throws {
        let story = try #require(ToldStory.current)
        let gateway = story.gateway
        let tail = try await gateway.person("carol", ["ledger", "tail", "--lines", "3"])
        #expect(tail.status == 0, "\(tail)")
        let lines = tail.out.split(separator: "\n")
        #expect(lines.count == 3 && lines.allSatisfy { $0.contains("\"kind\":") }, "\(tail)")
        let copy = gateway.directory.file("exported")
        for command in [["tail"], ["export", "--to", copy]] {
            let refused = try await gateway.person("bob", ["ledger"] + command)
            #expect(refused.status == 1, "\(refused)")
            #expect(refused.err.contains("group `security`"), "\(refused)")
        }
        let export = try await gateway.person("carol", ["ledger", "export", "--to", copy])
        #expect(export.status == 0, "\(export)")
        let verify = [
            "ledger", "verify", "--dir", copy, "--keys", story.signers, "--checkpoint",
            story.lateCheckpoint,
        ]
        let said = try await gateway.person("carol", verify)
        #expect(said.status == 0 && said.out.contains("complete up to entry"), "\(said)")
        #expect(said.out.contains("recordings were not checked: an export has none"), "\(said)")
        let with = try await gateway.person(
            "carol", verify + ["--recordings", story.after + "/recordings"])
        #expect(with.status == 0 && !with.out.contains("not checked"), "\(with)")
        let elsewhere = try await gateway.person(
            "carol", verify + ["--recordings", gateway.directory.file("nowhere")])
        #expect(elsewhere.status == 1, "\(elsewhere)")
        for name in try FileManager.default.contentsOfDirectory(atPath: copy) {
            let attributes = try FileManager.default.attributesOfItem(atPath: copy + "/" + name)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(name)")
        }
        let again = try await gateway.person("carol", ["ledger", "export", "--to", copy])
        #expect(again.status == 1 && again.err.contains("cannot be made"), "\(again)")
    }

    @Test("threat 26: a gateway rolled back to an older copy is refused by whoever saw a newer one")
    func rolledBack() async throws {
        let story = try #require(ToldStory.current)
        let gateway = story.gateway
        let good = try await gateway.person("bob", ["ledger", "verify"])
        #expect(good.status == 0 && good.out.contains("continues everything"), "\(good)")
        #expect(gateway.drain().status == 0)
        try gateway.put(state: story.before)
        try gateway.restart()
        for command in [["ledger", "verify"], ["targets"], ["holds"]] {
            let said = try await gateway.person("bob", command)
            #expect(said.status == 1, "\(said)")
            #expect(said.err.contains("fewer than the"), "\(said)")
            #expect(said.err.contains("keep your checkpoint as evidence"), "\(said)")
        }
        #expect(gateway.drain().status == 0)
        try gateway.put(state: story.after)
        try gateway.restart()
    }

    private func verify(
        _ copy: StateCopy, seen: [String], signers: String? = nil
    ) async throws -> Output {
        let story = try #require(ToldStory.current)
        return try await story.gateway.person(
            "bob",
            ["ledger", "verify", "--dir", copy.ledger, "--keys", signers ?? story.signers]
                + seen.flatMap { ["--checkpoint", $0] })
    }
}
