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
        if let program = subject.program {
            return shownEnvironment(program.environment, besides: usualEnvironment)
        }
        let nobody = SessionAccount(name: "", userID: 0, home: [], shell: [])
        let taken = sessionEnvironment(
            nobody, client: opening.environment, allowed: Set(target.shell.environment))
        let own = sessionEnvironment(nobody, client: [])
        return shownEnvironment(Array(taken.dropFirst(own.count)), besides: [])
    }
}
