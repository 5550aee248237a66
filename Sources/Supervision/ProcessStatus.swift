import Glibc

/// What is needed of /proc/PID/status (proc(5)).
struct ProcessStatus: Equatable {
    /// The parent, in our namespace.
    var parent: pid_t = 0
    /// Its ID in the innermost namespace: its session's.
    var sessionID: pid_t = 0
    /// Sent and not delivered, blocked, ignored: bit 0 is signal 1.
    var pending: UInt64 = 0
    var blocked: UInt64 = 0
    var ignored: UInt64 = 0

    init(_ text: UnsafeRawBufferPointer) {
        for line in text.split(separator: UInt8(ascii: "\n")) {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            let value = line[(colon + 1)...].split { $0 == UInt8(ascii: "\t") || $0 == 32 }
            guard let last = value.last else { continue }
            switch line[..<colon] {
            case "PPid": parent = pid_t(Self.number(last, radix: 10))
            case "NSpid": sessionID = pid_t(Self.number(last, radix: 10))
            case "SigPnd", "ShdPnd": pending |= Self.number(last, radix: 16)
            case "SigBlk": blocked = Self.number(last, radix: 16)
            case "SigIgn": ignored = Self.number(last, radix: 16)
            default: break
            }
        }
    }

    /// A program that has not run has no handlers.
    var hasDeadlySignal: Bool {
        let deadly = [SIGHUP, SIGINT, SIGQUIT, SIGTERM].reduce(0 as UInt64) { $0 | 1 << ($1 - 1) }
        return pending & ~blocked & ~ignored & deadly != 0
    }

    private static func number(_ digits: Slice<UnsafeRawBufferPointer>, radix: UInt64) -> UInt64 {
        digits.reduce(0) { value, byte in
            let digit = byte <= UInt8(ascii: "9") ? byte &- 48 : (byte | 32) &- 87
            return value &* radix &+ UInt64(digit)
        }
    }
}

private func ~= (name: StaticString, word: Slice<UnsafeRawBufferPointer>) -> Bool {
    name.withUTF8Buffer { $0.elementsEqual(word) }
}
