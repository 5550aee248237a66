import Cryptography
import Holds
import Identity
import NIOCore
import Policy
import Postgres
import Recording
import SQL
import Vocabulary

/// One client's connection to one target, after login: it carries bytes between two sockets and asks the machine what
/// each of them is. Confined to one event loop, which both sockets share.
///
/// The way of a command: `pump` → machine says `.judge` → `judge` (inspect, decide) → recorded (`LoopTurn`) or
/// entered in the ledger → `Release` → its bytes join `toUpstream` → the turn ends → they leave.
final class PostgresSession {
    let services: GatewayServices
    let target: PostgresTarget
    let identity: SessionIdentity
    let turn: LoopTurn
    let eventLoop: any EventLoop
    var knowledge: SessionKnowledge
    var machine: PostgresMachine
    var caller: AuthenticatedPrincipal
    /// Let go at the end.
    var seat: SessionSeat?

    let client: SessionLink
    let upstream: SessionLink
    /// Bytes that came and no step has used up.
    var fromClient = ByteBuffer()
    var fromServer = ByteBuffer()
    /// Bytes that may leave: upstream at the end of the turn, to the client at the end of the pump.
    var toUpstream = ByteBuffer()
    var toClient = ByteBuffer()
    /// Actions whose bytes are in `toUpstream` and whose events are not written yet, in order.
    var awaitingRecord: [AwaitingRecord] = []

    var progress = Progress.judging
    var recording: SessionRecording
    /// What runs on the server now, to put outcomes to, in the order of release: outcomes come in the same.
    var running = CircularBuffer<RunningAction>(initialCapacity: 1)
    var lastBound: BoundAction?
    var knownTexts = KnownTexts()
    var aside = Aside()
    var schemaChangedInTransaction = false
    var catalogueWasAwaited = false
    /// A signal of the desk that came before the loop knew of the hold.
    var earlySignal: HoldSignal?
    /// The client cancelled the command while its hold was being opened.
    var wasCancelledWhileWaiting = false
    /// A hold that the client cancelled while it was being released.
    var cancelledHold: HoldID?
    /// How many holds the session has had; the last one's signals count.
    var holdsOpened: UInt64 = 0
    /// The server's own last words.
    var upstreamEnding: ErrorFields?
    var expiry: Scheduled<Void>?
    var enteredDecisions = EnteredDecisions()
    /// For a target that keeps rows in its recordings.
    var sample: RowSample?
    let upstreamKey: BackendKey?
    let openedAt: MonotonicTime

    var upstreamIsWritable = true
    /// The machine has seen the beginning of a message and needs the rest of it.
    var isAmidClientMessage = false
    var isEnlisted = false
    var isPumping = false
    var pumpAgain = false
    var ending: SessionEnd?

    init(
        services: GatewayServices, target: PostgresTarget, identity: SessionIdentity,
        caller: AuthenticatedPrincipal, seat: SessionSeat, turn: LoopTurn, client: SessionLink,
        upstream: SessionLink,
        login: UpstreamSession, recording: SessionRecording, eventLoop: any EventLoop
    ) {
        self.services = services
        self.target = target
        self.identity = identity
        self.caller = caller
        self.seat = seat
        self.turn = turn
        self.client = client
        self.upstream = upstream
        self.recording = recording
        self.eventLoop = eventLoop
        machine = PostgresMachine(login)
        upstreamKey = login.key
        sample = target.recordedRowsMax > 0 ? RowSample(rowsMax: target.recordedRowsMax) : nil
        openedAt = services.clock.monotonic()
        knowledge = SessionKnowledge(
            target: target, policySource: services.policies, directory: services.directory,
            principal: caller.principal)
    }

    /// What stands between the machine's request and its verdict.
    enum Progress {
        /// Nothing: commands are judged as they come.
        case judging
        /// A ledger entry, a refreshed catalogue or a hold's opening is waited for.
        case waiting
        /// The command is held.
        case holding(HeldAction)
        /// A hold was consented to and is being decided again.
        case releasing(HeldAction)
        case ended
    }

    // MARK: Carrying bytes

    func clientRead(_ buffer: inout ByteBuffer) {
        append(&buffer, to: &fromClient)
        if clientGaveUp { return end(.clientLeft) }
        pump()
    }

    /// Behind a held command stands the client's goodbye: nobody waits for it any more.
    private var clientGaveUp: Bool {
        guard let held = heldAction else { return false }
        return fromClient.withUnsafeReadableBytes {
            PostgresMachine.clientGaveUp(behind: held.request.byteCount, in: $0)
        }
    }

    /// Backpressure: a side that cannot take more stops the other from being read.
    func clientCanTakeMore(_ canTake: Bool) { upstream.setReading(canTake) }

    func append(_ buffer: inout ByteBuffer, to pending: inout ByteBuffer) {
        if pending.readableBytes == 0 {
            pending = buffer
        } else {
            pending.writeBuffer(&buffer)
        }
    }

    /// Asks the machine about both streams until neither moves any more.
    func pump() {
        guard !isEnded else { return }
        guard !isPumping else {
            pumpAgain = true
            return
        }
        isPumping = true
        repeat {
            pumpAgain = false
            pumpServer()
            pumpClient()
        } while pumpAgain && !isEnded
        isPumping = false
        flush()
        letGo()
        limitClientBuffer()
    }

    /// Buffers that are used up go back to where they came from, so that the next read needs no new ones.
    private func letGo() {
        if fromClient.readableBytes == 0 { fromClient = emptyBuffer }
        if fromServer.readableBytes == 0 { fromServer = emptyBuffer }
    }

    /// The client has been silent for a while: storage that is kept for the next bytes is given back.
    func idled() {
        if toClient.readableBytes == 0 { toClient = emptyBuffer }
        if toUpstream.readableBytes == 0 { toUpstream = emptyBuffer }
        services.heap.noteFreed()
    }

    private func pumpServer() {
        while !isEnded, fromServer.readableBytes > 0 || machine.hasOwnWords {
            switch fromServer.withUnsafeReadableBytes({ machine.nextServerStep($0) }) {
            case .needMore: return
            case .pass(let count):
                if sample != nil { sampleRows(count) }
                move(count, from: &fromServer, to: &toClient)
            case .drop(let count): fromServer.moveReaderIndex(forwardBy: count)
            case .replace(let count, let bytes):
                fromServer.moveReaderIndex(forwardBy: count)
                toClient.writeBytes(bytes)
            case .send(let bytes): toClient.writeBytes(bytes)
            case .fail(let failure): return fail(failure)
            }
            pumpAgain = true
            while let event = machine.nextEvent() { note(event) }
        }
    }

    private func pumpClient() {
        isAmidClientMessage = false
        // Whatever else the session does for the command at the front ends first.
        while case .judging = progress, fromClient.readableBytes > 0 || machine.isAmidMessage {
            switch fromClient.withUnsafeReadableBytes({ machine.nextClientStep($0) }) {
            case .needMore:
                isAmidClientMessage = true
                return
            case .wait: return
            case .pass(let count): forward(count)
            case .passCopy(let header, let payload): forward(header + payload)
            case .drop(let count): fromClient.moveReaderIndex(forwardBy: count)
            case .send(let message): toUpstream.writeBytes(message.bytes)
            case .judge(let request): judge(request)
            case .terminate(let count):
                forward(count)
                return end(.clientLeft)
            case .fail(let failure): return fail(failure)
            }
            pumpAgain = true
        }
    }

    /// Moves the client's own bytes, as they are, to those that leave.
    func forward(_ count: Int) { move(count, from: &fromClient, to: &toUpstream) }

    private func move(_ count: Int, from source: inout ByteBuffer, to target: inout ByteBuffer) {
        source.withUnsafeReadableBytes { bytes in
            _ = target.writeBytes(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        }
        source.moveReaderIndex(forwardBy: count)
    }

    /// Sends what may leave. Upstream bytes wait for the end of the turn while an event of theirs is unwritten.
    func flush() {
        if toClient.readableBytes > 0 {
            sendClient()
        }
        if toUpstream.readableBytes > 0, awaitingRecord.isEmpty { sendUpstream() }
    }

    // A write that fails may lead back into the session: while it goes on, its buffer is not the session's.

    func sendClient() {
        var bytes = toClient
        toClient = emptyBuffer
        client.write(&bytes)
        if toClient.readableBytes == 0 { toClient = bytes }
    }

    func sendUpstream() {
        var bytes = toUpstream
        toUpstream = emptyBuffer
        upstream.write(&bytes)
        if toUpstream.readableBytes == 0 { toUpstream = bytes }
    }

    /// While a command is held its client may send more, up to a limit; then its socket is not read any more. The rest
    /// of a message that has begun is always read: how large it may be is the machine's business.
    private func limitClientBuffer() {
        client.setReading(
            upstreamIsWritable
                && (isAmidClientMessage || fromClient.readableBytes < GatewayLimits.heldBytesMax))
    }

    // MARK: State

    var id: SessionID { identity.id }
    var targetName: TargetName { target.name }

    var isEnded: Bool {
        if case .ended = progress { true } else { false }
    }
}

/// Shares one storage: making it anew allocates nothing.
private let emptyBuffer = ByteBuffer()

/// Who and what a session is, for records.
struct SessionIdentity: Sendable {
    let id: SessionID
    let opened: WallTime
    /// The client's address and port, as text.
    let address: String
    let application: String
    let cancelKey: BackendKey
}

/// An action whose bytes wait in `toUpstream` for its event to be written.
struct AwaitingRecord {
    let number: UInt64
    /// Of a plain allow, whose release takes the record's receipt; `nil` where the ledger's has released it.
    let ruling: Ruling?
    let digest: Digest
}

/// A released action until its outcome is known.
struct RunningAction {
    let number: UInt64
    let started: MonotonicTime
    let hold: HoldID?
    let digest: Digest
    let kind: ActionRequest.Kind
}

/// The last Bind that was released, for its Execute's cheap check.
struct BoundAction {
    let action: ActionID
    let epoch: UInt64
    /// Until when the consents to it count, where it was held.
    let until: WallTime?
}

extension PostgresSession: ClientSession {}

extension PostgresSession: UpstreamReader, ClientReader {
    func serverRead(_ buffer: inout ByteBuffer) {
        append(&buffer, to: &fromServer)
        pump()
    }

    func serverClosed() { upstreamClosed() }

    func serverCanTakeMore(_ canTake: Bool) {
        upstreamIsWritable = canTake
        limitClientBuffer()
    }
}
