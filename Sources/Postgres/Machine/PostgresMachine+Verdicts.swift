/// The verdicts on the request that `.judge` gave last. Without such a request they do nothing.
extension PostgresMachine {
    /// The request is allowed. True: send its `byteCount` bytes upstream now and use them up. False: do not; ask for
    /// the next step (an earlier message failed meanwhile and the server will not look at it, or it had to be refused).
    /// An Execute that goes on with a released action needs no `terms`: the release was of all of it.
    public mutating func released(_ terms: ReleaseTerms? = nil) -> Bool {
        guard let request = takeRequest() else { return false }
        if let refusal = request.refusal {
            phase = .refusing(request, refusal)
            return false
        }
        guard !skipping, !upstreamEnds else { return false }
        if let bytes = terms?.consequences?.preparedBytes, bytes > 0, !hasRoom(forText: bytes) {
            phase = .refusing(request, .tooManyStatements)
            return false
        }
        commit(request, terms)
        return true
    }

    /// The request is refused: the client gets `error`, at the place of its own reply, and the server's transaction fails.
    public mutating func refused(_ error: ErrorFields) {
        guard let request = takeRequest() else { return }
        phase = .refusing(request, request.refusal ?? error)
    }

    /// Nothing is decided yet: brings out all earlier replies first. The same message comes again as a new request with
    /// `isSettled`, or is dropped when an earlier one failed.
    public mutating func settle() {
        guard takeRequest() != nil else { return }
        phase = .settling
    }

    /// The request is held. The notice goes to the client; `released`, `refused` or `abandoned` ends it. For a request
    /// that is not settled it is the same as `settle()`.
    public mutating func held(notice: ErrorFields) {
        guard case .judging(let request) = phase else { return }
        guard queue.isEmpty, request.refusal == nil else { return settle() }
        phase = .held(request)
        notify(notice)
    }

    /// The client cancelled its held request: as `refused` with SQLSTATE 57014.
    public mutating func abandoned() { refused(.canceled) }

    /// True when behind the held message, of `byteCount` bytes, the client has sent Terminate next: it has gone.
    public static func clientGaveUp(behind byteCount: Int, in bytes: UnsafeRawBufferPointer) -> Bool
    {
        bytes.count > byteCount && byteCount >= 0 && bytes[byteCount] == ClientMessageType.terminate
    }

    private mutating func takeRequest() -> ActionRequest? {
        switch phase {
        case .judging(let request), .held(let request):
            phase = .reading
            return request
        case .reading, .settling, .refusing, .closingRefusal, .dropping, .passingCopy:
            return nil
        }
    }

    /// The message leaves: its reply is expected from now on.
    private mutating func commit(_ request: ActionRequest, _ terms: ReleaseTerms?) {
        if !request.continues {
            let terms = terms ?? ReleaseTerms()
            lastAction = request.id
            request.consequences = terms.consequences
            if request.mayChangeSettings { settingsGroup = groupsSent }
            if request.kind == .parse, let text = request.statement {
                request.statement = PreparedText(
                    text: text.text, parameterTypes: text.parameterTypes, meaning: terms.meaning)
            }
        }
        let message = request.message
        if request.copiesIn, message == .query || message == .execute { copy = .expected }
        queue.append(request)
        noteSent(message)
    }
}
