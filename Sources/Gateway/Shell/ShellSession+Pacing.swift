import NIOCore

extension ShellSession {
    /// Output waits while too much of what was recorded is not filed yet, so that a long one does not run into the limit at
    /// which the recorder refuses everything.
    func paceOutput() {
        guard !waitsForFiling, turn.recorder.isBacklogged else { return }
        waitsForFiling = true
        setRunnerReading()
        lookForRoom()
    }

    private func lookForRoom() {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        eventLoop.scheduleTask(in: .milliseconds(GatewayLimits.filingPauseMilliseconds)) {
            let session = bound.value
            guard !session.isEnded else { return }
            guard !session.turn.recorder.isBacklogged else { return session.lookForRoom() }
            session.waitsForFiling = false
            session.setRunnerReading()
        }
    }
}
