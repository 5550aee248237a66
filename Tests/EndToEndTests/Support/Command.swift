import Foundation

/// What a finished program said.
struct Output: Sendable, CustomStringConvertible {
    let status: Int32
    let out: String
    let err: String

    var description: String { "status \(status)\n\(out)\n\(err)" }
}

/// A program that a test runs. Its environment is what the test says, and nothing of the caller's but PATH.
struct Command: Sendable {
    var program: String
    var arguments: [String]
    var environment: [String: String] = [:]
    var directory: String?
    var input: String?

    init(_ program: String, _ arguments: [String] = []) {
        self.program = program
        self.arguments = arguments
    }

    /// Runs it to its end, on a thread of its own.
    func run() async throws -> Output {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(with: Result { try runToEnd() })
            }
        }
    }

    /// Runs it to its end on the calling thread; kills it after two minutes.
    func runToEnd() throws -> Output {
        let running = try Conversation(self)
        if let input { running.send(input) }
        running.endInput()
        return running.finish()
    }

    func process() -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["perl", "-MPOSIX", "-e", becoming, program] + arguments
        var variables = environment
        variables["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        variables["LC_ALL"] = variables["LC_ALL"] ?? "C.UTF-8"
        if let inherited = ProcessInfo.processInfo.environment["PATH"] { variables["PATH"] = inherited }
        process.environment = variables
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        return process
    }
}

/// Becomes the program with no descriptor of ours but the first three (another program's pipe that stays open in a
/// server would never end, nor would Foundation learn of an exit) and with no signal blocked.
private let becoming = """
    sigprocmask(SIG_SETMASK, POSIX::SigSet->new); POSIX::close($_) for 3..255; exec @ARGV or exit 127
    """

/// A program that a test talks with: it sends lines and waits for what it expects to read.
final class Conversation: @unchecked Sendable {
    // Unchecked: everything mutable stands behind `condition`.
    private let condition = NSCondition()
    private var collected = ""
    private var errors = ""
    private var position: String.Index
    private var openStreams = 2
    private let process: Process
    private let inputPipe = Pipe()

    init(_ command: Command) throws {
        position = collected.startIndex
        process = command.process()
        let outPipe = Pipe()
        let errPipe = Pipe()
        process.standardInput = inputPipe
        process.standardOutput = outPipe
        process.standardError = errPipe
        try process.run()
        collect(outPipe.fileHandleForReading) { $0.collected += $1 }
        collect(errPipe.fileHandleForReading) { $0.errors += $1 }
    }

    var processIdentifier: Int32 { process.processIdentifier }

    func send(_ text: String) {
        signal(SIGPIPE, SIG_IGN)
        try? inputPipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
    }

    func endInput() { try? inputPipe.fileHandleForWriting.close() }

    func interrupt() { kill(process.processIdentifier, SIGINT) }
    func terminate() { kill(process.processIdentifier, SIGTERM) }
    func killNow() { kill(process.processIdentifier, SIGKILL) }

    /// Waits until `text` stands in standard output or error behind what was read before; returns everything up to and
    /// with it, or `nil` when the program ended (or a minute went by) without saying it.
    @discardableResult
    func expect(_ text: String, seconds: Double = 60) -> String? {
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

    /// What was said so far and not yet expected, for a failure's message.
    var rest: String {
        condition.lock()
        defer { condition.unlock() }
        return String(collected[position...]) + "\n" + errors
    }

    /// Waits for the end; kills the program after two minutes.
    @discardableResult
    func finish() -> Output {
        condition.lock()
        let deadline = Date(timeIntervalSinceNow: 120)
        while openStreams > 0 {
            if !condition.wait(until: deadline) {
                kill(process.processIdentifier, SIGKILL)
                break
            }
        }
        condition.unlock()
        process.waitUntilExit()
        return Output(status: process.terminationStatus, out: collected, err: errors)
    }

    private func collect(
        _ handle: FileHandle, _ keep: @escaping @Sendable (Conversation, String) -> Void
    ) {
        Thread.detachNewThread { [self] in
            var carried = Data()
            while true {
                let data = handle.availableData
                if data.isEmpty { break }
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
