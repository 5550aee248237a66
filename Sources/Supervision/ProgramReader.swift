import CSupervise
import Glibc
import Shell

/// Reads from the kernel what a program is that stopped before its first instruction.
final class ProgramReader {
    struct Unreadable: Error {
        var reason: UnreadableProgram
    }

    let files = FileReader()
    /// Grows to the largest program's stack that was read, and is not kept much larger than most are.
    private var stack = [UInt8](repeating: 0, count: usualStackBytes)
    private var text = [UInt8](repeating: 0, count: 16 << 10)
    private static let usualStackBytes = 16 << 10

    func watched(_ paths: [[UInt8]]) -> WatchedPaths { WatchedPaths(paths) }

    func read(_ process: TracedProcess, parent: UInt64) -> Result<ProgramStart, Unreadable> {
        var registers = supervise_registers()
        guard supervise_registers(process.id, &registers) == 0 else { return .kernelSaid }
        guard registers.is_native else { return .failure(Unreadable(reason: .foreign)) }
        switch image(of: process.id, at: registers.stack) {
        case .failure(let reason): return .failure(reason)
        case .success(let image): return describe(process, image, parent: parent)
        }
    }

    private func describe(_ process: TracedProcess, _ image: StackImage, parent: UInt64)
        -> Result<ProgramStart, Unreadable>
    {
        let own = "/proc/\(process.id)"
        guard
            let directory = linkTarget([UInt8](own + "/cwd")),
            let executable = files.executable(own, for: process.session)
        else { return .kernelSaid }
        let session = process.session
        let script = files.script(
            image, directory: directory, executable: executable.identity, own, for: session)
        return .success(
            ProgramStart(
                number: process.program, parent: parent, isMain: process.isMain,
                executable: executable.file, script: script, executedAs: image.path,
                arguments: image.arguments,
                environment: image.environment, directory: directory, userID: image.userID,
                effectiveUserID: image.effectiveUserID, groupID: image.groupID,
                isOnTerminal: isOnTerminal(own, session)))
    }

    private func isOnTerminal(_ own: String, _ session: Session) -> Bool {
        guard let terminal = session.terminal else { return false }
        return facts(of: [UInt8](own + "/fd/0")).map(FileIdentity.init) == terminal
    }

    /// The stack from its pointer to its end, which is where nothing is mapped any more.
    private func image(of process: pid_t, at address: UInt64) -> Result<StackImage, Unreadable> {
        defer {
            if stack.count > Self.usualStackBytes * 8 {
                stack = [UInt8](repeating: 0, count: Self.usualStackBytes)
            }
        }
        while true {
            let room = stack.count
            let count = stack.withUnsafeMutableBytes {
                supervise_read(process, address, $0.baseAddress, room)
            }
            guard count > 0 else { return .kernelSaid }
            if count < room {
                guard count <= SupervisionLimits.stackBytesMax else {
                    return .failure(Unreadable(reason: .tooLong))
                }
                let image = stack.withUnsafeBytes {
                    StackImage(UnsafeRawBufferPointer(rebasing: $0[..<count]), at: address)
                }
                guard let image else { return .failure(Unreadable(reason: .kernel(EFAULT))) }
                guard [image.arguments, image.environment].allSatisfy(Self.fits),
                    image.path.count <= ShellLimits.pathBytesMax
                else {
                    return .failure(Unreadable(reason: .tooLong))
                }
                return .success(image)
            }
            guard room < SupervisionLimits.stackBytesMax else {
                return .failure(Unreadable(reason: .tooLong))
            }
            stack = [UInt8](repeating: 0, count: room * 8)
        }
    }

    /// Into the message that asks about the program.
    private static func fits(_ words: [[UInt8]]) -> Bool {
        words.count <= ShellLimits.wordsMax
            && words.reduce(0) { $0 + $1.count } <= ShellLimits.wordBytesMax
    }

    /// What a process with one thread has made and not waited for.
    func children(of process: pid_t) -> [pid_t] {
        let file = openFile([UInt8]("/proc/\(process)/task/\(process)/children"), O_RDONLY)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var all: [UInt8] = []
        while case let count = Glibc.read(file, &text, text.count), count > 0 {
            all.append(contentsOf: text[..<count])
        }
        return all.split(separator: UInt8(ascii: " ")).compactMap {
            pid_t(String(decoding: $0, as: UTF8.self))
        }
    }

    func status(of process: pid_t) -> ProcessStatus? {
        let file = openFile([UInt8]("/proc/\(process)/status"), O_RDONLY)
        guard file >= 0 else { return nil }
        defer { close(file) }
        let count = Glibc.read(file, &text, text.count)
        guard count > 0 else { return nil }
        return text.withUnsafeBytes {
            ProcessStatus(UnsafeRawBufferPointer(rebasing: $0[..<count]))
        }
    }
}

extension Result<ProgramStart, ProgramReader.Unreadable> {
    fileprivate static var kernelSaid: Self { .failure(.init(reason: .kernel(errno))) }
}

extension Result<StackImage, ProgramReader.Unreadable> {
    fileprivate static var kernelSaid: Self { .failure(.init(reason: .kernel(errno))) }
}
