import Cryptography
import Holds
import Ledger
import NIOCore
import Policy
import Recording
import Shell
import Vocabulary

/// What waits for a decision: the session's own beginning, or a program before its first instruction.
struct ShellSubject: Sendable {
    /// The program's number; 0 for the login.
    let number: UInt64
    /// `nil` for the login.
    let program: ProgramStart?
    /// For the login: what the runner is asked to start when it may.
    let start: RunnerStart?
    /// Where the program's code comes from; `nil` for the login.
    let code: ProgramCode?
    /// Variables that the program must not get.
    let unsafe: [String]
    /// With its true words.
    var action: Action
    /// Its words with secrets masked: what recordings and notices have.
    let masked: [[UInt8]]
    /// As recordings have it: of a program with its file before its words where they do not name it.
    let shown: [UInt8]

    var name: String { String(decoding: shown, as: UTF8.self) }

    /// The session's beginning.
    init(_ start: RunnerStart, _ action: Action, masked: [[UInt8]]) {
        number = 0
        program = nil
        self.start = start
        code = nil
        unsafe = []
        self.action = action
        self.masked = masked
        shown = shownCommand(masked)
    }

    /// A program, with all that its words come to: each is read here, and nowhere again.
    ///
    /// - Parameters:
    ///   - parent: the path of what started it.
    ///   - allowed: variables that the target lists.
    init(_ program: ProgramStart, _ digest: Digest, parent: [UInt8]?, allowed: Set<String>) {
        let code = ProgramCode(of: program)
        let statement = shownCommand(program.arguments)
        number = program.number
        self.program = program
        start = nil
        self.code = code
        unsafe = unsafeVariables(of: program, allowed: allowed)
        action = Action(
            kind: .exec, statement: statement, values: boundValues(program.arguments),
            effects: ShellInspector.effects(of: program, code, parent: parent),
            inTransaction: false, digest: digest)
        masked = maskedWords(program.arguments, of: program.script ?? program.executable)
        shown = shownProgram(
            program, masked,
            spelled: masked == program.arguments ? statement : shownCommand(masked))
    }
}

func boundValues(_ words: [[UInt8]]) -> [BoundValue] {
    words.map { BoundValue(bytes: $0, format: .text, type: 0) }
}

extension ShellSession {
    // MARK: Judging

    func judgeLogin() {
        guard mayGoOn() else { return }
        let start = start
        let action = Action(
            kind: .login, statement: shownCommand(openingWords(opening.command)),
            values: boundValues(opening.command), effects: loginEffects, inTransaction: false,
            digest: SHA256.hash(start.body))
        judge(
            login: ShellSubject(start, action, masked: openingWords(maskedOpening())))
    }

    private func openingWords(_ command: [[UInt8]]) -> [[UInt8]] {
        command.isEmpty ? [Array("login".utf8)] : command
    }

    /// The command of the session's beginning with its secrets masked. A line is not a program's name, but a word behind
    /// one.
    func maskedOpening(isCounted: Bool = false) -> [[UInt8]] {
        // What is said of the words here is said of the program itself before it runs.
        let unknown = ProgramFile(path: [], isVerified: false, mode: 0)
        guard opening.isLine else {
            return maskedWords(opening.command, of: unknown, isCounted: isCounted)
        }
        return Array(
            maskedWords([[]] + opening.command, of: unknown, isCounted: isCounted).dropFirst())
    }

    func judge(_ program: ProgramStart, _ subject: ShellSubject) {
        guard mayGoOn() else { return }
        if program.number == 1 { noteUsualEnvironment(program) }
        guard subject.unsafe.isEmpty else {
            guard keeps(subject) else { return refusedForRoom(subject) }
            return refuse(
                subject, nil,
                "its environment has \(subject.unsafe.map { "`\($0)`" }.joined(separator: ", ")), which changes what a program does",
                hint: "run it without: env -u NAME ...")
        }
        judge(subject)
    }

    func judge(_ subject: ShellSubject) {
        guard !isPaused else { return putOff(subject) }
        let decision = standing.scope.decide(subject.action.effects, inTransaction: false)
        guard decision.verdict == .allow || keeps(subject) else { return refusedForRoom(subject) }
        switch decision.verdict {
        case .allow: allow(subject, decision)
        case .review: review(subject, decision)
        case .hold: hold(subject, decision)
        case .deny: deny(subject, decision)
        }
    }

    /// Until the session goes on.
    func putOff(_ subject: ShellSubject) {
        guard keeps(subject) else { return refusedForRoom(subject) }
        moderation.putOff.append(subject)
    }

    /// Everything whose answer is not given at once takes memory until it is.
    private func keeps(_ subject: ShellSubject) -> Bool {
        guard let program = subject.program else { return true }
        let textBytes = subject.action.statement.count + subject.shown.count
        return undecided.add(program, textBytes: textBytes)
    }

    private func refusedForRoom(_ subject: ShellSubject) {
        refused(
            subject, nil, "what waits for its answer in this session takes too much memory already",
            hint: "run it again when the others are decided", hold: nil)
    }

    func decide(_ action: Action) -> Decision {
        standing.scope.decide(action.effects, inTransaction: false)
    }

    // MARK: Verdicts

    private func allow(_ subject: ShellSubject, _ decision: Decision) {
        do {
            try record(subject, decision, hold: nil)
        } catch {
            return fail(recording: error)
        }
        awaitingRecord.append(AwaitingAction(digest: subject.action.digest, decision: decision))
        go(subject, hold: nil)
    }

    /// Allowed, but only behind its entry in the ledger, or its place in the count of an entry.
    private func review(_ subject: ShellSubject, _ decision: Decision) {
        let entry = decisionEntry(subject.action, decision)
        entering.insert(subject.number)
        let isCounted = enteredDecisions.addReview()
        wait { [services, id] in
            try await services.release(decision, behind: entry, of: id, isCounted: isCounted)
        } then: { session, result in
            guard session.entering.remove(subject.number) != nil else {
                session.undecided.remove(subject.number)
                return session.recordRefusal(subject, decision, "it was ended before it ran", nil)
            }
            switch result {
            case .success(let box): session.release(subject, decision, box, hold: nil)
            case .failure: session.notRecorded(subject)
            }
        }
    }

    /// `digest`: what the release is for, where that is not the program's start but what must be the same when it comes
    /// again. Its release stands: recorded first, in this turn's write, and only behind it.
    func release(
        _ subject: ShellSubject, _ decision: Decision, _ box: ReleaseBox, hold: HoldID?,
        as digest: Digest? = nil
    ) {
        // Of other policies than those of now it is asked again.
        guard mayBeReleased(subject), decision.policyVersion == standing.policies.set.version else {
            if let hold { finish(hold, .notSent) }
            return judgeAgain(subject)
        }
        guard let release = box.take(), release.digest == digest ?? subject.action.digest else {
            if let hold { finish(hold, .notSent) }
            return notRecorded(subject)
        }
        do {
            try record(subject, decision, hold: hold)
        } catch {
            if let hold { finish(hold, .notRecorded) }
            return fail(recording: error)
        }
        awaitingRecord.append(AwaitingAction(digest: subject.action.digest, decision: nil))
        go(subject, hold: hold)
    }

    /// Its answer leaves with the end of the turn.
    private func go(_ subject: ShellSubject, hold: HoldID?) {
        if let program = subject.program {
            undecided.remove(subject.number)
            programs[subject.number] = RunningProgram(
                path: (program.script ?? program.executable).path,
                started: services.clock.monotonic(), hold: hold)
            toRunner.writeBytes(ProgramAnswer(program: subject.number, mayRun: true).frame)
        } else if let start = subject.start {
            stage = .running
            // Nobody here knows when a terminal does not echo: passwords are typed then.
            recordsInput = opening.terminal == nil && decide(subject.action).recordsInput
            toRunner.writeBytes(start.frame)
            // It starts as it was judged; of rules that have come since the runner is told as in every session.
            if start.watched != standing.scope.literalPaths { tellWatched() }
            if let hold { finish(hold, .succeeded(detail: "the session began")) }
        }
        turn.enlist(self)
        if subject.program == nil { readClient() }
    }

    /// Nothing is released while the session stands still, and no login that would begin another session than was judged.
    func mayBeReleased(_ subject: ShellSubject) -> Bool {
        mayGoOn() && !isPaused && isCurrent(subject)
    }

    /// What was not released after all is decided anew: at once, or when the session goes on.
    func judgeAgain(_ subject: ShellSubject) {
        if isEnded { return }
        if isPaused { return putOff(subject) }
        if subject.program == nil { judgeLogin() } else { judge(subject) }
    }

    private func deny(_ subject: ShellSubject, _ decision: Decision) {
        let rules = decision.matches.filter { $0.verdict == .deny }
            .map { "`\($0.policy)/\($0.rule)`" }
        let why =
            rules.isEmpty
            ? "no policy allows it" : "refused by policy rule \(rules.joined(separator: ", "))"
        refuse(
            subject, decision, why, hint: standing.scope.terminalHint(for: decision))
    }

    /// Refused: entered in the ledger, then said. A program may try as often as it likes: from some number on the ledger has
    /// how often, and only the recording each.
    func refuse(
        _ subject: ShellSubject, _ decision: Decision?, _ why: String, hint: String?
    ) {
        let entry =
            decision.map { decisionEntry(subject.action, $0) }
            ?? refusalEntry(why, subject.action.digest)
        entering.insert(subject.number)
        let isCounted = enteredDecisions.addRefusal()
        wait { [services, id] in
            try await services.enter(entry, of: id, isCounted: isCounted)
        } then: { session, _ in
            session.entering.remove(subject.number)
            session.refused(subject, decision, why, hint: hint, hold: nil)
        }
    }

    func notRecorded(_ subject: ShellSubject) {
        refused(
            subject, nil, "it could not be recorded, so it does not run",
            hint: "ask the gateway's operator to look at `sallyportd doctor`", hold: nil)
    }

    /// Says so, in the record, to the client and to the runner.
    func refused(
        _ subject: ShellSubject, _ decision: Decision?, _ why: String, hint: String?,
        hold: HoldID?, as kind: ShellNotice.Kind = .refused
    ) {
        recordRefusal(subject, decision, why, hold)
        guard !isEnded else { return }
        tell(
            ShellNotice(
                kind, hold: hold?.rawValue, program: subject.name, message: why, hint: hint),
            isRecorded: true)
        guard subject.program != nil else { return finishRefused(why) }
        undecided.remove(subject.number)
        toRunner.writeBytes(ProgramAnswer(program: subject.number, mayRun: false).frame)
        turn.enlist(self)
    }

    private func finishRefused(_ why: String) {
        toClient.writeBytes(ShellEnd.exited(126).frame)
        end(.finished(.cut(why)))
    }

    // MARK: Ends

    func ended(_ told: ProgramEnded) {
        guard let program = programs.removeValue(forKey: told.program) else { return }
        endedPrograms.add(told.program, path: program.path)
        recordEnd(told, of: program)
        guard let hold = program.hold else { return }
        finish(hold, HoldOutcome(told.end))
    }

    /// It went while it waited: nobody needs to decide any more. Its exit status is no program's.
    func gone(_ told: ProgramGone) {
        if entering.remove(told.program) == nil { undecided.remove(told.program) }
        moderation.putOff.removeAll { $0.number == told.program }
        if let program = programs.removeValue(forKey: told.program) {
            recordNotRun(told.program)
            if let hold = program.hold { finish(hold, .notSent) }
            return
        }
        guard let waiting = held.removeValue(forKey: told.program) else { return }
        abandon(waiting, "the program was ended while it waited")
        tell(
            ShellNotice(
                .refused, hold: waiting.hold?.rawValue,
                program: waiting.subject.name,
                message: "it was ended while it waited"))
    }
}

extension HoldOutcome {
    init(_ end: ProgramEnded.End) {
        switch end {
        case .exited(0): self = .succeeded(detail: "exited 0")
        case .replaced: self = .succeeded(detail: "became another program")
        case .exited(let status): self = .failed(detail: "exited \(status)")
        case .signalled(let number): self = .failed(detail: "signal \(number)")
        }
    }
}
