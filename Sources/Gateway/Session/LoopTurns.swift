import NIOCore
import NIOPosix
import Recording

/// The turn of each event loop.
public final class LoopTurns: Sendable {
    private let turns: [ObjectIdentifier: NIOLoopBound<LoopTurn>]

    init(loops: MultiThreadedEventLoopGroup, recorder: Recorder) throws {
        var turns: [ObjectIdentifier: NIOLoopBound<LoopTurn>] = [:]
        for loop in loops.makeIterator() {
            turns[ObjectIdentifier(loop)] = try loop.submit {
                NIOLoopBound(
                    LoopTurn(recorder: try recorder.makeLoopRecorder(), eventLoop: loop),
                    eventLoop: loop)
            }.wait()
        }
        self.turns = turns
    }

    /// Called on `loop`. `nil` for a loop that is not the gateway's.
    func turn(of loop: any EventLoop) -> LoopTurn? { turns[ObjectIdentifier(loop)]?.value }
}
