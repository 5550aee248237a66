import CGlibc
import Glibc

/// epoll(7) for one thread: descriptors, and which of them are ready.
final class Poller {
    struct Interest: OptionSet {
        let rawValue: UInt32
        static let read = Interest(rawValue: UInt32(POLLIN))
        static let write = Interest(rawValue: UInt32(POLLOUT))
    }

    struct Ready {
        let descriptor: Int32
        let canRead: Bool
        let canWrite: Bool
    }

    private let descriptor: Int32
    private var interests: [Int32: Interest] = [:]
    private var events = [epoll_event](repeating: epoll_event(), count: 64)

    init() throws(RunnerError) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { throw .system("epoll_create1", errno) }
    }

    deinit { close(descriptor) }

    /// Watches `file` for this from now on; for nothing: it is forgotten.
    func set(_ file: Int32, _ interest: Interest) {
        let known = interests[file]
        guard known != (interest.isEmpty ? nil : interest) else { return }
        var event = epoll_event()
        event.events = interest.rawValue
        event.data.fd = file
        if interest.isEmpty {
            interests[file] = nil
            epoll_ctl(descriptor, EPOLL_CTL_DEL, file, &event)
        } else {
            interests[file] = interest
            epoll_ctl(descriptor, known == nil ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, file, &event)
        }
    }

    /// Waits until something is ready, or for `milliseconds` (-1: for ever).
    func wait(milliseconds: Int32) -> [Ready] {
        let count = epoll_wait(descriptor, &events, Int32(events.count), milliseconds)
        guard count > 0 else { return [] }
        return events[..<Int(count)].map { event in
            let failed = event.events & UInt32(POLLHUP | POLLERR) != 0
            return Ready(
                descriptor: event.data.fd,
                canRead: failed || event.events & UInt32(POLLIN) != 0,
                canWrite: failed || event.events & UInt32(POLLOUT) != 0)
        }
    }
}
