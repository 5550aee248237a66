import Cryptography
import Shell
import Vocabulary

/// What a program's words come to depends on this besides.
struct ProgramReading: Sendable {
    let programs: [UInt64: RunningProgram]
    let endedPrograms: EndedPrograms
    /// Variables that the target lists.
    let allowed: Set<String>

    func read(_ body: UnsafeRawBufferPointer, _ digest: Digest) throws(BodyError) -> (
        ProgramStart, ShellSubject
    ) {
        let program = try ProgramStart(body: body)
        let parent = programs[program.parent]?.path ?? endedPrograms.path(of: program.parent)
        return (program, ShellSubject(program, digest, parent: parent, allowed: allowed))
    }
}

/// A program whose words and environment would keep the loop's other sessions waiting is read by a thread, as large
/// commands of PostgreSQL are, while its own session waits: nothing else of its runner's is looked at meanwhile, so that
/// its programs are judged in their order.
extension ShellSession {
    var reading: ProgramReading {
        ProgramReading(
            programs: programs, endedPrograms: endedPrograms,
            allowed: Set(target.shell.environment))
    }

    /// Has the body of its frame read, then judges it.
    func readAside(_ body: [UInt8]) {
        isReadingAside = true
        setReading()
        wait { [reading] in
            try await largeTextThreads.runIfActive {
                try body.withUnsafeBytes { bytes in
                    try reading.read(bytes, SHA256.hash(bytes))
                }
            }
        } then: { session, result in
            session.isReadingAside = false
            do {
                let (program, subject) = try result.get()
                try session.starting(program, subject)
            } catch let error as BodyError {
                return session.unreadable(error)
            } catch {
                // Who stops the threads stops the gateway.
                return session.end(.stopping)
            }
            session.readRunner()
            if session.runnerHasLeft { session.serverClosed() }
        }
    }
}
