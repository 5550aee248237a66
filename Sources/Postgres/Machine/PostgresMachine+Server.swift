import Wire

/// The server's stream.
extension PostgresMachine {
    /// What to do with the server's bytes that no step has used up yet. Also when there are none: the gateway's own messages to
    /// the client come from here.
    public mutating func nextServerStep(_ bytes: UnsafeRawBufferPointer) -> ServerStep {
        if serverRemaining > 0 { return passRest(bytes.count) }
        if !toClient.isEmpty { return .send(toClient.removeFirst()) }
        var passed = 0
        while true {
            switch readReply(bytes, at: passed) {
            case .passes(let count) where serverRemaining > 0: return .pass(passed + count)
            case .passes(let count): passed += count
            case .says where passed > 0: return .pass(passed)
            case .says(let step): return step
            }
            if !toClient.isEmpty { return .pass(passed) }
        }
    }

    private enum Reply {
        /// Belongs to a run that passes; the machine has taken note of it.
        case passes(Int)
        /// Stands alone, and is asked for again when it is the first.
        case says(ServerStep)
    }

    private mutating func passRest(_ available: Int) -> ServerStep {
        guard available > 0 else { return .needMore(atLeast: 1) }
        let count = min(serverRemaining, available)
        serverRemaining -= count
        return .pass(count)
    }

    private mutating func readReply(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Reply {
        if upstreamEnds {
            return .says(bytes.count > start ? .drop(bytes.count) : .needMore(atLeast: 1))
        }
        switch FrameHeader.read(bytes, at: start, bytesMax: limits.frameBytesMax) {
        case .needMore: return .says(.needMore(atLeast: FrameHeader.byteCount))
        case .badLength(let type, let length):
            return .says(.fail(.badLength(.upstream, type, length)))
        case .header(let header): return readReply(header, bytes, at: start)
        }
    }

    private mutating func readReply(
        _ header: FrameHeader, _ bytes: UnsafeRawBufferPointer, at start: Int
    ) -> Reply {
        switch header.type {
        case ServerMessageType.noticeResponse, ServerMessageType.notificationResponse:
            return stream(header, bytes.count - start)
        case ServerMessageType.errorResponse, ServerMessageType.commandComplete,
            ServerMessageType.readyForQuery, ServerMessageType.parameterStatus,
            ServerMessageType.parameterDescription:
            return readWhole(header, bytes, at: start)
        case ServerMessageType.copyBothResponse:
            return .says(
                .fail(
                    MachineFailure(
                        .upstream, code: "0A000", "the gateway does not carry replication streams"))
            )
        default:
            guard header.bodyBytes == 0 || hasBody(header.type), accept(header) else {
                return .says(.fail(.unexpected(header.type)))
            }
            return stream(header, bytes.count - start)
        }
    }

    /// Messages whose content the machine does not need pass as they come.
    private mutating func stream(_ header: FrameHeader, _ available: Int) -> Reply {
        let count = min(header.frameBytes, available)
        serverRemaining = header.frameBytes - count
        return .passes(count)
    }

    private func hasBody(_ type: UInt8) -> Bool {
        switch type {
        case ServerMessageType.parseComplete, ServerMessageType.bindComplete,
            ServerMessageType.closeComplete, ServerMessageType.noData,
            ServerMessageType.portalSuspended, ServerMessageType.emptyQueryResponse,
            ServerMessageType.copyDone:
            false
        default: true
        }
    }

    /// Messages that the machine reads.
    private mutating func readWhole(
        _ header: FrameHeader, _ bytes: UnsafeRawBufferPointer, at start: Int
    ) -> Reply {
        let isError = header.type == ServerMessageType.errorResponse
        guard header.frameBytes <= (isError ? limits.errorBytesMax : limits.replyBytesMax) else {
            return .says(.fail(.badLength(.upstream, header.type, header.frameBytes - 1)))
        }
        guard bytes.count - start >= header.frameBytes else {
            return .says(.needMore(atLeast: header.frameBytes))
        }
        let body = UnsafeRawBufferPointer(
            rebasing: bytes[start + FrameHeader.byteCount..<start + header.frameBytes])
        switch header.type {
        case ServerMessageType.errorResponse: return readError(header, body, isFirst: start == 0)
        case ServerMessageType.commandComplete: return readCommandComplete(header, body)
        case ServerMessageType.readyForQuery: return readReadyForQuery(header, body)
        case ServerMessageType.parameterDescription: return readDescription(header, body)
        default: return readParameterStatus(header, body)
        }
    }

    private mutating func readParameterStatus(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer
    ) -> Reply {
        var reader = ByteReader(body)
        guard let name = reader.terminatedText(), let value = reader.terminatedText(),
            reader.isAtEnd
        else { return .says(.fail(.malformed("ParameterStatus", .upstream))) }
        reported(name, value)
        events.append(.parameterStatus(name: name, value: value))
        return .passes(header.frameBytes)
    }

    /// What the server made of the parameters' types that Parse left to it.
    private mutating func readDescription(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer
    ) -> Reply {
        var reader = ByteReader(body)
        guard let count = reader.uint16(), body.count == 2 + 4 * Int(count) else {
            return .says(.fail(.malformed("ParameterDescription", .upstream)))
        }
        guard queue.firstKind == .describeStatement else {
            return .says(.fail(.unexpected(header.type)))
        }
        let name = queue.oldest.name
        guard accept(header) else { return .says(.fail(.unexpected(header.type))) }
        var types: [UInt32] = []
        while let type = reader.uint32() { types.append(type) }
        tables.describe(name, types)
        return .passes(header.frameBytes)
    }

    private mutating func readCommandComplete(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer
    ) -> Reply {
        var reader = ByteReader(body)
        guard let tag = reader.terminatedText(), reader.isAtEnd else {
            return .says(.fail(.malformed("CommandComplete", .upstream)))
        }
        guard completed(tag: tag) else { return .says(.fail(.unexpected(header.type))) }
        return .passes(header.frameBytes)
    }

    private mutating func readReadyForQuery(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer
    ) -> Reply {
        guard body.count == 1, let status = TransactionStatus(rawValue: body[0]) else {
            return .says(.fail(.malformed("ReadyForQuery", .upstream)))
        }
        guard isReady(status) else { return .says(.fail(.unexpected(header.type))) }
        return .passes(header.frameBytes)
    }

    private mutating func readError(
        _ header: FrameHeader, _ body: UnsafeRawBufferPointer, isFirst: Bool
    ) -> Reply {
        guard let error = ErrorFields(body: body) else {
            return .says(.fail(.malformed("ErrorResponse", .upstream)))
        }
        if error.severity.endsSession {
            upstreamEnds = true
            events.append(.upstreamEnds(error))
            return .passes(header.frameBytes)
        }
        guard let kind = queue.firstKind else { return .says(.fail(.unexpected(header.type))) }
        guard kind == .failingParse else {
            guard failed(error, kind) else { return .says(.fail(.unexpected(header.type))) }
            return .passes(header.frameBytes)
        }
        // Ours in place of the server's is a step of its own: first what stands before it passes.
        guard isFirst else { return .says(.needMore(atLeast: header.frameBytes)) }
        let replacement = queue.oldest.replacement?.errorResponse ?? []
        queue.dropFirst()
        tables.transactional.failed()
        skipToSync(ActionID(0))
        return .says(.replace(header.frameBytes, with: replacement))
    }
}
