/// The verdicts on the request that `.judge` gave last. Without such a request they do nothing.
extension PostgresMachine {
    /// The request is allowed. True: send its `byteCount` bytes upstream now and use them up. False: do not; ask for
    /// the next step (an earlier message failed meanwhile and the server will not look at it, or it had to be refused).
    public mutating func released(_ terms: ReleaseTerms = ReleaseTerms()) -> Bool {
        guard let judgement = takeJudgement() else { return false }
        if let refusal = judgement.refusal {
            startRefusing(judgement, refusal)
            return false
        }
        guard !skipping, !upstreamEnds else { return false }
        commit(judgement, terms)
        return true
    }

    /// The request is refused: the client gets `error`, at the place of its own reply, and the server's transaction fails.
    public mutating func refused(_ error: ErrorFields) {
        guard let judgement = takeJudgement() else { return }
        startRefusing(judgement, judgement.refusal ?? error)
    }

    /// Nothing is decided yet: brings out all earlier replies first. The same message comes again as a new request with
    /// `isSettled`, or is dropped when an earlier one failed.
    public mutating func settle() {
        guard takeJudgement() != nil else { return }
        phase = .settling
    }

    /// The request is held. The notice goes to the client; `released`, `refused` or `abandoned` ends it. For a request
    /// that is not settled it is the same as `settle()`.
    public mutating func held(notice: ErrorFields) {
        guard case .judging(let judgement) = phase else { return }
        guard queue.isEmpty, judgement.refusal == nil else { return settle() }
        phase = .held(judgement)
        notify(notice)
    }

    /// The client cancelled its held request: as `refused` with SQLSTATE 57014.
    public mutating func abandoned() { refused(.canceled) }

    /// True when behind the held message, of `byteCount` bytes, the client has sent Terminate next: it has gone.
    public static func clientGaveUp(behind byteCount: Int, in bytes: UnsafeRawBufferPointer) -> Bool
    {
        bytes.count > byteCount && byteCount >= 0 && bytes[byteCount] == ClientMessageType.terminate
    }

    private mutating func takeJudgement() -> Judgement? {
        switch phase {
        case .judging(let judgement), .held(let judgement):
            phase = .reading
            return judgement
        case .reading, .settling, .refusing, .closingRefusal, .dropping, .passingCopy:
            return nil
        }
    }

    private mutating func startRefusing(_ judgement: Judgement, _ error: ErrorFields) {
        phase = .refusing(judgement, error)
    }

    /// The message leaves: its reply is expected from now on.
    private mutating func commit(_ judgement: Judgement, _ terms: ReleaseTerms) {
        var reply = judgement.reply
        if !judgement.continues {
            lastAction = reply.action
            reply.consequences = terms.consequences
            if reply.mayChangeSettings { settingsGroup = groupsSent }
        }
        if reply.kind == .parse, let text = reply.statement {
            reply.statement = PreparedText(
                text: text.text, parameterTypes: text.parameterTypes, meaning: terms.meaning)
        }
        if reply.copiesIn, reply.kind == .query || reply.kind == .execute { copy = .expected }
        queue.append(reply)
        noteSent(reply.kind)
    }
}
