import Foundation
import Synchronization
import Vocabulary

@testable import Ledger

/// The ledger's files, real ones, with the weather of a world; it knows what a power cut would leave of them.
final class SimulatedDisk: Sendable {
    private struct State {
        /// Each file's bytes as of its last fsync.
        var synced: [String: [UInt8]] = [:]
        /// Files that were put in another's place before their bytes were durable.
        var hollow: Set<String> = []
        /// What files had before they were cut off, until that is durable too.
        var uncut: [String: [UInt8]] = [:]
        /// Names that are not durable yet, in order, with what was there before: they become durable in that order.
        var names: [(path: String, former: [UInt8]?)] = []
        var records: [LedgerRecord] = []
        var parsed: [String: Int] = [:]
        /// Files whose fsync failed once: later ones say that all is well, and what is lost stays lost.
        var unsynced: Set<String> = []
        var diesAfterWrite = false
        var hasReserve = true
    }

    let directory: String
    private let fate: Fate
    private let state = Mutex(State())

    init(directory: String, _ fate: Fate) {
        self.directory = directory
        self.fate = fate
    }

    var disk: Disk { Disk(before: { self.before($0) }, after: { self.after($0) }) }

    /// Every entry that has been fsynced, in the ledger's order.
    var records: [LedgerRecord] { state.withLock { $0.records } }

    // MARK: Calls

    private func before(_ call: DiskCall) -> DiskFault? {
        if fate.isDead { return .error(EIO) }
        if fate.moment() {
            guard case .write = call, fate.dice.chance(500) else { return .error(EIO) }
            fate.postpone()
            state.withLock { $0.diesAfterWrite = true }
            return .short(fate.dice.roll(1...200))
        }
        if let fault = weather(call) { return fault }
        note(call)
        return nil
    }

    private func weather(_ call: DiskCall) -> DiskFault? {
        let weather = fate.weather
        if weather.isFull, let fault = full(call) { return fault }
        guard fate.dice.chance(weather.disk) else {
            guard case .write = call, weather.disk > 0, fate.dice.chance(50) else { return nil }
            return .short(fate.dice.roll(1...200))
        }
        switch call {
        case .open: return fate.dice.pick([EMFILE, ENFILE, EIO, ENOSPC]).map { .error($0) }
        case .write, .allocate:
            return fate.dice.pick([ENOSPC, ENOSPC, EDQUOT, EIO]).map { .error($0) }
        case .synchronize(let path):
            state.withLock { _ = $0.unsynced.insert(path) }
            return .error(EIO)
        case .truncate, .rename, .remove: return .error(EIO)
        }
    }

    private func full(_ call: DiskCall) -> DiskFault? {
        switch call {
        case .allocate: return .error(ENOSPC)
        case .write:
            guard state.withLock({ $0.hasReserve }) else { return nil }
            return fate.dice.chance(500) ? .error(ENOSPC) : .short(fate.dice.roll(1...100))
        case .open, .synchronize, .truncate, .rename, .remove: return nil
        }
    }

    /// What is about to be lost from the file, if it is not lost after all.
    private func note(_ call: DiskCall) {
        switch call {
        case .truncate(let path):
            let bytes = contents(path)
            state.withLock { $0.uncut[path] = $0.uncut[path] ?? bytes }
        case .rename(let path):
            let former = fileExists(path) ? contents(path) : nil
            let source = path + ".tmp"
            let isHollow = fileExists(source) && contents(source) != synced(source)
            state.withLock { state in
                state.names.append((path, former))
                if isHollow { state.hollow.insert(path) } else { state.hollow.remove(path) }
            }
        case .open(let path):
            if path.hasSuffix(".tmp") { state.withLock { $0.synced[path] = nil } }
            if !fileExists(path) { state.withLock { $0.names.append((path, nil)) } }
        case .write, .synchronize, .remove, .allocate: break
        }
    }

    private func synced(_ path: String) -> [UInt8]? { state.withLock { $0.synced[path] } }

    private func after(_ call: DiskCall) {
        switch call {
        case .synchronize(directory):
            state.withLock { $0.names = [] }
        case .synchronize(let path): keep(path)
        case .allocate: state.withLock { $0.hasReserve = true }
        case .remove: state.withLock { $0.hasReserve = false }
        case .write:
            if state.withLock({ $0.diesAfterWrite }) { fate.die() }
        case .open, .truncate, .rename: break
        }
    }

    private func keep(_ path: String) {
        // What was durable before is still the same, or cut off.
        let known = min(synced(path)?.count ?? 0, byteCount(path))
        let more = contents(path, from: known)
        state.withLock { state in
            if state.unsynced.contains(path) { return }
            let lost = (state.synced[path]?.count ?? 0) - known
            state.synced[path]?.removeLast(lost)
            state.synced[path, default: []] += more
            state.uncut[path] = nil
            guard isSegment(path) else { return }
            let bytes = state.synced[path] ?? []
            var rest = bytes.dropFirst(state.parsed[path] ?? 0)
            while let end = rest.firstIndex(of: 0x0A) {
                if let record = LedgerRecord(line: Array(rest[..<end])) {
                    state.records.append(record)
                }
                rest = rest[(end + 1)...]
            }
            state.parsed[path] = rest.startIndex
        }
    }

    // MARK: Crashes

    /// A start has opened the ledger: of what was durable nothing may be gone.
    func checkReopened(_ world: World) {
        for (path, bytes) in state.withLock({ $0.synced })
        where isSegment(path) && !contents(path).starts(with: bytes) {
            world.fail("\(path) has lost entries that were durable")
        }
    }

    /// What the next start finds: all that was written, or after a power cut what was durable and perhaps more.
    func crash(withPower hasPower: Bool) {
        state.withLock { state in
            if !hasPower { cutPower(&state) }
            state.diesAfterWrite = false
            state.unsynced = []
            state.hollow = []
            state.uncut = [:]
            state.names = []
            state.hasReserve = true
        }
    }

    private func cutPower(_ state: inout State) {
        for path in Set(state.synced.keys).union(state.uncut.keys).sorted() {
            cut(path, uncut: state.uncut[path], keeping: state.synced[path]?.count ?? 0)
        }
        cutLeaves()
        for path in state.hollow.sorted() {
            let bytes = contents(path)
            try? Data(bytes.prefix(fate.dice.roll(0...bytes.count))).write(to: URL(filePath: path))
        }
        let kept = fate.dice.roll(0...state.names.count)
        for (path, former) in state.names[kept...].reversed() {
            if let former {
                try? Data(former).write(to: URL(filePath: path))
            } else {
                unlink(path)
                state.synced[path] = nil
                if state.parsed.removeValue(forKey: path) != nil { state.records = [] }
            }
        }
    }

    private func cut(_ path: String, uncut: [UInt8]?, keeping least: Int) {
        guard isSegment(path) || path.hasSuffix("/" + CheckpointFiles.all) else { return }
        var bytes = contents(path)
        if let uncut, fate.dice.chance(500) { bytes = uncut }
        guard bytes.count > least else { return }
        let some = fate.dice.roll(least...bytes.count)
        let count = fate.dice.pick([least, bytes.count, some]) ?? least
        try? Data(bytes.prefix(count)).write(to: URL(filePath: path))
    }

    private func cutLeaves() {
        let path = directory + "/" + HashFile.leaves
        var bytes = contents(path)
        let written = bytes.count
        bytes = Array(bytes.prefix(fate.dice.roll(0...written)))
        // Blocks that never came are zeroes; a block is many hashes.
        if fate.dice.chance(300) {
            bytes.removeLast(bytes.count % Digest.byteCount)
            let count = fate.dice.roll(0...(written - bytes.count))
            bytes += [UInt8](repeating: 0, count: count)
        }
        try? Data(bytes).write(to: URL(filePath: path))
    }
}

private func isSegment(_ path: String) -> Bool {
    path.contains("entries-") && path.hasSuffix(".jsonl")
}

private func byteCount(_ path: String) -> Int {
    var status = stat()
    return stat(path, &status) == 0 ? Int(status.st_size) : 0
}

/// A file's bytes from `start` on; none when there is no such file.
func contents(_ path: String, from start: Int = 0) -> [UInt8] {
    guard let file = FileHandle(forReadingAtPath: path),
        (try? file.seek(toOffset: UInt64(start))) != nil
    else { return [] }
    return (try? file.readToEnd()).map(Array.init) ?? []
}
