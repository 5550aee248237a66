import Wire

/// The client's stream.
extension PostgresMachine {
    /// What to do with the client's bytes that no step has used up yet.
    public mutating func nextClientStep(_ bytes: UnsafeRawBufferPointer) -> ClientStep {
        if upstreamEnds { return .wait }
        switch phase {
        case .reading: return read(bytes)
        case .judging, .held: return .wait
        case .settling: return settleStep() ?? reread(bytes)
        case .refusing(let request, let error): return refuse(request, error, bytes)
        case .closingRefusal(let frameBytes): return closeRefusal(frameBytes)
        case .dropping(let rest): return drop(rest, of: bytes.count)
        case .passingCopy(let rest): return passCopy(rest, of: bytes.count)
        }
    }

    private mutating func reread(_ bytes: UnsafeRawBufferPointer) -> ClientStep {
        phase = .reading
        return read(bytes)
    }

    /// Brings out earlier replies; `nil` when there is none to wait for, or the server skips.
    private mutating func settleStep() -> ClientStep? {
        guard !queue.isEmpty, !skipping else { return nil }
        guard hasUnflushed else { return .wait }
        hasUnflushed = false
        return .send(.flush)
    }

    /// The message cannot be judged before all that was sent is answered.
    mutating func waitForReplies() -> ClientStep {
        phase = .settling
        return settleStep() ?? .wait
    }

    private mutating func refuse(
        _ request: ActionRequest, _ error: ErrorFields, _ bytes: UnsafeRawBufferPointer
    ) -> ClientStep {
        if let step = settleStep() { return step }
        guard !skipping else { return reread(bytes) }
        let reply = PendingReply(to: .failingParse)
        reply.replacement = error
        queue.append(reply)
        groupIsOpen = true
        if request.message.endsGroup {
            phase = .closingRefusal(frameBytes: request.byteCount)
        } else {
            skipping = true
            phase = .dropping(request.byteCount)
        }
        return .send(.failingParse)
    }

    private mutating func closeRefusal(_ frameBytes: Int) -> ClientStep {
        queue.appendSync()
        noteSent(.sync)
        phase = .dropping(frameBytes)
        return .send(.sync)
    }

    private mutating func drop(_ rest: Int, of available: Int) -> ClientStep {
        guard available > 0 else { return .needMore(atLeast: 1) }
        let count = min(rest, available)
        phase = count == rest ? .reading : .dropping(rest - count)
        return .drop(count)
    }

    private mutating func passCopy(_ rest: Int, of available: Int) -> ClientStep {
        guard available > 0 else { return .needMore(atLeast: 1) }
        let count = min(rest, available)
        phase = count == rest ? .reading : .passingCopy(rest - count)
        progress.copyBytesIn += count
        return .passCopy(header: 0, payload: count)
    }

    /// Reads message after message; those that only pass are passed together.
    private mutating func read(_ bytes: UnsafeRawBufferPointer) -> ClientStep {
        var passed = 0
        while true {
            switch readMessage(bytes, at: passed) {
            case .passes(let count): passed += count
            case .alone where passed > 0, .says where passed > 0: return .pass(passed)
            case .says(let step): return step
            case .alone(let turn, let header): return take(turn, header, bytes)
            }
        }
    }

    private enum Message {
        /// Part of a run that passes; the machine has taken note of it.
        case passes(Int)
        /// Changes nothing in the machine.
        case says(ClientStep)
        /// Stands alone: taken when it is the first.
        case alone(Turn, FrameHeader)
    }

    private enum Turn {
        case drop, awaitCopy, endCopy, waitForReplies, copy, command, tooLarge, badName
    }

    private mutating func take(
        _ turn: Turn, _ header: FrameHeader, _ bytes: UnsafeRawBufferPointer
    ) -> ClientStep {
        switch turn {
        case .drop: drop(header.frameBytes, of: bytes.count)
        case .awaitCopy: awaitCopy()
        case .endCopy: endCopy()
        case .waitForReplies: waitForReplies()
        case .copy: readCopy(header, bytes)
        case .command: readCommand(header, bytes)
        case .tooLarge: judge(unreadable(header, .tooLarge(header, limits)))
        case .badName: judge(unreadable(header, badName(bytes)))
        }
    }

    /// What is wrong with a Describe or Close: its kind, or its name.
    private func badName(_ bytes: UnsafeRawBufferPointer) -> ErrorFields {
        let kinds: [UInt8] = [UInt8(ascii: "S"), UInt8(ascii: "P")]
        return bytes.count > FrameHeader.byteCount && kinds.contains(bytes[FrameHeader.byteCount])
            ? .badName : .malformed("Describe or Close")
    }

    private mutating func readMessage(
        _ bytes: UnsafeRawBufferPointer, at start: Int
    ) -> Message {
        switch FrameHeader.read(bytes, at: start, bytesMax: limits.frameBytesMax) {
        case .needMore: .says(.needMore(atLeast: FrameHeader.byteCount))
        case .badLength(let type, let length): .says(.fail(.badLength(.client, type, length)))
        case .header(let header): readMessage(header, bytes, at: start)
        }
    }

    private mutating func readMessage(
        _ header: FrameHeader, _ bytes: UnsafeRawBufferPointer, at start: Int
    ) -> Message {
        switch header.type {
        case ClientMessageType.query, ClientMessageType.parse, ClientMessageType.bind,
            ClientMessageType.execute, ClientMessageType.functionCall:
            readWaiting(.command, header)
        case ClientMessageType.sync: readSync(header)
        case ClientMessageType.flush: readFlush(header)
        case ClientMessageType.terminate:
            header.bodyBytes == 0
                ? .says(.terminate(header.frameBytes)) : .says(.fail(.malformed("Terminate")))
        case ClientMessageType.describe, ClientMessageType.close:
            readNamed(header, bytes, at: start)
        case ClientMessageType.copyData, ClientMessageType.copyDone, ClientMessageType.copyFail:
            .alone(skipping ? .drop : .copy, header)
        default: .says(.fail(.unknownType(.client, header.type)))
        }
    }

    /// What stands before any command: the server skips, or a COPY is not over.
    private func readWaiting(_ turn: Turn, _ header: FrameHeader) -> Message {
        if skipping { return .alone(.drop, header) }
        switch copy {
        case .none: return .alone(queue.isFull ? .waitForReplies : turn, header)
        case .expected: return .alone(.awaitCopy, header)
        case .active: return .alone(.endCopy, header)
        }
    }

    private mutating func readSync(_ header: FrameHeader) -> Message {
        guard header.bodyBytes == 0 else { return .says(.fail(.malformed("Sync"))) }
        // Amid COPY data the server ignores it.
        if copy == .active { return .alone(.drop, header) }
        if copy == .expected { return .alone(.awaitCopy, header) }
        if queue.isFull { return .alone(.waitForReplies, header) }
        queue.appendSync()
        noteSent(.sync)
        return .passes(header.frameBytes)
    }

    private mutating func readFlush(_ header: FrameHeader) -> Message {
        guard header.bodyBytes == 0 else { return .says(.fail(.malformed("Flush"))) }
        if skipping || copy == .active { return .alone(.drop, header) }
        hasUnflushed = false
        return .passes(header.frameBytes)
    }

    /// Describe and Close.
    private mutating func readNamed(
        _ header: FrameHeader, _ bytes: UnsafeRawBufferPointer, at start: Int
    ) -> Message {
        if skipping || copy != .none || queue.isFull { return readWaiting(.drop, header) }
        if header.frameBytes > limits.smallFrameBytesMax { return .alone(.tooLarge, header) }
        guard bytes.count - start >= header.frameBytes else {
            return .says(.needMore(atLeast: header.frameBytes))
        }
        let frame = UnsafeRawBufferPointer(rebasing: bytes[start..<start + header.frameBytes])
        guard let reply = MessageReader.named(frame, serverEncoding: serverEncoding) else {
            return .alone(.badName, header)
        }
        queue.append(reply)
        noteSent(reply.message)
        return .passes(header.frameBytes)
    }

    /// A released COPY FROM STDIN is not answered: what the message means depends on the answer.
    private mutating func awaitCopy() -> ClientStep {
        guard hasUnflushed else { return .wait }
        hasUnflushed = false
        return .send(.flush)
    }

    mutating func dropMessage(_ header: FrameHeader, _ available: Int) -> ClientStep {
        drop(header.frameBytes, of: available)
    }

    /// A message was put upstream that is answered.
    mutating func noteSent(_ kind: PendingReply.Message) {
        if kind.endsGroup {
            groupsSent += 1
            groupIsOpen = false
            hasUnflushed = false
            if kind == .sync { skipping = false }
        } else {
            groupIsOpen = true
            hasUnflushed = true
        }
    }
}
