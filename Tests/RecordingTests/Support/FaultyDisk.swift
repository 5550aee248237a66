import Glibc
import Store
import Synchronization

@testable import Recording

/// A real directory behind a disk that fails at one call, or dies there as a killed process does.
final class FaultyDisk: RecordingDisk {
    enum Fault: Hashable {
        /// The call does nothing and fails so.
        case fails(Int32)
        /// A write takes only half of its bytes, and says so.
        case short
        /// The call is done and fails all the same.
        case failsBehind
        /// The process is killed before the call, half way through a write, or right behind it.
        case diesBefore, diesHalfway, diesBehind
    }

    private struct State {
        var calls = 0
        var isDead = false
        var log: [String] = []
        var faults: [Int: Fault] = [:]
        var permanent: [String: Int32] = [:]
    }

    private let disk = SystemDisk()
    private let state = Mutex(State())

    /// Calls that change something are counted from 0.
    init(_ faults: [Int: Fault] = [:]) { state.withLock { $0.faults = faults } }

    var calls: Int { state.withLock { $0.calls } }
    var isDead: Bool { state.withLock { $0.isDead } }
    var log: [String] { state.withLock { $0.log } }

    /// The next call that changes something gets this fault.
    func failNext(_ fault: Fault) { state.withLock { $0.faults[$0.calls] = fault } }

    /// Every call of this name fails so; `nil` ends that.
    func fail(_ operation: String, _ code: Int32?) {
        state.withLock { $0.permanent[operation] = code }
    }

    private func fault(_ operation: String) throws(DiskError) -> Fault? {
        let fault: Fault? = state.withLock { state in
            if state.isDead { return .fails(EIO) }
            state.log.append(operation)
            defer { state.calls += 1 }
            // The one that was asked for comes first: a call that fails anyway must not use it up.
            let fault = state.faults[state.calls]
            switch fault {
            case .diesBefore, .diesHalfway, .diesBehind: state.isDead = true
            case .fails, .short, .failsBehind: break
            case .none: return state.permanent[operation].map { .fails($0) }
            }
            return fault
        }
        switch fault {
        case .fails(let code): throw DiskError(operation: operation, code: code)
        case .diesBefore: throw DiskError(operation: operation, code: EIO)
        case .short, .failsBehind, .diesHalfway, .diesBehind, .none: return fault
        }
    }

    /// What a call does that has no halves.
    private func whole(_ operation: String, _ work: () throws(DiskError) -> Void) throws(DiskError)
    {
        let fault = try fault(operation)
        if fault == .diesHalfway { throw DiskError(operation: operation, code: EIO) }
        try work()
        if fault == .diesBehind || fault == .failsBehind {
            throw DiskError(operation: operation, code: EIO)
        }
    }

    private func written(
        _ operation: String, _ bytes: UnsafeRawBufferPointer,
        _ write: (UnsafeRawBufferPointer) throws(DiskError) -> Int
    ) throws(DiskError) -> Int {
        let fault = try fault(operation)
        let isHalf = fault == .short || fault == .diesHalfway
        let part = isHalf ? UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]) : bytes
        let count = try write(part)
        if isDead || fault == .failsBehind {
            throw DiskError(operation: operation, code: EIO)
        }
        return count
    }

    func makeDirectory(_ path: String) throws(DiskError) { try disk.makeDirectory(path) }
    func names(in directory: String) throws(DiskError) -> [String] { try disk.names(in: directory) }
    func exists(_ path: String) -> Bool { disk.exists(path) }
    func close(_ descriptor: Int32) { disk.close(descriptor) }
    func lock(_ descriptor: Int32) throws(DiskError) -> Bool { try disk.lock(descriptor) }
    func length(_ descriptor: Int32) throws(DiskError) -> Int64 { try disk.length(descriptor) }

    func open(_ path: String, _ mode: OpenMode) throws(DiskError) -> Int32 {
        if mode == .read { return try disk.open(path, mode) }
        let fault = try fault("open")
        if fault == .diesHalfway { throw DiskError(operation: "open", code: EIO) }
        let descriptor = try disk.open(path, mode)
        guard fault == .diesBehind else { return descriptor }
        disk.close(descriptor)
        throw DiskError(operation: "open", code: EIO)
    }

    func append(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) throws(DiskError) -> Int {
        try written("append", bytes) { (part) throws(DiskError) in
            try disk.append(part, to: descriptor)
        }
    }

    func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32, at offset: Int64)
        throws(DiskError) -> Int
    {
        try written("write", bytes) { (part) throws(DiskError) in
            try disk.write(part, to: descriptor, at: offset)
        }
    }

    func read(_ descriptor: Int32, at offset: Int64, into bytes: UnsafeMutableRawBufferPointer)
        throws(DiskError) -> Int
    {
        // As the kernel may: fewer bytes than asked for.
        let part = bytes.count > 7 ? bytes.count - 3 : bytes.count
        return try disk.read(
            descriptor, at: offset, into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<part]))
    }

    func truncate(_ descriptor: Int32, to length: Int64) throws(DiskError) {
        try whole("truncate") { () throws(DiskError) in try disk.truncate(descriptor, to: length) }
    }

    func synchronize(_ descriptor: Int32) throws(DiskError) {
        try whole("sync") { () throws(DiskError) in try disk.synchronize(descriptor) }
    }

    func allocate(_ descriptor: Int32, _ bytes: Int64) throws(DiskError) {
        try whole("allocate") { () throws(DiskError) in try disk.allocate(descriptor, bytes) }
    }

    func remove(_ path: String) throws(DiskError) {
        try whole("remove") { () throws(DiskError) in try disk.remove(path) }
    }
}

/// A store that a killed process does not write to any more, and that can be lost.
final class FaultyStore: Database {
    private let database: any Database
    private let isLost: @Sendable () -> Bool

    init(_ database: any Database, isLost: @escaping @Sendable () -> Bool) {
        self.database = database
        self.isLost = isLost
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any Statements) throws -> Value
    ) async throws -> Value {
        if isLost() { throw StoreError.closed }
        return try await database.read(body)
    }

    func write<Value: Sendable>(
        _ body: @escaping @Sendable (any Statements) throws -> Value
    ) async throws -> Value {
        if isLost() { throw StoreError.closed }
        return try await database.write(body)
    }
}
