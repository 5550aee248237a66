import Foundation

/// What a finished program said.
package struct Output: Sendable, CustomStringConvertible {
    package let status: Int32
    package let out: String
    package let err: String

    package var description: String { "status \(status)\n\(out)\n\(err)" }
}

/// A program that a test runs. Its environment is what the test says, and nothing of the caller's but PATH.
package struct Command: Sendable {
    package var program: String
    package var arguments: [String]
    package var environment: [String: String] = [:]
    package var input: String?

    package init(_ program: String, _ arguments: [String] = []) {
        self.program = program
        self.arguments = arguments
    }

    /// Runs it to its end, on a thread of its own.
    package func run() async throws -> Output {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try runToEnd() })
            }
        }
    }

    /// Runs it to its end on the calling thread; kills it after two minutes.
    package func runToEnd() throws -> Output {
        let running = try Conversation(self)
        if let input { running.send(input) }
        running.endInput()
        return running.finish()
    }

    /// `NAME=value` for all of its environment.
    fileprivate var variables: [String] {
        var all = environment
        all["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        if let inherited = ProcessInfo.processInfo.environment["PATH"] { all["PATH"] = inherited }
        all["LC_ALL"] = all["LC_ALL"] ?? "C.UTF-8"
        return all.map { "\($0.key)=\($0.value)" }
    }
}

/// A child with nothing of ours but its three pipes, no signal blocked or ignored. Foundation's `Process` hands
/// descriptors of other children on, so that a pipe into a server would never end.
private func spawn(_ command: Command, _ input: Int32, _ output: Int32, _ error: Int32) throws
    -> Int32
{
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (from, to) in [(input, 0), (output, 1), (error, 2)] {
        posix_spawn_file_actions_adddup2(&actions, from, Int32(to))
    }
    // Another test's file, open for writing at this moment, could not be run or freed for as long as the child lives.
    // What is not open is no error here; the lowest free numbers are given first, so few come above the highest.
    let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    let highest = open.compactMap { Int32($0) }.max() ?? 0
    for descriptor in 3..<highest + 256 {
        posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    var all = sigset_t()
    sigfillset(&all)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var arguments: [UnsafeMutablePointer<CChar>?] =
        ([command.program] + command.arguments).map { strdup($0) } + [nil]
    var variables: [UnsafeMutablePointer<CChar>?] = command.variables.map { strdup($0) } + [nil]
    defer { (arguments + variables).forEach { free($0) } }
    var identifier: pid_t = 0
    let code = posix_spawnp(
        &identifier, command.program, &actions, &attributes, &arguments, &variables)
    guard code == 0 else { throw Failure("\(command.program): \(String(cString: strerror(code)))") }
    return identifier
}

/// What comes next; `nil` at the end. A signal in between is nothing to stop at.
private func nextBytes(_ descriptor: Int32) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = read(descriptor, &bytes, bytes.count)
        if count > 0 { return Array(bytes[..<count]) }
        guard count < 0, errno == EINTR else { return nil }
    }
}

/// Both ends of a pipe, closed in every child that does not get them on purpose. Called under `spawning`.
private func makePipe() throws -> (read: Int32, write: Int32) {
    var ends: [Int32] = [0, 0]
    guard pipe(&ends) == 0 else { throw Failure("pipe: \(String(cString: strerror(errno)))") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    return (ends[0], ends[1])
}

/// One child at a time: none is made between another's pipes and their closing in children.
private let spawning = NSLock()

/// A program that a test talks with: it sends lines and waits for what it expects to read.
package final class Conversation: @unchecked Sendable {
    // Unchecked: everything mutable stands behind `condition`.
    private let condition = NSCondition()
    private var collected = ""
    private var errors = ""
    private var position: String.Index
    private var openStreams = 2
    private let input: FileHandle
    package let processIdentifier: Int32
    private var status: Int32?

    package init(_ command: Command) throws {
        position = collected.startIndex
        spawning.lock()
        defer { spawning.unlock() }
        let (inPipe, outPipe, errPipe) = (try makePipe(), try makePipe(), try makePipe())
        processIdentifier = try spawn(command, inPipe.read, outPipe.write, errPipe.write)
        for end in [inPipe.read, outPipe.write, errPipe.write] { close(end) }
        input = FileHandle(fileDescriptor: inPipe.write, closeOnDealloc: true)
        collect(FileHandle(fileDescriptor: outPipe.read, closeOnDealloc: true)) {
            $0.collected += $1
        }
        collect(FileHandle(fileDescriptor: errPipe.read, closeOnDealloc: true)) { $0.errors += $1 }
    }

    package func send(_ text: String) {
        signal(SIGPIPE, SIG_IGN)
        try? input.write(contentsOf: Data(text.utf8))
    }

    package func endInput() { try? input.close() }

    package func interrupt() { send(signal: SIGINT) }
    package func terminate() { send(signal: SIGTERM) }
    package func hangUp() { send(signal: SIGHUP) }
    package func killNow() { send(signal: SIGKILL) }

    /// Once it has been waited for, its number may be another process's.
    private func send(signal: Int32) {
        condition.lock()
        defer { condition.unlock() }
        if status == nil { kill(processIdentifier, signal) }
    }

    /// Waits until `text` stands in standard output or error behind what was read before; returns everything up to and
    /// with it, or `nil` when the program ended (or a minute went by) without saying it.
    @discardableResult
    package func expect(_ text: String, seconds: Double = 60) -> String? {
        condition.lock()
        defer { condition.unlock() }
        let deadline = Date(timeIntervalSinceNow: seconds)
        while true {
            if let found = collected.range(of: text, range: position..<collected.endIndex) {
                let said = String(collected[position..<found.upperBound])
                position = found.upperBound
                return said
            }
            if let found = errors.range(of: text) {
                let said = String(errors[..<found.upperBound])
                errors.removeSubrange(..<found.upperBound)
                return said
            }
            guard openStreams > 0, condition.wait(until: deadline) else { return nil }
        }
    }

    /// Waits until a whole line on either stream contains `text`; returns that line. Nothing is used up.
    package func line(containing text: String, seconds: Double = 60) -> String? {
        condition.lock()
        defer { condition.unlock() }
        let deadline = Date(timeIntervalSinceNow: seconds)
        while true {
            // The last piece is no whole line yet.
            let lines = [collected, errors].flatMap { $0.components(separatedBy: "\n").dropLast() }
            if let found = lines.last(where: { $0.contains(text) }) { return found }
            guard openStreams > 0, condition.wait(until: deadline) else { return nil }
        }
    }

    /// What was said so far and not yet expected, for a failure's message.
    package var rest: String {
        condition.lock()
        defer { condition.unlock() }
        return String(collected[position...]) + "\n" + errors
    }

    /// Waits for the end; kills the program after two minutes.
    @discardableResult
    package func finish() -> Output {
        condition.lock()
        let deadline = Date(timeIntervalSinceNow: 120)
        while openStreams > 0 {
            if !condition.wait(until: deadline) {
                kill(processIdentifier, SIGKILL)
                break
            }
        }
        if status == nil {
            var raw: Int32 = 0
            waitpid(processIdentifier, &raw, 0)
            status = raw & 0x7F == 0 ? raw >> 8 & 0xFF : 128 + raw & 0x7F
        }
        condition.unlock()
        return Output(status: status ?? -1, out: collected, err: errors)
    }

    private func collect(
        _ handle: FileHandle, _ keep: @escaping @Sendable (Conversation, String) -> Void
    ) {
        Thread.detachNewThread { [self] in
            var carried = Data()
            while true {
                guard let data = nextBytes(handle.fileDescriptor) else { break }
                carried += data
                // A character may be cut in two: what does not decode yet waits for the rest.
                let whole = String(data: carried, encoding: .utf8)
                guard whole != nil || carried.count > 1 << 16 else { continue }
                let text = whole ?? String(decoding: carried, as: UTF8.self)
                carried = Data()
                condition.lock()
                let offset = collected.distance(from: collected.startIndex, to: position)
                keep(self, text)
                position = collected.index(collected.startIndex, offsetBy: offset)
                condition.broadcast()
                condition.unlock()
            }
            condition.lock()
            openStreams -= 1
            condition.broadcast()
            condition.unlock()
        }
    }
}

package struct Failure: Error, CustomStringConvertible {
    package let description: String
    package init(_ description: String) { self.description = description }
}
