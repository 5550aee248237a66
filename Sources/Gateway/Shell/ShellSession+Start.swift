import Policy
import Shell
import Vocabulary

extension ShellSession {
    /// What the runner is asked to start.
    var start: RunnerStart {
        RunnerStart(
            session: id.rawValue, account: target.shell.account, command: opening.command,
            isLine: opening.isLine, terminal: opening.terminal, environment: opening.environment,
            directory: opening.directory, writable: writable, allowsSetuid: allowsSetuid,
            processesMax: UInt32(target.shell.processesMax),
            allowedVariables: target.shell.environment, watched: standing.scope.literalPaths)
    }

    /// Whether a login would still begin the session that was judged. (Of the paths that it looks at the runner is told
    /// anew.)
    func isCurrent(_ subject: ShellSubject) -> Bool {
        guard var judged = subject.start else { return true }
        let now = start
        judged.watched = now.watched
        return judged == now
    }

    /// The session's beginning: the login, and the directories below which it may change files.
    var loginEffects: [Effect] {
        ShellInspector.login(
            account: target.shell.account, isInteractive: opening.terminal != nil,
            directory: opening.directory, isLine: opening.isLine)
            + fileWrites.filter(mayBe)
    }

    private var fileWrites: [Effect] {
        ShellInspector.fileWrites(target.shell.writable?.map { Array($0.utf8) })
    }

    /// What the rules refuse is left out of what the kernel lets it write; everything else is a part of the login.
    private func mayBe(_ effect: Effect) -> Bool {
        standing.scope.decide([effect], inTransaction: false).verdict < .deny
    }

    /// `nil`: wherever the account may.
    private var writable: [[UInt8]]? {
        guard let listed = target.shell.writable else {
            return fileWrites.allSatisfy(mayBe) ? nil : []
        }
        return zip(listed, fileWrites).filter { mayBe($0.1) }.map { Array($0.0.utf8) }
    }

    /// Some rule lets a setuid program run as what it is: only then are its rights left to it.
    private var allowsSetuid: Bool { standing.scope.allowsSetuid }

    /// The rules are others now: so are the paths that the runner looks at.
    func tellWatched() {
        guard case .running = stage else { return }
        var writer = BodyWriter()
        writer.words(standing.scope.literalPaths)
        toRunner.writeBytes(frame(.watch, writer.bytes))
        turn.enlist(self)
    }
}
