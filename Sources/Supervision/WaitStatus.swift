import Glibc

/// What waitpid(2) says of a traced thread.
enum WaitStatus: Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// About to get a signal.
    case signal(Int32)
    /// Stopped together with its process by this signal, or (`SIGTRAP`) for the first time, or no longer.
    case stopped(Int32)
    case event(Event)
    /// None of these.
    case other

    /// Nothing of the thread is left.
    var isEnd: Bool {
        switch self {
        case .exited, .signalled: true
        case .signal, .stopped, .event, .other: false
        }
    }

    enum Event: Int32 {
        case fork = 1
        case vfork = 2
        case clone = 3
        case exec = 4
        case seccomp = 7
    }

    private static let stopEvent: Int32 = 128

    init(_ status: Int32) {
        let low = status & 0x7F
        if low == 0 {
            self = .exited(status >> 8 & 0xFF)
        } else if status & 0xFF != 0x7F {
            self = .signalled(low)
        } else {
            let (number, event) = (status >> 8 & 0xFF, status >> 16)
            switch event {
            case 0: self = .signal(number)
            case Self.stopEvent: self = .stopped(number)
            default: self = Event(rawValue: event).map { .event($0) } ?? .other
            }
        }
    }
}
