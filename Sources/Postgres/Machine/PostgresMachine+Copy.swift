import Wire

/// COPY FROM STDIN in the client's stream.
extension PostgresMachine {
    /// CopyData, CopyDone or CopyFail as the first message. Outside a COPY the server throws them away.
    mutating func readCopy(_ header: FrameHeader, _ bytes: UnsafeRawBufferPointer) -> ClientStep {
        switch copy {
        case .none: return dropMessage(header, bytes.count)
        case .expected:
            guard hasUnflushed else { return .wait }
            hasUnflushed = false
            return .send(.flush)
        case .active: break
        }
        if header.type == ClientMessageType.copyData { return startCopyData(header, bytes.count) }
        guard header.frameBytes <= limits.smallFrameBytesMax else {
            return .fail(.malformed("CopyFail"))
        }
        guard bytes.count >= header.frameBytes else { return .needMore(atLeast: header.frameBytes) }
        if header.type == ClientMessageType.copyDone, header.bodyBytes != 0 {
            return .fail(.malformed("CopyDone"))
        }
        copyEndSent()
        return .pass(header.frameBytes)
    }

    /// Amid COPY data the client sent another command. The server may have failed the COPY already and take it, so it cannot
    /// be left to the server: the COPY is ended for certain, and then the command is judged.
    mutating func endCopy() -> ClientStep {
        copyEndSent()
        copy = .expected
        return .send(.copyFail)
    }

    private mutating func copyEndSent() {
        // The next statement of a Query may be another COPY.
        let isQuery = queue.firstKind == .query
        copy = isQuery ? .expected : .none
        hasUnflushed = !isQuery
    }

    private mutating func startCopyData(_ header: FrameHeader, _ available: Int) -> ClientStep {
        let count = min(header.frameBytes, available)
        progress.copyMessagesIn += 1
        progress.copyBytesIn += count - FrameHeader.byteCount
        if count < header.frameBytes { phase = .passingCopy(header.frameBytes - count) }
        return .passCopy(header: FrameHeader.byteCount, payload: count - FrameHeader.byteCount)
    }
}
