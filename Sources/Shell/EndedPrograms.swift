/// What the session's newest ended programs were: children that they left behind may still start others.
public struct EndedPrograms: Sendable {
    private var paths: [UInt64: [UInt8]] = [:]
    /// Their numbers, the oldest first, from `first` on.
    private var order: [UInt64] = []
    private var first = 0
    private var byteCount = 0

    public init() {}

    public func path(of program: UInt64) -> [UInt8]? { paths[program] }

    /// Forgets the oldest where there are too many.
    public mutating func add(_ program: UInt64, path: [UInt8]) {
        guard paths[program] == nil else { return }
        paths[program] = path
        order.append(program)
        byteCount += path.count
        while order.count - first > ShellLimits.endedProgramsMax
            || byteCount > ShellLimits.endedPathBytesMax
        {
            byteCount -= paths.removeValue(forKey: order[first])?.count ?? 0
            first += 1
        }
        if first > order.count / 2 {
            order.removeFirst(first)
            first = 0
        }
    }
}
