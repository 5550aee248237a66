import Ledger
import NIOCore
import Policy
import Recording
import Shell
import Vocabulary

extension ShellSession {
    private var now: UInt64 {
        (services.clock.monotonic().nanoseconds - openedAt.nanoseconds) / 1_000
    }

    /// What the session's programs run in.
    func recordStart() throws(RecordingError) {
        let term = takenVariables.first { $0.starts(with: "TERM=".utf8) }
            .map { String(decoding: $0.dropFirst(5), as: UTF8.self) }
        try recording.shell(
            ShellStart(
                size: opening.terminal.map(recorded), term: term ?? "", command: maskedOpening()))
    }

    func recordOutput(_ bytes: UnsafeRawBufferPointer, _ type: FrameType) throws(RecordingError) {
        let stream: RecordedStream =
            switch type {
            case .output: .output
            case .error: .error
            default: .terminal
            }
        try recording.output(bytes, stream: stream, microseconds: now)
    }

    func recordInput(_ bytes: UnsafeRawBufferPointer) throws(RecordingError) {
        try recording.input(bytes, microseconds: now)
        turn.enlist(self)
    }

    /// For those who watch, and those who read the recording later.
    func recordNotice(_ text: String) {
        do {
            try recording.notice(text)
        } catch {
            services.log.error("a notice was not recorded", metadata: ["error": "\(error)"])
        }
        turn.enlist(self)
    }

    func recordResize(_ size: Shell.TerminalSize) throws(RecordingError) {
        try recording.resized(recorded(size))
        turn.enlist(self)
    }

    private func recorded(_ size: Shell.TerminalSize) -> Recording.TerminalSize {
        Recording.TerminalSize(columns: size.columns, rows: size.rows)
    }

    func record(_ subject: ShellSubject, _ decision: Decision, hold: HoldID?)
        throws(RecordingError)
    {
        let action = subject.action
        try recording.action(
            ActionEvent(
                number: subject.number, kind: action.kind, statement: subject.shown,
                values: action.values.isEmpty ? [] : boundValues(subject.masked),
                verdict: decision.verdict, rules: rules(decision),
                policyVersion: decision.policyVersion, hold: hold, digest: action.digest,
                parent: subject.program?.parent,
                program: subject.program.map { RecordedProgram($0) }, microseconds: now))
    }

    /// - Parameter hold: that it waited for, or that it is told to come again for.
    func recordRefusal(
        _ subject: ShellSubject, _ decision: Decision?, _ why: String, _ hold: HoldID?
    ) {
        do {
            try recording.refused(
                RefusalEvent(
                    statement: subject.shown, verdict: decision?.verdict ?? .deny,
                    rules: decision.map(rules) ?? [], sqlstate: "",
                    message: hold.map { "\(why) (hold \($0.rawValue))" } ?? why,
                    program: subject.program.map {
                        .init(number: $0.number, parent: $0.parent, file: RecordedProgram($0))
                    }))
        } catch {
            // A refusal that cannot be recorded is a refusal: it stands in the ledger, or nothing does any more. But one that
            // is only counted there stands nowhere.
            if enteredDecisions.isRefusedOften { return fail(recording: error) }
            services.log.error("a refusal was not recorded", metadata: ["error": "\(error)"])
        }
        turn.enlist(self)
    }

    func recordEnd(_ told: ProgramEnded, of program: RunningProgram) {
        let tag =
            switch told.end {
            case .exited(let status): "exited \(status)"
            case .signalled(let number): "signal \(number)"
            case .replaced: "replaced"
            }
        let duration = services.clock.monotonic().nanoseconds - program.started.nanoseconds
        do {
            try recording.outcome(
                OutcomeEvent(
                    number: told.program, tag: tag, rows: 0, bytes: 0,
                    microseconds: duration / 1_000))
        } catch {
            fail(recording: error)
        }
        turn.enlist(self)
    }

    /// It was released, and went before it ran.
    func recordNotRun(_ number: UInt64) {
        do {
            try recording.outcome(
                OutcomeEvent(
                    number: number, tag: "", rows: 0, bytes: 0, microseconds: 0,
                    message: "it was ended before it ran"))
        } catch {
            fail(recording: error)
        }
        turn.enlist(self)
    }

    func close(recordingFor reason: SessionEnd) {
        do {
            for (number, program) in programs {
                if let hold = program.hold {
                    finish(hold, .unknown(detail: "the session ended while it ran"))
                }
                try recording.outcome(
                    OutcomeEvent(
                        number: number, tag: "", rows: 0, bytes: 0, microseconds: 0,
                        message: "ended with its session"))
            }
            try recording.close(reason: reason.text, at: services.clock.wall())
        } catch {
            services.log.error("a recording was not closed", metadata: ["error": "\(error)"])
        }
        programs.removeAll()
        enterClosed(id, reason)
    }
}

extension RecordedProgram {
    fileprivate init(_ program: ProgramStart) {
        self.init(
            executable: File(program.executable), script: program.script.map { File($0) },
            directory: program.directory, user: program.effectiveUserID)
    }
}

extension RecordedProgram.File {
    fileprivate init(_ file: ProgramFile) {
        self.init(path: file.path, isUnlinked: !file.isVerified, digest: file.digest)
    }
}
