import Policy
import SQL
import Shell
import Vocabulary

/// The effects of a case's command or program, without a database or a host.
func inspectedEffects(_ subject: PolicyCase.Subject, _ target: Target) throws -> [Effect] {
    switch subject {
    case .command(let text):
        guard target.kind != "shell" else {
            throw Complaint(
                ExitStatus.refused, "a command on a shell is a list of words with `program`")
        }
        return try effects(of: text)
    case .program(let program, let words):
        let start = ProgramStart(program, words: words)
        return ShellInspector.effects(
            of: start, ProgramCode(of: start), parent: program.parent)
    case .effects(let effects): return effects
    }
}

/// Without a database there is no catalogue: what a name means is what it says.
private func effects(of command: String) throws -> [Effect] {
    let text: ParsedText
    do {
        text = try ParsedText.parse(Array(command.utf8))
    } catch {
        throw Complaint(ExitStatus.refused, "\(error.sqlstate): \(error.message)")
    }
    let view = SessionView(catalogue: .empty, searchPath: ["public"])
    return text.inspect(in: view, stage: .query).effects
}

extension ProgramStart {
    /// A start as a case tells it.
    fileprivate init(_ program: PolicyCase.Program, words: [[UInt8]]) {
        let isScript = program.interpreter != nil
        let executable = ProgramFile(
            path: program.interpreter ?? program.path, isVerified: isScript || !program.isUnlinked,
            names: program.names, links: program.links, mode: program.isSetuid ? 0o4755 : 0o755,
            isReplaceable: !isScript && program.isReplaceable)
        let script = ProgramFile(
            path: program.path, isVerified: !program.isUnlinked, mode: 0o755,
            isReplaceable: program.isReplaceable)
        self.init(
            number: 1, parent: 0, isMain: true, executable: executable,
            script: isScript ? script : nil, executedAs: program.path,
            arguments: isScript
                ? [executable.path, program.path] + words.dropFirst() : words,
            directory: program.directory, userID: program.user, groupID: program.user,
            isOnTerminal: program.isOnTerminal)
    }
}
