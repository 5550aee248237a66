import TestKit
import Testing
import Vocabulary

@testable import Docker
@testable import Gateway

/// What many calls of containers may take of the gateway together.
@Suite("Room for what containers' clients make")
struct ContainerRoomTests {
    private let alice: PrincipalName
    private let bob: PrincipalName
    private let most = GatewayLimits.spoolBytesPerPrincipalMax

    init() throws {
        alice = try #require(PrincipalName("alice"))
        bob = try #require(PrincipalName("bob"))
    }

    // MARK: Contexts on disk

    @Test("contexts take so much of the disk and no more: of one principal, and of all")
    func spoolRoom() throws {
        let room = SpoolRoom()
        #expect(room.take(most - 1, of: alice))
        #expect(!room.take(2, of: alice))
        #expect(room.take(1, of: alice))
        #expect(!room.take(1, of: alice))
        var taken = most
        for number in 0... {
            let name = try #require(PrincipalName("agent-\(number)"))
            guard room.take(most, of: name) else { break }
            taken += most
        }
        #expect(taken <= GatewayLimits.spoolBytesMax)
        #expect(taken + most > GatewayLimits.spoolBytesMax)
        room.give(most, of: alice)
        #expect(room.take(most, of: bob))
        #expect(!room.take(most, of: alice))
    }

    @Test("a context that finds no room is not kept, and gives what it took back when it goes")
    func spool() throws {
        let directory = try ScratchDirectory()
        let room = SpoolRoom()
        #expect(room.take(most - 10, of: alice))
        do {
            let spool = try ContextSpool(in: directory.path, room: room, of: alice)
            try append(8, to: spool)
            #expect(throws: GatewayError.self) { try append(3, to: spool) }
            try append(2, to: spool)
            #expect(!room.take(1, of: alice))
            let other = try ContextSpool(in: directory.path, room: room, of: bob)
            try append(100, to: other)
            #expect(spool.byteCount == 10 && other.byteCount == 100)
        }
        #expect(room.take(10, of: alice))
        #expect(!room.take(1, of: alice))
        #expect(room.take(most, of: bob))
    }

    private func append(_ count: Int, to spool: ContextSpool) throws {
        try [UInt8](repeating: 1, count: count).withUnsafeBytes { try spool.append($0) }
    }

    // MARK: What was judged

    private func remember(
        _ name: String, byteCount: Int, in table: JudgedObjectTable,
        labels: [String: AttributeValue] = [:], under footing: Footing = Footing()
    ) {
        // A word is kept twice: as it is shown, and as rules match it.
        let word = String(repeating: "x", count: byteCount / 2)
        table.remember(
            name,
            .exec(
                JudgedExec(
                    container: name, isTerminal: false, command: [word],
                    effect: Effect(.containerExec, .none, attributes: labels))),
            of: alice, under: footing)
    }

    @Test("of commands with long words the newest are known, and they take no more than they may")
    func longCommands() {
        let table = JudgedObjectTable()
        let names = (0..<60).map { "exec-\($0)" }
        for name in names { remember(name, byteCount: 200_000, in: table) }
        let known = table.judged(for: alice, under: Footing()).execs
        let room = GatewayLimits.judgedBytesMax / 200_000
        #expect(Set(known.keys) == Set(names.suffix(room)))
        // What has started makes room.
        #expect(table.start("exec-59", of: alice))
        remember("last", byteCount: 200_000, in: table)
        let later = table.judged(for: alice, under: Footing()).execs
        #expect(Set(later.keys) == Set(names.suffix(room).dropLast() + ["last"]))
    }

    @Test("a command is there to be started once, for who made it and under the same policies")
    func once() {
        let table = JudgedObjectTable()
        remember("exec", byteCount: 4, in: table)
        #expect(table.judged(for: bob, under: Footing()).execs.isEmpty)
        #expect(table.judged(for: alice, under: Footing(policies: 1)).execs.isEmpty)
        #expect(!table.start("exec", of: bob))
        #expect(table.start("exec", of: alice))
        #expect(!table.start("exec", of: alice))
        // Its client goes on to ask how it ended.
        #expect(table.judged(for: alice, under: Footing()).execs["exec"]?.hasStarted == true)
    }

    @Test("the labels of a command's container take room as its words do")
    func manyLabels() {
        let table = JudgedObjectTable()
        let labels = ["label.long": AttributeValue.text(String(repeating: "x", count: 1 << 20))]
        for number in 0..<8 {
            remember("exec-\(number)", byteCount: 2, in: table, labels: labels)
        }
        let room = GatewayLimits.judgedBytesMax >> 20
        #expect(table.judged(for: alice, under: Footing()).execs.count == room - 1)
    }

    @Test(
        "what was judged under older policies, or with the groups of before, is not known any more",
        arguments: [Footing(policies: 1), Footing(directory: 1)])
    func newFooting(footing: Footing) {
        let table = JudgedObjectTable()
        remember("before", byteCount: 4, in: table)
        remember("after", byteCount: 4, in: table, under: footing)
        // The engine's answer to what was judged before comes late.
        remember("late", byteCount: 4, in: table)
        #expect(Array(table.judged(for: alice, under: footing).execs.keys) == ["after"])
        #expect(table.judged(for: alice, under: Footing()).execs.isEmpty)
    }

    @Test("one that is too long to be known is not, and does not stay in the way")
    func tooLong() {
        let table = JudgedObjectTable()
        remember("long", byteCount: GatewayLimits.judgedBytesMax + 2, in: table)
        #expect(table.judged(for: alice, under: Footing()).execs.isEmpty)
        remember("short", byteCount: 4, in: table)
        #expect(Array(table.judged(for: alice, under: Footing()).execs.keys) == ["short"])
    }
}
