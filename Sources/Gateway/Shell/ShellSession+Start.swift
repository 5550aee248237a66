import Shell
import Vocabulary

extension ShellSession {
    /// What the runner is asked to start.
    var start: RunnerStart {
        RunnerStart(
            session: id.rawValue, account: target.shell.account, command: opening.command,
            isLine: opening.isLine, terminal: opening.terminal, environment: environment, directory: opening.directory,
            writable: target.shell.writable?.map { Array($0.utf8) }, allowsSetuid: false,
            processesMax: UInt32(target.shell.processesMax), watched: watched)
    }

    private var environment: [[UInt8]] { opening.environment }

    private var watched: [[UInt8]] { [] }

    /// The rules are others now: so are the paths that the runner looks at.
    func tellWatched() {
        guard case .running = stage else { return }
        var writer = BodyWriter()
        writer.words(watched)
        toRunner.writeBytes(frame(.watch, writer.bytes))
        turn.enlist(self)
    }

    func effects(of program: ProgramStart) -> [Effect] {
        let path = String(decoding: program.executable.path, as: UTF8.self)
        let name = ObjectName(["/"] + path.split(separator: "/").map(String.init))
        let runs = Effect(
            .shellExec, program.executable.isVerified ? .exactly(name) : .anything,
            arguments: Array(program.arguments.dropFirst()))
        return [runs] + [FileTransfer(of: program)?.effect].compactMap { $0 }
    }

    func unsafeVariables(_ program: ProgramStart) -> [String] { [] }

    func shownCommand(_ words: [[UInt8]]) -> [UInt8] {
        Array(words.joined(separator: [UInt8(ascii: " ")]))
    }
}
