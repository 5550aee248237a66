import Cryptography
import Holds
import Identity
import NIOCore
import Policy
import Recording
import Shell
import Vocabulary
import Wire

/// One client's session on a shell target, after login: it carries frames between the client and the runner, and says of
/// each program whether it runs. Confined to one event loop, which both sockets share.
///
/// The way of a program: the runner stops it and says `starting` → `judge` (inspect, decide) → recorded (`LoopTurn`) or
/// entered in the ledger → `Release` → its answer joins `toRunner` → the turn ends → it leaves.
final class ShellSession {
    let services: GatewayServices
    let target: ShellTarget
    let id: SessionID
    let opening: ShellOpening
    let turn: LoopTurn
    let eventLoop: any EventLoop
    let caller: AuthenticatedPrincipal
    let openedAt: MonotonicTime
    var standing: SessionStanding
    var recording: SessionRecording
    /// Let go at the end.
    var seat: SessionSeat?

    let client: SessionLink
    let runner: SessionLink
    private var fromClient = ByteBuffer()
    private var fromRunner = ByteBuffer()
    /// Leave at the end of the turn, behind the write of what is in them.
    var toClient = ByteBuffer()
    var toRunner = ByteBuffer()
    /// Actions whose answers are in `toRunner` and whose events are not written yet.
    var awaitingRecord: [AwaitingAction] = []

    var stage = Stage.opening
    /// What has started and not ended, by its number.
    var programs: [UInt64: RunningProgram] = [:]
    /// Decided, and being entered in the ledger: their memory is let go only behind that, whether they are still there or not.
    var entering: Set<UInt64> = []
    /// What has ended: the children that it left behind may start programs.
    var endedPrograms = EndedPrograms()
    /// The number of the newest.
    private var lastProgram: UInt64 = 0
    /// What waits for its answer, wherever it does.
    var undecided = UndecidedPrograms()
    /// What people are asked about, by the number of what waits; 0 is the login.
    var held: [UInt64: HeldProgram] = [:]
    var holdsOpened: UInt64 = 0
    var enteredDecisions = EnteredDecisions()
    /// What the session's beginning is, once it is judged.
    var login: ShellSubject?
    var moderation = SessionModeration()
    /// A thread reads a large program: what comes behind it waits.
    var isReadingAside = false
    /// It closed its connection while the session stood still: what it sent before is looked at when that is over.
    var runnerHasLeft = false
    /// What the account's own environment is, of which people who are asked are not told.
    var usualEnvironment: [[UInt8]] = []
    private var clientTakesMore = true
    private var runnerTakesMore = true
    /// The recorder has too much to file.
    var waitsForFiling = false
    /// What its programs are given to read is recorded before they are.
    var recordsInput = false
    /// Such input is in `toRunner`, and its event is not written yet.
    private var inputAwaitsRecord = false
    /// Input that is on its way to the program, bytes.
    private var inputOnTheWay = 0
    /// Input that came while the session stood still, and of which the client was not told yet that it counts as taken; bytes.
    private var lostInput = 0
    var expiry: Scheduled<Void>?
    var isEnlisted = false
    /// Where a client's own notices are not shown: says them elsewhere too.
    var alsoTell: ((ShellNotice) -> Void)?

    enum Stage {
        /// The session's own beginning is judged: nothing of the client's is looked at.
        case opening
        case running
        case ended
    }

    init(
        services: GatewayServices, admitted: AdmittedShell, turn: LoopTurn, client: SessionLink,
        runner: SessionLink, recording: SessionRecording, eventLoop: any EventLoop
    ) {
        self.services = services
        target = admitted.target
        id = admitted.id
        opening = admitted.opening
        caller = admitted.caller
        seat = admitted.seat
        self.turn = turn
        self.client = client
        self.runner = runner
        self.recording = recording
        self.eventLoop = eventLoop
        openedAt = services.clock.monotonic()
        standing = SessionStanding(
            target: admitted.target.target, policySource: services.policies,
            directory: services.directory, principal: admitted.caller.principal)
    }

    var targetName: TargetName { target.name }

    var isEnded: Bool {
        if case .ended = stage { true } else { false }
    }

    // MARK: From the client

    func clientRead(_ buffer: inout ByteBuffer) {
        append(&buffer, to: &fromClient)
        if case .running = stage { return readClient() }
        guard !isEnded else { return }
        if let number = abandonment(in: fromClient, isTerminal: opening.terminal != nil) {
            return finish(.signalled(number))
        }
        // No more than a window of input can come before anyone has said that it was taken.
        if fromClient.readableBytes > 2 * ShellLimits.inputWindowBytes {
            end(.protocolError("more input than its window has room for"))
        }
    }

    func readClient() {
        while !isEnded, let (type, frameBytes) = header(of: fromClient, from: .client) {
            guard fromClient.readableBytes >= frameBytes else { break }
            switch type {
            case .input where isPaused: lostInput += frameBytes - FrameHeader.byteCount
            case .input:
                inputOnTheWay += frameBytes - FrameHeader.byteCount
                guard inputOnTheWay <= ShellLimits.inputWindowBytes else {
                    return end(.protocolError("more input than its window has room for"))
                }
                if recordsInput { noteInput(frameBytes) }
            case .resize: noteResize(frameBytes)
            case .inputEnd, .signal: break
            default: return end(.protocolError("a frame that a client does not send"))
            }
            guard !isEnded else { return }
            if isPaused {
                if let frame = fromClient.readSlice(length: frameBytes) { keep(type, frame) }
                continue
            }
            move(frameBytes, from: &fromClient, to: &toRunner)
        }
        if fromClient.readableBytes == 0 { fromClient = ByteBuffer() }
        sayTaken()
        if awaitingRecord.isEmpty { sendRunner() }
    }

    /// What is lost counts as taken, so that its sender does not wait for ever.
    private func sayTaken() {
        guard !isEnded, clientTakesMore, lostInput > 0 else { return }
        var writer = BodyWriter()
        writer.uint32(UInt32(clamping: lostInput))
        toClient.writeBytes(frame(.taken, writer.bytes))
        lostInput = 0
        turn.enlist(self)
    }

    private func noteInput(_ frameBytes: Int) {
        do {
            try body(of: fromClient, frameBytes) { bytes throws(RecordingError) in
                try recordInput(bytes)
            }
            inputAwaitsRecord = true
            paceRecording()
        } catch {
            fail(recording: error)
        }
    }

    private func noteResize(_ frameBytes: Int) {
        do {
            let size = try body(of: fromClient, frameBytes) { bytes throws(BodyError) in
                try Shell.TerminalSize(body: bytes)
            }
            try recordResize(size)
            paceRecording()
        } catch let error as BodyError {
            end(.protocolError("\(error)"))
        } catch {
            fail(recording: error)
        }
    }

    func clientCanTakeMore(_ canTake: Bool) {
        clientTakesMore = canTake
        sayTaken()
        setReading()
    }

    func serverCanTakeMore(_ canTake: Bool) {
        runnerTakesMore = canTake
        setReading()
    }

    /// What is not read stays with the runner, whose programs then wait: those that write, and those that start. Of the
    /// client it stays in its socket. Who does not take output may still send what ends its programs.
    func setReading() {
        runner.setReading(clientTakesMore && !standsStill && !waitsForFiling)
        client.setReading(runnerTakesMore && !waitsForFiling)
    }

    func clientClosed() { end(.clientLeft) }

    // MARK: From the runner

    func serverRead(_ buffer: inout ByteBuffer) {
        append(&buffer, to: &fromRunner)
        while !isEnded, !standsStill,
            let (type, frameBytes) = header(of: fromRunner, from: .runner)
        {
            guard fromRunner.readableBytes >= frameBytes else { break }
            do {
                try took(type, frameBytes)
            } catch let error as BodyError {
                return unreadable(error)
            } catch {
                return fail(recording: error)
            }
            if !isEnded { fromRunner.moveReaderIndex(forwardBy: frameBytes) }
        }
        if fromRunner.readableBytes == 0 { fromRunner = ByteBuffer() }
        if !isEnded {
            turn.enlist(self)
            paceRecording()
        }
    }

    func unreadable(_ error: BodyError) {
        services.log.warning(
            "a runner sent what cannot be read",
            metadata: [
                "session": "\(id.rawValue)", "target": "\(target.name)", "error": "\(error)",
            ])
        end(.upstreamLost("its runner sent what cannot be read"))
    }

    /// The frame's bytes are at the front of `fromRunner`.
    private func took(_ type: FrameType, _ frameBytes: Int) throws {
        switch type {
        case .terminal, .output, .error:
            try body(of: fromRunner, frameBytes) { bytes throws(RecordingError) in
                try recordOutput(bytes, type)
            }
            copy(frameBytes, from: fromRunner, to: &toClient)
        case .taken:
            let count = try body(of: fromRunner, frameBytes) { bytes throws(BodyError) in
                var reader = BodyReader(bytes)
                return try reader.uint32()
            }
            inputOnTheWay = max(0, inputOnTheWay - Int(count))
            copy(frameBytes, from: fromRunner, to: &toClient)
        case .notice:
            let notice: ShellNotice = try value(frameBytes)
            try tell(ofRunner: notice.message)
        case .starting:
            if frameBytes > GatewayLimits.loopTextBytesMax {
                return readAside(body(of: fromRunner, frameBytes) { Array($0) })
            }
            let (program, subject) = try body(of: fromRunner, frameBytes) {
                bytes throws(BodyError) in
                try reading.read(bytes, turn.digest(of: bytes))
            }
            try starting(program, subject)
        case .programEnded: ended(try value(frameBytes))
        case .programGone: gone(try value(frameBytes))
        case .over:
            let how = try body(of: fromRunner, frameBytes) { bytes throws(BodyError) in
                try ShellEnd(body: bytes)
            }
            if case .cut(let why) = how {
                try tell(ofRunner: why)
                finish(.cut("the runner ended it"))
            } else {
                finish(how)
            }
        case .failed:
            let (why, status) = try body(of: fromRunner, frameBytes) { bytes throws(BodyError) in
                var reader = BodyReader(bytes)
                return (try reader.text(most: ShellLimits.pathBytesMax), try reader.int32())
            }
            try tell(ofRunner: why)
            finish(.exited(0...255 ~= status ? status : 126))
        default: throw BodyError("a frame that a runner does not send")
        }
    }

    func starting(_ program: ProgramStart, _ subject: ShellSubject) throws(BodyError) {
        guard case .running = stage, program.number > lastProgram else {
            throw BodyError("the start of a program that cannot be")
        }
        lastProgram = program.number
        judge(program, subject)
    }

    private func value<Body: FrameBody>(_ frameBytes: Int) throws(BodyError) -> Body {
        try body(of: fromRunner, frameBytes) { bytes throws(BodyError) in try Body(body: bytes) }
    }

    /// Nothing of the runner's is looked at now.
    var standsStill: Bool { isPaused || isReadingAside }

    /// What came while the session stood still is looked at.
    func readRunner() {
        setReading()
        var nothing = ByteBuffer()
        serverRead(&nothing)
    }

    func serverClosed() {
        runnerHasLeft = true
        if !standsStill { end(.upstreamLost("the runner closed the connection")) }
    }

    /// At the end of a session that stands still: what its programs wrote, and how they ended, is a part of the record.
    private func recordWhatCame() {
        while let (type, frameBytes) = header(of: fromRunner, from: .runner),
            fromRunner.readableBytes >= frameBytes
        {
            do {
                switch type {
                case .terminal, .output, .error:
                    try body(of: fromRunner, frameBytes) { bytes throws(RecordingError) in
                        try recordOutput(bytes, type)
                    }
                case .programEnded: ended(try value(frameBytes))
                default: break
                }
            } catch {
                return services.log.error(
                    "the end of a session was not recorded", metadata: ["error": "\(error)"])
            }
            fromRunner.moveReaderIndex(forwardBy: frameBytes)
        }
    }

    // MARK: Bytes

    private enum Side { case client, runner }

    private func header(of buffer: ByteBuffer, from side: Side) -> (FrameType, Int)? {
        let most =
            side == .client
            ? ShellLimits.dataBytesMax + FrameHeader.byteCount : ShellLimits.frameBytesMax
        switch buffer.withUnsafeReadableBytes({ FrameHeader.read($0, at: 0, bytesMax: most) }) {
        case .needMore: return nil
        case .header(let header):
            if let type = FrameType(rawValue: header.type) { return (type, header.frameBytes) }
        case .badLength: break
        }
        end(
            side == .client
                ? .protocolError("a frame that is none") : .upstreamLost("the runner sent no frame")
        )
        return nil
    }

    private func body<Value, Failure: Error>(
        of buffer: ByteBuffer, _ frameBytes: Int,
        _ read: (UnsafeRawBufferPointer) throws(Failure) -> Value
    ) throws(Failure) -> Value {
        let result = buffer.withUnsafeReadableBytes { bytes -> Result<Value, Failure> in
            let part = UnsafeRawBufferPointer(rebasing: bytes[FrameHeader.byteCount..<frameBytes])
            do throws(Failure) {
                return .success(try read(part))
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func copy(_ count: Int, from source: ByteBuffer, to target: inout ByteBuffer) {
        source.withUnsafeReadableBytes { bytes in
            _ = target.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
    }

    private func move(_ count: Int, from source: inout ByteBuffer, to target: inout ByteBuffer) {
        copy(count, from: source, to: &target)
        source.moveReaderIndex(forwardBy: count)
    }

    private func append(_ buffer: inout ByteBuffer, to pending: inout ByteBuffer) {
        if pending.readableBytes == 0 { return pending = buffer }
        // What always begins in the middle of a frame would otherwise be kept from its beginning.
        pending.discardReadBytes()
        pending.writeBuffer(&buffer)
    }

    // A write that fails may lead back into the session: while it goes on, its buffer is not the session's.

    func sendClient() {
        guard toClient.readableBytes > 0 else { return }
        var bytes = toClient
        toClient = ByteBuffer()
        client.write(&bytes)
        if toClient.readableBytes == 0 { toClient = bytes }
    }

    func sendRunner() {
        guard toRunner.readableBytes > 0, !inputAwaitsRecord else { return }
        var bytes = toRunner
        toRunner = ByteBuffer()
        runner.write(&bytes)
        if toRunner.readableBytes == 0 { toRunner = bytes }
    }

    /// Besides the session's own output. Recorded too, unless that was done: who watches is told the same.
    func tell(_ notice: ShellNotice, isRecorded: Bool = false) {
        if !isRecorded { recordNotice(notice.line) }
        toClient.writeBytes(notice.frame)
        alsoTell?(notice)
        turn.enlist(self)
    }

    /// A runner only informs, in its own name: what is held and decided is ours to say. It may say so as long as more may be
    /// recorded.
    private func tell(ofRunner text: String) throws(RecordingError) {
        let notice = ShellNotice(.information, message: "the runner says: \(text)")
        try recording.notice(notice.line, isCounted: true)
        tell(notice, isRecorded: true)
    }

    // MARK: Beginning and end

    /// The first of a session's life: it can be found by a revocation and a new policy from here on.
    func begin() {
        guard !isEnded else { return }
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        let loop = eventLoop
        services.sessions.add(
            .init(
                session: id, principal: caller.principal.name,
                owner: caller.principal.accountable, credential: caller.credential,
                target: target.name, cancelKey: nil,
                end: { reason in loop.execute { session.value.end(reason) } },
                cancel: {},
                policyChanged: { loop.execute { session.value.policyChanged() } },
                tell: { notice in
                    loop.execute {
                        session.value.tell(
                            ShellNotice(.information, message: notice.message, hint: notice.hint))
                    }
                }, watched: { change in loop.execute { session.value.watched(change) } }))
        turn.enlist(self)
        if let reason = standing.reasonToEnd() { return end(reason) }
        checkStanding()
        expireWithCredential()
        toClient.writeBytes(ShellOpened(session: id.rawValue).frame)
        do { try recordStart() } catch { return fail(recording: error) }
        judgeLogin()
    }

    func policyChanged() { _ = mayGoOn() }

    /// Takes over what has changed outside of the session. Ends the session, and is false, when by that it may not go on.
    func mayGoOn() -> Bool {
        guard standing.refresh() else { return true }
        if let reason = standing.reasonToEnd() {
            end(reason)
            return false
        }
        tellWatched()
        moderate()
        return !isEnded
    }

    /// Its own program has ended, and all that it wrote has come.
    private func finish(_ how: ShellEnd) {
        toClient.writeBytes(how.frame)
        end(.finished(how))
    }

    /// Ends the session, once: what is held is abandoned, what runs ends with the runner's connection, both sockets close,
    /// the record is closed.
    func end(_ reason: SessionEnd) {
        guard !isEnded else { return }
        stage = .ended
        if standsStill { recordWhatCame() }
        expiry?.cancel()
        moderation.deadline?.cancel()
        for waiting in held.values { abandon(waiting, reason.text) }
        held.removeAll()
        toRunner.clear()
        awaitingRecord.removeAll()
        if case .finished = reason {
        } else {
            toClient.writeBytes(ShellEnd.cut(reason.text).frame)
            alsoTell?(ShellNotice(.information, message: "the session was ended: \(reason.text)"))
        }
        alsoTell = nil
        close(recordingFor: reason)
        services.sessions.remove(id)
        seat = nil
        services.heap.noteFreed()
        runner.close()
        // What it showed last is written before it is seen: the turn sends it, and closes.
        turn.enlist(self)
    }

    func fail(recording error: any Error) {
        toClient.clear()
        end(.recordingFailed("\(error)"))
    }
}

extension ShellSession: UpstreamReader, ClientReader {}

extension ShellSession: PacedSession {
    /// What is in the buffers is written now, or could not be: then nothing of it leaves.
    func turnEnded(_ failure: (any Error)?) {
        if isEnded {
            if let failure {
                // Why is no output: it needs no record.
                toClient.clear()
                toClient.writeBytes(
                    ShellEnd.cut(SessionEnd.recordingFailed("\(failure)").text).frame)
            }
            sendClient()
            return client.finish()
        }
        if let failure { return fail(recording: failure) }
        guard spendReceipts() else { return fail(recording: GatewayError.noReceipt) }
        inputAwaitsRecord = false
        sendRunner()
        sendClient()
    }
}

/// A program that runs, until its end is known.
struct RunningProgram {
    let path: [UInt8]
    let started: MonotonicTime
    let hold: HoldID?
}
