import Glibc

/// What the kernel says of a child or tracee.
struct Stop: Equatable {
    var task: pid_t
    var status: WaitStatus
}

/// What was read from the kernel and not looked at yet, in that order, in memory that stays. A task that has stopped and was
/// not let go changes only when it is killed, or replaced: a thread that becomes a program gets its process's ID from the one
/// that has it. So what it had stopped for is dropped then: to let that go on would let the new program run. As long as the
/// change was not read, the kernel itself does not let a replaced one go on (Linux 5.13).
struct StopQueue {
    private var stops: [Stop?] = []
    private var taken = 0
    /// Where a task's last state is.
    private var places: [pid_t: Int] = [:]
    private var ends: [pid_t: Int] = [:]

    mutating func add(_ stop: Stop) {
        if let place = places[stop.task], stops[place]?.status.isEnd == false { stops[place] = nil }
        if stop.status.isEnd { ends[stop.task, default: 0] += 1 }
        places[stop.task] = stops.count
        stops.append(stop)
    }

    mutating func take() -> Stop? {
        while taken < stops.count {
            let place = taken
            let stop = stops[place]
            taken += 1
            if taken == stops.count {
                stops.removeAll(keepingCapacity: true)
                taken = 0
            }
            guard let stop else { continue }
            if places[stop.task] == place { places[stop.task] = nil }
            if stop.status.isEnd, let count = ends[stop.task] {
                ends[stop.task] = count > 1 ? count - 1 : nil
            }
            return stop
        }
        return nil
    }

    /// Its end was read and not looked at yet: its number may be another's.
    func hasEnd(of task: pid_t) -> Bool { ends[task] != nil }
}
