import Holds
import NIOCore
import Postgres
import Vocabulary

extension PostgresSession {
    /// Ends the session, once: what is held is abandoned, what runs on the server ends with its connection, both
    /// sockets close, the record is closed.
    func end(_ reason: SessionEnd) {
        guard !isEnded else { return }
        if toUpstream.readableBytes > 0, awaitingRecord.isEmpty { sendUpstream() }
        let held = heldAction
        progress = .ended
        ending = reason
        if let held { abandon(held, reason.text) }
        say(reason)
        if !running.isEmpty { cancelUpstream() }
        close(recordingFor: reason)
        services.sessions.remove(identity.id)
        seat = nil
        services.heap.noteFreed()
        client.close()
        upstream.close()
    }

    func fail(_ failure: MachineFailure) {
        if failure.blame == .client || failure.blame == .gateway { sayFatal(failure.error) }
        if failure.blame == .upstream {
            sayFatal(failure.error)
            return end(.upstreamLost(failure.error.message))
        }
        end(.protocolError(failure.error.message))
    }

    func fail(recording error: any Error) {
        forgetUnsent()
        sayFatal(
            ErrorFields(
                .fatal, code: "58030", "the session could not be recorded, so it ends",
                hint: "ask the gateway's operator to look at `sallyportd doctor`"))
        end(.recordingFailed("\(error)"))
    }

    /// What waited for its record has not left, and never will: of its end nothing is unknown.
    private func forgetUnsent() {
        let unsent = Set(awaitingRecord.map(\.number))
        awaitingRecord.removeAll()
        toUpstream.clear()
        for ran in running where unsent.contains(ran.number) {
            if let hold = ran.hold { finish(hold, .notRecorded) }
        }
        running.removeAll { unsent.contains($0.number) }
    }

    func clientClosed() { end(.clientLeft) }

    func upstreamClosed() {
        if upstreamEnding == nil, ending == nil {
            sayFatal(
                ErrorFields(
                    .fatal, code: "08006", "the database server closed the connection",
                    hint: "connect again; what was under way may or may not have happened"))
        }
        end(.upstreamLost(upstreamEnding?.message ?? "it closed the connection"))
    }

    private func say(_ reason: SessionEnd) {
        switch reason {
        case .revoked:
            sayFatal(
                ErrorFields(
                    .fatal, code: "57P01", "the credential of this session was revoked",
                    hint: "ask the agent's owner for a new token"))
        case .policy:
            sayFatal(
                ErrorFields(
                    .fatal, code: "57P01", "no policy allows this session any more",
                    hint: "see `sallyport policy explain`"))
        case .stopping:
            sayFatal(
                ErrorFields(.fatal, code: "57P01", "the gateway is stopping", hint: "connect again")
            )
        case .killed:
            sayFatal(
                ErrorFields(
                    .fatal, code: "57P01", "this session was \(reason.text)",
                    hint: "what was under way may or may not have happened"))
        case .clientLeft, .upstreamLost, .recordingFailed, .protocolError, .unmoderated, .finished:
            break
        }
    }

    /// At a message boundary only: amid a row the client would read it as data.
    private func sayFatal(_ error: ErrorFields) {
        guard machine.isAtClientBoundary else { return }
        toClient.writeBytes(error.errorResponse)
        sendClient()
    }

    // MARK: From outside

    /// The client's CancelRequest: what is held is abandoned, what runs is cancelled by the server.
    func cancelRequested() {
        switch progress {
        case .holding(let held): cancel(held)
        // Nothing of it runs yet, and nothing will: the answer of the desk finds it cancelled.
        case .releasing(let held): cancelledHold = held.hold
        case .waiting:
            wasCancelledWhileWaiting = true
            cancelUpstream()
        case .judging: cancelUpstream()
        case .ended: break
        }
    }

    func policyChanged() { _ = mayGoOn() }

    /// Takes over what has changed outside of the session. Ends the session, and is false, when by that it may not go on.
    func mayGoOn() -> Bool {
        guard knowledge.refresh(), let reason = knowledge.reasonToEnd() else { return true }
        end(reason)
        return false
    }

    func tell(_ notice: ErrorFields) {
        guard !isEnded else { return }
        machine.notify(notice)
        pump()
    }

    /// Told to the client and to later readers of the recording.
    func watched(_ change: WatchChange) {
        guard !isEnded else { return }
        do {
            try recording.notice(change.text)
            turn.enlist(self)
        } catch {
            services.log.error("a notice was not recorded", metadata: ["error": "\(error)"])
        }
        tell(ErrorFields(.notice, code: "00000", "sallyport: \(change.text)"))
    }

    private func cancelUpstream() {
        target.cancel(upstreamKey, on: eventLoop)
    }
}
