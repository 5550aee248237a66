import NIOCore
import Shell
import Vocabulary

/// A shell client: its opening, and then its session's frames.
final class ShellClientHandler: ClientHandler {
    /// `nil`: the opening says who calls.
    private let door: SSHDoor?
    /// For a client of the sftp subsystem, of which SSH shows no standard error.
    private var alsoTell: ((ShellNotice) -> Void)?

    init(services: GatewayServices, ticket: WaitingRoom.Ticket, door: SSHDoor? = nil) {
        self.door = door
        // No more than a window of input can come before anyone has said that it was taken.
        super.init(
            services: services, ticket: ticket,
            early: .closed(beyond: 2 * ShellLimits.inputWindowBytes))
    }

    override func start(_ context: ChannelHandlerContext) {
        switch OpeningFrame<ShellOpening>(from: &received) {
        case .needMore: return
        case .foreign: return context.close(promise: nil)
        case .malformed(let error):
            return refuse(context, told(ShellRefusal(.malformed, "the opening has \(error)")))
        case .opening(var opening):
            if let door {
                opening.target = door.target
                if !opening.isLine, !opening.command.isEmpty { alsoTell = door.tell }
            }
            logIn(opening, context)
        }
    }

    private func logIn(_ opening: ShellOpening, _ context: ChannelHandlerContext) {
        let address = door?.address ?? context.remoteAddress.map(addressText) ?? "unknown"
        let login = ShellLogin(
            services: services, door: door.map { .init(caller: $0.caller, seat: $0.seat) },
            opening: opening, address: address)
        logIn(context, { try await login.run(on: $0) }) { [self] admitted, turn in
            let session = try admitted.makeSession(services, turn: turn, context: context)
            ticket.leave()
            session.alsoTell = alsoTell
            enter(session)
            door?.began()
            admitted.runner.handler.value.attach(session, session.runner)
            session.begin()
        }
    }

    override var tooLate: [UInt8] {
        told(ShellRefusal(.unavailable, "the login took too long"))
    }

    override func refusal(of error: any Error) -> [UInt8] { told(services.refusal(of: error)) }

    private func told(_ refusal: ShellRefusal) -> [UInt8] {
        alsoTell?(ShellNotice(.information, message: refusal.message, hint: refusal.hint))
        // Once: of two reasons the first is the one that is said.
        alsoTell = nil
        return refusal.frame
    }
}
