/// The programs of one session that wait for their answer, and the memory that they take.
public struct UndecidedPrograms: Sendable {
    private var bytes: [UInt64: Int] = [:]
    /// Of all of them.
    public private(set) var byteCount = 0

    public init() {}

    /// False where there is no room for it: then it is not among them. Of one that is it is true. A program alone always has
    /// room.
    ///
    /// - Parameter textBytes: of texts that are made of its words and kept as long.
    public mutating func add(_ program: ProgramStart, textBytes: Int = 0) -> Bool {
        guard bytes[program.number] == nil else { return true }
        let wanted = program.memoryBytes + textBytes
        guard bytes.isEmpty || byteCount + wanted <= ShellLimits.undecidedBytesMax else {
            return false
        }
        bytes[program.number] = wanted
        byteCount += wanted
        return true
    }

    /// Nothing for one that is not among them.
    public mutating func remove(_ program: UInt64) {
        byteCount -= bytes.removeValue(forKey: program) ?? 0
    }
}

extension ProgramStart {
    /// About what it takes as a value: each word has an array of its own.
    var memoryBytes: Int {
        [arguments, environment].joined().reduce(0) { $0 + $1.count + ShellLimits.wordMemoryBytes }
    }
}
