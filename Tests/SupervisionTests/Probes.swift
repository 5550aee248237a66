import Foundation
import TestKit

/// A directory that sessions can read, with the programs of `Probes/` in it.
final class Probes: Sendable {
    static let shared = Result { try Probes() }

    let directory: ScratchDirectory
    var probe: String { directory.file("probe") }

    private init() throws {
        // Sessions have a /tmp of their own.
        directory = try ScratchDirectory(in: "/opt/")
        try FileManager.default.setAttributes(
            [.posixPermissions: 0o755], ofItemAtPath: directory.path)
        let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("Probes").path
        try build(["-pthread", "-o", probe, sources + "/probe.c"])
        // What is static is not removed by itself.
        atexit {
            guard case .success(let probes) = Probes.shared else { return }
            try? FileManager.default.removeItem(atPath: probes.directory.path)
        }
    }

    private func build(_ words: [String]) throws {
        let result = try Command("gcc", ["-O1"] + words).runToEnd()
        guard result.status == 0 else { throw Failure("gcc: \(result.err)") }
    }

    /// A program for i386, without a C library, if gcc can make one.
    func foreign() throws -> String {
        let source = directory.file("foreign.S")
        let text = """
            .globl _start
            _start: mov $1, %eax
            mov $7, %ebx
            int $0x80

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: source))
        let program = directory.file("foreign")
        try build(["-m32", "-nostdlib", "-static", "-o", program, source])
        return program
    }

    // Files that sessions run are written by other processes: while one of ours has a file open for writing, another
    // session's start may have a copy of that, and the file is busy.

    /// A file in a directory that any account can enter; the file gets `mode`.
    @discardableResult
    func write(_ name: String, _ text: String, mode: Int = 0o755) throws -> String {
        let path = directory.file(name)
        var command = Command(
            "/bin/sh", ["-c", "cat > $0 && chmod $1 $0", path, String(mode, radix: 8)])
        command.input = text
        guard try command.runToEnd().status == 0 else { throw Failure("cannot write \(path)") }
        return path
    }

    /// Another file in the place of `target`, if there is one.
    func copy(_ program: String, _ target: String) throws {
        let words = ["-c", "cp $0 $1.new && mv $1.new $1", program, target]
        let result = try Command("/bin/sh", words).runToEnd()
        guard result.status == 0 else { throw Failure("\(result)") }
    }
}

/// A symbolic link that changes all the time, on a thread of its own.
final class Swapping: Sendable {
    private let stopped = Latch()
    private let isStopping = Flag()

    init(_ link: String, between targets: [String]) {
        let (stopped, isStopping) = (stopped, isStopping)
        // It is there from the beginning, whenever the thread comes to it.
        symlink(targets[0], link)
        Thread.detachNewThread {
            var index = 0
            while !isStopping.isSet {
                symlink(targets[index % targets.count], link + ".new")
                rename(link + ".new", link)
                index += 1
            }
            stopped.open()
        }
    }

    func stop() {
        isStopping.set()
        stopped.wait()
    }
}

/// Goes up once, on any thread.
final class Flag: @unchecked Sendable {
    // Unchecked: behind the lock.
    private let lock = NSLock()
    private var value = false

    var isSet: Bool { lock.withLock { value } }

    func set() { lock.withLock { value = true } }
}
