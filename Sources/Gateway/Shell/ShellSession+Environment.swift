import Shell
import Vocabulary

extension ShellSession {
    /// The session's first program has what its account says, and what the client sent.
    func noteUsualEnvironment(_ first: ProgramStart) {
        let sent = Set(opening.environment)
        usualEnvironment = first.environment.filter { !sent.contains($0) }
    }

    /// What people are told of the environment that they consent to: all but the account's own.
    func environment(of subject: ShellSubject) -> [String] {
        if let program = subject.program, let code = subject.code {
            return shownEnvironment(
                program.environment, besides: usualEnvironment,
                isMasked: !mayExpand(program, code))
                + (code.isUnseen ? ["its code comes from elsewhere, and is not shown"] : [])
        }
        return shownEnvironment(
            takenVariables, besides: [],
            isMasked: !opening.isLine && !mayExpand(opening.command))
    }

    /// The client's variables that the session's first program gets.
    var takenVariables: [[UInt8]] {
        let nobody = SessionAccount(name: "", userID: 0, home: [], shell: [])
        let taken = sessionEnvironment(
            nobody, client: opening.environment, allowed: Set(target.shell.environment))
        let own = sessionEnvironment(nobody, client: [])
        return Array(taken.dropFirst(own.count))
    }
}
