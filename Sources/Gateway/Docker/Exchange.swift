import Docker
import HTTP
import Holds
import NIOCore
import Policy
import Vocabulary

/// One request of a client's, from its head to the end of what answers it. Confined to its session's loop.
///
///     head ─▶ body ─▶ questions to the engine ─▶ decision ─▶ recorded ─▶ out ─▶ response
final class Exchange {
    /// The request's number in its session, from 1.
    let number: UInt64
    let head: RequestHead
    /// The head as it came, where the call may be known by it.
    var headBytes: [UInt8]?
    var call: EngineCall
    var facts = EngineFacts()
    /// What it is about has been read of containers.
    var hasAskedOfContainers = false
    /// What its judgement stands on.
    var footing = Footing()
    /// What the client still sends of it.
    var incoming: BodyDecoder
    /// All of it has come.
    var isWhole = false
    /// Of a JSON body.
    var body: [UInt8] = []
    /// Of a build: looks into its context while that comes.
    var contextReader: BuildContext?
    /// Keeps it.
    var spool: ContextSpool?
    /// To a question, while it comes.
    var answer: Answer?
    /// What it does, once that is known.
    var subject: CallSubject?
    var held: HeldCall?
    /// How often people were asked about it.
    var holds = 0

    /// Of all of it, once it has come.
    var contextDigest: Digest?
    /// Its head has been sent.
    var hasLeft = false

    // What comes back.
    /// Responses that only said that another one follows.
    var interims = 0
    var response: ResponseHead?
    var outgoing = BodyDecoder(.empty)
    var frames = StreamFrames()
    /// The beginning of the response's body, where it names what was made.
    var made: [UInt8] = []
    var bytesBack: UInt64 = 0
    var sent = MonotonicTime(nanoseconds: 0)
    /// What containers write is recorded from here on.
    var hasRecordedStart = false
    /// And what they are given to read, before they are.
    var recordsInput = false

    init(_ head: RequestHead, _ call: EngineCall, number: UInt64) {
        self.number = number
        self.head = head
        self.call = call
        incoming = BodyDecoder(head.body)
        isWhole = head.body == .empty || head.body == .length(0)
    }

    /// The engine's answer to a question.
    struct Answer {
        let question: EngineQuestion
        var head: ResponseHead?
        var decoder = BodyDecoder(.empty)
        var body: [UInt8] = []
    }
}

/// A call that is judged: what it means, and the bytes that leave when it may.
struct CallSubject: Sendable {
    var number: UInt64
    /// What recordings find its statement by, where it comes again.
    var key: ObjectIdentifier?
    let engine: EngineAction
    let action: Action
    /// Head and JSON body, as they leave.
    let bytes: [UInt8]

    func does(_ verb: Verb) -> Bool { action.effects.contains { $0.verb == verb } }

    /// Its first line.
    var title: String {
        String(engine.shown.prefix { !$0.isNewline })
    }
}

/// What people are asked about.
struct HeldCall {
    /// Tells it from those of the same call before it.
    let ordinal: Int
    /// Of the bytes that people are asked about.
    let digest: Digest
    /// To hold: the last one.
    var decision: Decision
    /// `nil` until the hold is open.
    var hold: HoldID?
    var isReleasing = false
    /// A signal of the desk that came before the loop could take it.
    var early: HoldSignal?
    /// Keeps clients that wait only so long from leaving.
    var patience: RepeatedTask?
}

extension Verb {
    /// What shows the object, where it is one that is there: a container or an image.
    var look: Verb? {
        switch self {
        case .containerStart, .containerStop, .containerKill, .containerRemove, .containerUpdate,
            .containerExec, .containerExecStart, .containerAttach, .containerLogs,
            .containerArchiveRead, .containerArchiveWrite, .containerCommit:
            .containerInspect
        case .imageTag, .imageRemove, .imageSave, .imagePush: .imageInspect
        default: nil
        }
    }
}
