import Identity
import NIOPosix
import Shell
import Vocabulary

/// An SSH client's login off the loop: who is it, may it open this target, is there a place for it; then a daemon is started
/// for it. The session itself and its entry come when that daemon's one command comes back.
struct SSHLogin: Sendable {
    let services: GatewayServices
    let opening: SSHOpening
    let address: String

    /// What the client is told, and what it may go on with; `nil` when it only asked.
    struct Answer: Sendable {
        let ready: SSHReady
        let admitted: AdmittedSSH?
    }

    /// Throws `ShellRefusal` and what keeps a daemon from starting.
    func run() async throws -> Answer {
        let caller = try await services.authenticateShell(token: opening.token, address: address)
        let ready = try await blocking { try $0.ready() }
        guard let name = opening.target else { return Answer(ready: ready, admitted: nil) }
        let admission = Admission(
            services: services, caller: caller, targetName: name, address: address)
        let seat = try await admission.shell().seat
        guard let key = try? SSHPublicKey(line: opening.publicKey), key.algorithm == .ed25519 else {
            throw ShellRefusal(.malformed, "the client's SSH key is not of type ssh-ed25519")
        }
        let process = try await blocking { try $0.start(for: key) }
        return Answer(
            ready: ready,
            admitted: AdmittedSSH(
                caller: caller, seat: seat, target: name, address: address, process: process))
    }

    private func blocking<Value: Sendable>(
        _ work: @escaping @Sendable (SSHDaemon) throws -> Value
    ) async throws -> Value {
        try await NIOThreadPool.singleton.runIfActive { [services] in try work(services.ssh) }
    }
}

extension SSHLogin.Answer: AdmittedClient {
    func abandon(_ services: GatewayServices, _ why: String) { admitted?.process.end() }
}

/// A client that may open a session on this target, and the daemon that speaks SSH with it.
struct AdmittedSSH: Sendable {
    let caller: AuthenticatedPrincipal
    /// The session's place: taken before the daemon is started, and kept for as long as that is there; then `nil`.
    var seat: SessionSeat?
    let target: String
    let address: String
    let process: SSHProcess
}
