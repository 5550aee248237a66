import Vocabulary

/// Commands and containers that this gateway let be made for the same principal under the same policies.
public struct JudgedObjects: Sendable {
    /// By their ids.
    public var execs: [String: JudgedExec]
    /// Ids.
    public var containers: Set<String>

    public init(execs: [String: JudgedExec] = [:], containers: Set<String> = []) {
        self.execs = execs
        self.containers = containers
    }
}

/// A command in a container, as it was judged when it was made.
public struct JudgedExec: Hashable, Sendable {
    /// The container's id.
    public let container: String
    public let isTerminal: Bool
    public let command: [String]
    /// What its making did: its start does the same.
    let effect: Effect
    /// Where it was made, and what people consented to before: its start comes in another session.
    public var origin: Origin?
    /// It starts once.
    public var hasStarted = false

    /// The making of a command.
    public struct Origin: Hashable, Sendable {
        public let session: SessionID
        public let hold: HoldID?

        public init(session: SessionID, hold: HoldID?) {
            self.session = session
            self.hold = hold
        }
    }

    /// What is kept of it: its words, and what of its container rules may ask for, of which labels are the most.
    public var byteCount: Int {
        let words = command.reduce(0) { $0 + $1.utf8.count }
        let attributes = effect.attributes.reduce(0) {
            $0 + $1.key.utf8.count + $1.value.description.utf8.count
        }
        // The words are kept as the effect's arguments too.
        return 2 * words + attributes
    }
}

/// What is known about the objects that a call names.
public struct EngineFacts: Sendable {
    enum Answer: Sendable {
        case object(JSONValue)
        /// There is none: the engine's own words.
        case missing(body: [UInt8])
    }

    let judged: JudgedObjects
    private(set) var answers: [EngineQuestion: Answer] = [:]
    private var byteCount = 0

    public init(judged: JudgedObjects = JudgedObjects()) { self.judged = judged }

    public var hasAskedOfContainers: Bool {
        answers.keys.contains { if case .container = $0 { true } else { false } }
    }

    /// Takes the engine's answer: an object, or that there is none.
    public mutating func take(
        _ question: EngineQuestion, status: Int, body: [UInt8]
    ) throws(DockerRefusal) {
        guard answers.count < DockerLimits.questionsMax else {
            throw DockerRefusal(
                400, "the call depends on more than \(DockerLimits.questionsMax) objects")
        }
        byteCount += body.count
        guard byteCount <= DockerLimits.answersBytesMax else {
            throw DockerRefusal(
                400,
                "the engine says more than \(DockerLimits.answersBytesMax) bytes of what it is about"
            )
        }
        switch status {
        case 404: answers[question] = .missing(body: body)
        case 200: answers[question] = .object(try Self.object(body, question))
        default:
            throw DockerRefusal(
                502, "the engine answers \(status) to \(question.words)\(reason(body))")
        }
    }

    private static func object(
        _ body: [UInt8], _ question: EngineQuestion
    ) throws(DockerRefusal) -> JSONValue {
        do throws(JSONError) {
            return try JSONValue(parsing: body)
        } catch {
            throw DockerRefusal(
                502, "the engine's answer to \(question.words) is no JSON: \(error)")
        }
    }
}

/// What the engine says is wrong, in a message.
private func reason(_ body: [UInt8]) -> String {
    guard let text = (try? JSONValue(parsing: body))?["message"]?.text else { return "" }
    return ": \(shown(text))"
}

extension EngineQuestion {
    fileprivate var words: String { "`GET /\(path.map(shown).joined(separator: "/"))`" }
}
