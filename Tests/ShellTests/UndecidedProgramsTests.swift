import Testing

@testable import Shell

@Suite("Programs that wait for their answers")
struct UndecidedProgramsTests {
    private func program(_ number: UInt64, bytes: Int = 0, words: Int = 0) -> ProgramStart {
        ProgramStart(
            number: number, parent: 0, isMain: false,
            executable: ProgramFile(path: [], isVerified: true, mode: 0o755),
            arguments: Array(repeating: [], count: words),
            environment: bytes == 0 ? [] : [[UInt8](repeating: 0x78, count: bytes)],
            directory: [], userID: 1, groupID: 1)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Bytes and words of each, in the order in which they come.
        let programs: [(bytes: Int, words: Int)]
        let fits: [Bool]
    }

    static let most = ShellLimits.undecidedBytesMax
    static let word = ShellLimits.wordMemoryBytes
    static let cases = [
        Case(
            testDescription: "one alone, however large", programs: [(most * 2, 0)], fits: [true]),
        Case(
            testDescription: "as much as there is room for, and one byte more",
            programs: [(most / 2 - word, 0), (most / 2 - word, 0), (0, 1)],
            fits: [true, true, false]),
        Case(
            testDescription: "a smaller one where a larger one does not fit",
            programs: [(most / 2, 0), (most / 2, 0), (1, 0)], fits: [true, false, true]),
        Case(
            testDescription: "words without a byte count as well",
            programs: [(0, most / word), (0, 1)], fits: [true, false]),
    ]

    @Test("have room up to the limit", arguments: cases)
    func room(_ row: Case) {
        var undecided = UndecidedPrograms()
        for (index, size) in row.programs.enumerated() {
            let program = program(UInt64(index + 1), bytes: size.bytes, words: size.words)
            let fits = undecided.add(program)
            #expect(fits == row.fits[index], "\(index)")
            // The same again changes nothing.
            let before = undecided.byteCount
            let again = undecided.add(program)
            #expect(again == fits && undecided.byteCount == before)
        }
        for index in row.programs.indices { undecided.remove(UInt64(index + 1)) }
        undecided.remove(99)
        #expect(undecided.byteCount == 0)
        let hasRoom = undecided.add(program(100, bytes: Self.most - Self.word))
        #expect(hasRoom)
    }

    @Test("threat 34: texts that are made of words, and kept as long, count too")
    func texts() {
        var undecided = UndecidedPrograms()
        let first = undecided.add(program(1, bytes: 1), textBytes: Self.most - Self.word - 1)
        #expect(first && undecided.byteCount == Self.most)
        let second = undecided.add(program(2))
        #expect(second)
        let third = undecided.add(program(3), textBytes: 1)
        #expect(!third)
        undecided.remove(1)
        #expect(undecided.byteCount == 0)
    }
}
