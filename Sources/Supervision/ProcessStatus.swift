import Glibc

/// What is needed of /proc/PID/status (proc(5)).
struct ProcessStatus: Equatable {
    /// The parent, in our namespace.
    var parent: pid_t = 0
    /// Sent and not delivered, blocked, ignored: bit 0 is signal 1.
    var pending: UInt64 = 0
    var blocked: UInt64 = 0
    var ignored: UInt64 = 0

    init(_ text: UnsafeRawBufferPointer) {
        var rest = text[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")) ?? rest.endIndex
            read(UnsafeRawBufferPointer(rebasing: rest[..<end]))
            rest = rest[min(end + 1, rest.endIndex)...]
        }
    }

    private mutating func read(_ line: UnsafeRawBufferPointer) {
        if let value = Self.last(line, "PPid:", radix: 10) {
            parent = pid_t(truncatingIfNeeded: value)
        }
        if let value = Self.last(line, "SigPnd:", radix: 16) { pending |= value }
        if let value = Self.last(line, "ShdPnd:", radix: 16) { pending |= value }
        if let value = Self.last(line, "SigBlk:", radix: 16) { blocked = value }
        if let value = Self.last(line, "SigIgn:", radix: 16) { ignored = value }
    }

    /// The first signal that it will die of once it goes on, of HUP, INT, QUIT and TERM: the kernel delivers the lowest
    /// first. A program that has not run has no handlers.
    var deadlySignal: Int32? {
        let coming = pending & ~blocked & ~ignored
        return [SIGHUP, SIGINT, SIGQUIT, SIGTERM].first { coming & 1 << UInt64($0 - 1) != 0 }
    }

    /// The last number of the line that `name` begins; `nil` for another line.
    private static func last(_ line: UnsafeRawBufferPointer, _ name: StaticString, radix: UInt64)
        -> UInt64?
    {
        let count = name.utf8CodeUnitCount
        guard let start = line.baseAddress, line.count > count,
            memcmp(start, name.utf8Start, count) == 0
        else { return nil }
        var value: UInt64 = 0
        for byte in line[count...] {
            if byte == UInt8(ascii: "\t") || byte == UInt8(ascii: " ") {
                value = 0
            } else {
                let digit = byte <= UInt8(ascii: "9") ? byte &- 48 : (byte | 32) &- 87
                value = value &* radix &+ UInt64(digit)
            }
        }
        return value
    }
}
