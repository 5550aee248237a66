import Foundation
import Identity
import Store
import Vocabulary

extension Doctor {
    /// A target whose runner is away refuses its sessions; the gateway starts all the same.
    func examine(
        _ section: TargetSection, _ shell: ShellSection, _ stateDirectory: String
    ) async -> Finding {
        switch shell.runner {
        case .local(let socket): localRunner(socket, of: section.name)
        case .remote(let name): await remoteRunner(name, of: section.name, stateDirectory)
        }
    }

    private func localRunner(_ socket: String, of target: TargetName) -> Finding {
        var status = stat()
        guard lstat(socket, &status) == 0, status.st_mode & S_IFMT == S_IFSOCK else {
            return Finding(
                grade: .warning,
                text:
                    "target `\(target)`: no runner listens at `\(socket)`: start `sallyportd runner`"
            )
        }
        return Finding(grade: .good, text: "target `\(target)`: runner at `\(socket)`")
    }

    private func remoteRunner(
        _ runner: RunnerName, of target: TargetName, _ stateDirectory: String
    ) async -> Finding {
        func warning(_ text: String) -> Finding {
            Finding(grade: .warning, text: "target `\(target)`: \(text)")
        }
        let enrol = "an administrator runs `sallyport runner enrol \(runner)`"
        let path = stateDirectory + "/store.sqlite"
        do {
            var end: WallTime?
            if FileManager.default.fileExists(atPath: path) {
                let store = try SQLiteDatabase(path: path)
                end = try await RunnerStore.certificateEnd(of: runner, in: store)
                await store.close()
            }
            guard let end else {
                return warning("the runner `\(runner)` is not enrolled: \(enrol)")
            }
            let day = Date(timeIntervalSince1970: Double(end.milliseconds) / 1_000)
                .formatted(.iso8601)
            guard Clock.system.wall() < end else {
                return warning(
                    "the certificate of the runner `\(runner)` ended at \(day): \(enrol)")
            }
            return Finding(
                grade: .good,
                text: "target `\(target)`: runner `\(runner)`, whose certificate ends at \(day)")
        } catch {
            return warning("it is not known whether the runner `\(runner)` is enrolled: \(error)")
        }
    }
}
