import Foundation

/// The servers that a test run started, stopped by process id when the run ends however it ends.
final class Processes: @unchecked Sendable {
    // Unchecked: `identifiers` and `directories` are touched only under `lock`.
    private let lock = NSLock()
    private var identifiers: [Int32] = []
    private var directories: [String] = []

    init() { atexit { processes.stopAll() } }

    func add(_ identifier: Int32) { lock.withLock { identifiers.append(identifier) } }

    func add(pidFile path: String) {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        if let identifier = text.split(separator: "\n").first.flatMap({ Int32($0) }) {
            add(identifier)
        }
    }

    func remove(_ identifier: Int32) {
        lock.withLock { identifiers.removeAll { $0 == identifier } }
    }

    /// What a server leaves that lives as long as the run: nobody else takes it away.
    func add(directory path: String) { lock.withLock { directories.append(path) } }

    func stopAll() {
        for identifier in lock.withLock({ identifiers }) { kill(identifier, SIGKILL) }
        for path in lock.withLock({ directories }) {
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}

let processes = Processes()
