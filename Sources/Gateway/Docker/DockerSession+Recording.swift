import Docker
import Holds
import Ledger
import NIOCore
import Policy
import Recording
import Vocabulary

extension DockerSession {
    private var now: UInt64 {
        (services.clock.monotonic().nanoseconds - openedAt.nanoseconds) / 1_000
    }

    func record(_ subject: CallSubject, _ decision: Decision, hold: HoldID?)
        throws(RecordingError)
    {
        try recording.action(
            ActionEvent(
                number: subject.number, kind: .call, statement: subject.action.statement,
                statementKey: subject.key,
                values: values(subject.engine.maskedBody), verdict: decision.verdict,
                rules: rules(decision), policyVersion: decision.policyVersion, hold: hold,
                digest: subject.action.digest, microseconds: now))
    }

    /// What a container writes, where its bytes are that.
    func record(_ data: ByteBuffer, _ exchange: Exchange, _ subject: CallSubject) {
        do {
            switch subject.engine.stream {
            case .opaque: return
            case .terminal:
                try recordStart(exchange, subject, isTerminal: true)
                try data.withUnsafeReadableBytes { bytes throws(RecordingError) in
                    try recording.output(bytes, stream: .terminal, microseconds: now)
                }
            case .frames:
                try recordStart(exchange, subject, isTerminal: false)
                try recordFrames(data, exchange)
            }
        } catch {
            fail(recording: error)
        }
    }

    /// What a container is about to read. False where it could not be taken: then the session has ended.
    func record(input: ByteBuffer, _ exchange: Exchange, _ subject: CallSubject) -> Bool {
        do {
            try recordStart(exchange, subject, isTerminal: subject.engine.stream == .terminal)
            try input.withUnsafeReadableBytes { bytes throws(RecordingError) in
                try recording.input(bytes, microseconds: now)
            }
            return true
        } catch {
            fail(recording: error)
            return false
        }
    }

    private func recordFrames(_ data: ByteBuffer, _ exchange: Exchange) throws {
        try data.withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let part = UnsafeRawBufferPointer(rebasing: rest)
                switch exchange.frames.next(in: part) {
                case .needMore(let used): rest = rest.dropFirst(used)
                case .data(let stream, let range):
                    try recording.output(
                        UnsafeRawBufferPointer(rebasing: part[range]),
                        stream: stream == .error ? .error : .output, microseconds: now)
                    rest = rest.dropFirst(range.upperBound)
                }
            }
        }
    }

    /// What the output that follows is of.
    private func recordStart(
        _ exchange: Exchange, _ subject: CallSubject, isTerminal: Bool
    ) throws(RecordingError) {
        guard !exchange.hasRecordedStart else { return }
        exchange.hasRecordedStart = true
        let size = TerminalSize(columns: 80, rows: 24)
        try recording.shell(
            ShellStart(
                size: isTerminal ? size : nil, term: "", command: [Array(subject.title.utf8)]))
    }

    func recordNotice(_ text: String) {
        do {
            try recording.notice(text)
        } catch {
            services.log.error("a notice was not recorded", metadata: ["error": "\(error)"])
        }
        turn.enlist(self)
    }

    func recordRefusal(
        _ shown: String, _ reply: EngineReply, _ decision: Decision?, hold: HoldID?
    ) throws(RecordingError) {
        try recording.refused(
            RefusalEvent(
                statement: Array(shown.utf8), verdict: decision?.verdict ?? .deny,
                rules: decision.map(rules) ?? [], sqlstate: "",
                message: hold.map { "\(reply.message) (hold \($0.rawValue))" } ?? reply.message))
        turn.enlist(self)
    }

    func recordOutcome(_ exchange: Exchange, _ subject: CallSubject, _ tag: String) {
        let duration = services.clock.monotonic().nanoseconds - exchange.sent.nanoseconds
        do {
            try recording.outcome(
                OutcomeEvent(
                    number: subject.number, tag: tag, rows: 0, bytes: exchange.bytesBack,
                    microseconds: duration / 1_000))
        } catch {
            fail(recording: error)
        }
    }

    /// A rule has let through what nobody can look into: whoever reads the ledger shall know.
    func enterUnseen(_ subject: CallSubject) {
        let isCounted = enteredDecisions.addUnseen()
        services.enterLater(
            LedgerEntry(
                kind: "visibility-degraded",
                body: [
                    "session": .text(id.rawValue), "principal": .text(caller.principal.name.text),
                    "target": .text(target.name.text), "call": .text(entered(subject.title)),
                ], action: subject.action.digest), countedOf: isCounted ? id : nil)
    }

    func close(recordingFor reason: SessionEnd) {
        do {
            try recording.close(reason: reason.text, at: services.clock.wall())
        } catch {
            services.log.error("a recording was not closed", metadata: ["error": "\(error)"])
        }
        enterClosed(id, reason)
    }
}
