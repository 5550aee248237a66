import Docker
import HTTP
import NIOCore

extension DockerSession {
    // MARK: A build's context

    func spool(_ call: EngineCall, _ exchange: Exchange) throws(EngineReply) {
        do {
            exchange.contextReader = try call.buildContext()
            exchange.spool = try ContextSpool(
                in: target.spoolDirectory, room: services.spoolRoom, of: caller.principal.name)
        } catch let refusal as DockerRefusal {
            throw EngineReply(refusal)
        } catch {
            throw noRoom(error)
        }
    }

    private func noRoom(_ error: any Error) -> EngineReply {
        services.log.error("a build's context was not kept", metadata: ["error": "\(error)"])
        return EngineReply(
            507, "the build's context cannot be kept until it is judged",
            hint: "ask the gateway's operator: its log says why")
    }

    /// Looked into as it comes, and kept.
    func readContext(_ exchange: Exchange) {
        var problem: EngineReply?
        read(exchange) { bytes in
            do {
                guard let spool = exchange.spool else { return false }
                try exchange.contextReader?.take(bytes)
                try spool.append(bytes)
                return true
            } catch let refusal as DockerRefusal {
                problem = EngineReply(refusal)
            } catch {
                problem = noRoom(error)
            }
            return false
        }
        // Behind the read: what is left of the body is thrown away, and the next request may follow.
        if let problem {
            exchange.contextReader = nil
            exchange.spool = nil
            return refuse(line(of: exchange.head), problem)
        }
        if !isEnded, exchange.isWhole { contextIsWhole(exchange) }
    }

    func contextIsWhole(_ exchange: Exchange) {
        do throws(DockerRefusal) {
            guard let plan = try exchange.contextReader?.finish() else { return }
            // With the tree of its files.
            exchange.contextReader = nil
            try exchange.call.read(context: plan)
            exchange.contextDigest = exchange.spool?.digest()
        } catch {
            return refuse(line(of: exchange.head), EngineReply(error))
        }
        startAsking(exchange)
    }

    /// The very bytes that were looked into, as the engine takes them.
    func sendContext() {
        // Behind its head, and so behind its release: what is spooled has not been judged before.
        guard case .relaying = stage, let exchange, exchange.hasLeft, !isSendingContext,
            let spool = exchange.spool, !spool.isSent, serverTakesMore
        else { return }
        let isChunked = exchange.head.body == .chunked
        do {
            var piece = ByteBuffer()
            let count = try spool.read(into: &piece, most: GatewayLimits.spoolPieceBytes)
            let chunk = isChunked ? Chunk(byteCount: count) : nil
            if let chunk { toServer.writeBytes(chunk.before) }
            toServer.writeBuffer(&piece)
            if let chunk { toServer.writeBytes(chunk.after) }
            if isChunked, spool.isSent { toServer.writeBytes(Chunk.last) }
        } catch {
            services.log.error("a build's context was lost", metadata: ["error": "\(error)"])
            return end(.upstreamLost("the build's context cannot be read again"))
        }
        sendServer()
        // The loop's other sessions are not kept waiting.
        let session = NIOLoopBound(self, eventLoop: eventLoop)
        isSendingContext = true
        eventLoop.execute {
            session.value.isSendingContext = false
            session.value.sendContext()
        }
    }
}
