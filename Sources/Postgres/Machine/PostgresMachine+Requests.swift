import Wire

/// From the client's commands to requests for a verdict.
extension PostgresMachine {
    /// Query, Parse, Bind, Execute or FunctionCall as the first message, when a command may be judged.
    mutating func readCommand(
        _ header: FrameHeader, _ bytes: UnsafeRawBufferPointer
    ) -> ClientStep {
        guard header.frameBytes <= frameBytesMax(header.type) else {
            return judge(unreadable(header, .tooLarge(header, limits)))
        }
        guard bytes.count >= header.frameBytes else { return .needMore(atLeast: header.frameBytes) }
        let frame = UnsafeRawBufferPointer(rebasing: bytes[..<header.frameBytes])
        let draft: Draft =
            switch header.type {
            case ClientMessageType.query: queryDraft(frame)
            case ClientMessageType.parse: parseDraft(frame)
            case ClientMessageType.bind: bindDraft(frame)
            case ClientMessageType.execute: executeDraft(frame)
            default: functionDraft(frame)
            }
        switch draft {
        case .wait: return waitForReplies()
        case .unreadable(let error): return judge(unreadable(header, error))
        case .request(let request): return judge(request)
        }
    }

    private enum Draft {
        case request(ActionRequest)
        case unreadable(ErrorFields)
        /// Earlier replies decide what it means.
        case wait
    }

    private func frameBytesMax(_ type: UInt8) -> Int {
        switch type {
        case ClientMessageType.query: limits.textBytesMax + FrameHeader.byteCount + 1
        // The name, the text, and as many types as a count of 16 bits can announce.
        case ClientMessageType.parse: limits.textBytesMax + 4 * Int(UInt16.max) + 1024
        case ClientMessageType.execute: limits.smallFrameBytesMax
        default: limits.bindBytesMax
        }
    }

    /// Gives the request out.
    mutating func judge(_ request: ActionRequest) -> ClientStep {
        if let continued = request.execution?.continued {
            request.id = continued
        } else {
            request.id = ActionID(nextAction)
            nextAction += 1
        }
        request.inTransaction = mayBeInTransaction
        request.isSettled = queue.isEmpty
        if request.refusal == nil { request.refusal = standingRefusal }
        phase = .judging(request)
        return .judge(request)
    }

    /// True from the first message after a ReadyForQuery, and as long as one is not answered.
    private var mayBeInTransaction: Bool {
        status != .idle || groupIsOpen || groupsAnswered < groupsSent
    }

    /// Under the server's present settings no text can be read.
    private var standingRefusal: ErrorFields? {
        readsTextAlike ? nil : .settings(standardConformingStrings, clientEncoding)
    }

    func unreadable(_ header: FrameHeader, _ error: ErrorFields) -> ActionRequest {
        let message: PendingReply.Message =
            switch header.type {
            case ClientMessageType.query: .query
            case ClientMessageType.functionCall: .functionCall
            default: .parse
            }
        let request = ActionRequest(
            .unreadable, byteCount: header.frameBytes, to: message)
        request.refusal = error
        return request
    }

    private func queryDraft(_ frame: UnsafeRawBufferPointer) -> Draft {
        var reader = ByteReader(frame, from: FrameHeader.byteCount)
        guard let text = reader.terminatedRange(), reader.isAtEnd else {
            return .unreadable(.malformed("Query"))
        }
        let request = ActionRequest(
            .query, byteCount: frame.count, to: .query)
        request.textRange = text
        return withReadableText(frame, request)
    }

    private func parseDraft(_ frame: UnsafeRawBufferPointer) -> Draft {
        var reader = ByteReader(frame, from: FrameHeader.byteCount)
        guard let nameRange = reader.terminatedRange(), let text = reader.terminatedRange(),
            let count = reader.uint16(), let types = reader.range(4 * Int(count)), reader.isAtEnd
        else { return .unreadable(.malformed("Parse")) }
        guard let name = MessageReader.name(frame[nameRange], serverEncoding) else {
            return .unreadable(.badName)
        }
        guard text.count <= limits.textBytesMax else { return .unreadable(.textTooLarge(limits)) }
        guard name.isUnnamed || hasRoom(forText: text.count) else {
            return whenSettled(.tooManyStatements)
        }
        let request = ActionRequest(.parse, byteCount: frame.count, to: .parse, name: name)
        request.statement = preparedText(frame, text: text, types: types)
        request.textRange = text
        request.statementName = name
        request.parametersRange = types
        return withReadableText(frame, request)
    }

    func hasRoom(forText bytes: Int) -> Bool {
        tables.hasRoom(
            forText: bytes, pending: queue.statementChanges, pendingBytes: queue.textBytes)
    }

    /// Full only counting what is not answered: the answers may make room.
    private func whenSettled(_ error: ErrorFields) -> Draft {
        queue.isEmpty ? .unreadable(error) : .wait
    }

    private func preparedText(
        _ frame: UnsafeRawBufferPointer, text: Range<Int>, types: Range<Int>
    ) -> PreparedText {
        var reader = ByteReader(UnsafeRawBufferPointer(rebasing: frame[types]))
        var oids: [UInt32] = []
        while let oid = reader.uint32() { oids.append(oid) }
        return PreparedText(text: Array(frame[text]), parameterTypes: oids)
    }

    /// Text that reads otherwise under other settings waits until the settings are known.
    private func withReadableText(_ frame: UnsafeRawBufferPointer, _ request: ActionRequest)
        -> Draft
    {
        guard groupsAnswered <= settingsGroup,
            dependsOnSettings(UnsafeRawBufferPointer(rebasing: frame[request.textRange]))
        else { return .request(request) }
        guard settingsGroup < groupsSent else { return .unreadable(.needsSync) }
        return .wait
    }

    private func bindDraft(_ frame: UnsafeRawBufferPointer) -> Draft {
        var reader = ByteReader(frame, from: FrameHeader.byteCount)
        guard let portalRange = reader.terminatedRange(),
            let statementRange = reader.terminatedRange(),
            let parameters = ParameterReader.validate(
                frame, from: reader.offset, resultFormats: .list)
        else { return .unreadable(.malformed("Bind")) }
        guard let portal = MessageReader.name(frame[portalRange], serverEncoding),
            let name = MessageReader.name(frame[statementRange], serverEncoding)
        else { return .unreadable(.badName) }
        guard portal.isUnnamed || tables.hasRoomForPortal(pending: queue.count) else {
            return whenSettled(.tooManyPortals)
        }
        let request = ActionRequest(
            .bind, byteCount: frame.count, to: .bind, name: portal)
        switch lookupStatement(name) {
        case .uncertain: return .wait
        case .unknown: break
        case .known(let statement): request.statement = statement
        }
        request.statementName = name
        request.parametersRange = parameters
        return .request(request)
    }

    private func executeDraft(_ frame: UnsafeRawBufferPointer) -> Draft {
        var reader = ByteReader(frame, from: FrameHeader.byteCount)
        guard let range = reader.terminatedRange(), reader.uint32() != nil, reader.isAtEnd else {
            return .unreadable(.malformed("Execute"))
        }
        guard let name = MessageReader.name(frame[range], serverEncoding) else {
            return .unreadable(.badName)
        }
        let request = ActionRequest(
            .execute, byteCount: frame.count, to: .execute, name: name)
        request.execution = .new
        switch lookupPortal(name) {
        case .uncertain, .running: return .wait
        case .unknown: break
        case .known(let portal): request.execute(portal, lastAction: lastAction)
        }
        return .request(request)
    }

    private func functionDraft(_ frame: UnsafeRawBufferPointer) -> Draft {
        var reader = ByteReader(frame, from: FrameHeader.byteCount)
        guard let function = reader.uint32(),
            let arguments = ParameterReader.validate(
                frame, from: reader.offset, resultFormats: .one)
        else { return .unreadable(.malformed("FunctionCall")) }
        let request = ActionRequest(
            .functionCall, byteCount: frame.count, to: .functionCall)
        request.function = function
        request.parametersRange = arguments
        return .request(request)
    }
}

extension ActionRequest {
    /// Execute of a portal that the tables know.
    fileprivate func execute(_ portal: SessionTables.Portal, lastAction: ActionID) {
        statement = portal.statement
        switch portal.state {
        case .cursor, .completed: execution = .new
        case .fresh:
            execution = .first(of: portal.action, othersBetween: lastAction != portal.action)
        case .suspended: execution = .suspended(of: portal.action)
        }
        guard execution?.continued != nil else { return }
        consequences = portal.consequences
    }
}

extension ActionRequest.Execution {
    /// The action that goes on.
    var continued: ActionID? {
        switch self {
        case .first(let action, _), .suspended(let action): action
        case .new: nil
        }
    }
}
