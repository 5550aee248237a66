import Foundation
import Holds
import Identity
import Ledger
import NIOPosix
import Recording
import Store
import TLS

extension Doctor {
    /// The store and the ledger as a start would find them. Nothing of them is changed.
    func examineState(_ section: GatewaySection) async -> [Finding] {
        let state = section.stateDirectory
        return [
            await finding("store `\(state)/store.sqlite`") {
                try await SQLiteDatabase.examine(
                    path: state + "/store.sqlite",
                    migrations: IdentityMigrations.all + HoldMigrations.all
                        + RecordingMigrations.all)
            },
            finding("ledger `\(state)/ledger` and its key") {
                _ = try Ledger.examine(
                    directory: state + "/ledger", keyDirectory: state,
                    origin: section.ledgerOrigin)
            },
        ]
    }

    func examineSystem(_ section: GatewaySection) async -> [Finding] {
        var findings: [Finding] = []
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { loops.shutdownGracefully { _ in } }
        for address in section.listen {
            findings.append(
                await finding("address `\(address)`") {
                    do {
                        let channel = try await ServerBootstrap(group: loops)
                            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                            .bind(host: address.host, port: address.port).get()
                        try? await channel.close()
                    } catch {
                        throw GatewayError.cannotListen(address.description, networkReason(error))
                    }
                })
        }
        findings.append(openFiles())
        findings.append(
            Finding(
                grade: .good,
                text:
                    "a power cut may lose the last \(section.recordingSyncMilliseconds) ms of plain allows"
            ))
        return findings
    }

    /// What stock SSH clients need of this machine; without it the other doors stay open.
    func examineSSH(_ configuration: GatewayConfiguration) -> [Finding] {
        let hasShells = configuration.targets.contains {
            if case .shell = $0.service { true } else { false }
        }
        guard hasShells else { return [] }
        do {
            try SSHDaemon(directory: configuration.gateway.stateDirectory + "/ssh").examine()
            return [
                Finding(grade: .good, text: "ssh, scp, sftp and rsync by `\(SSHDaemon.program)`")
            ]
        } catch {
            return [
                Finding(grade: .warning, text: "ssh, scp, sftp and rsync do not work: \(error)")
            ]
        }
    }

    /// `serve` takes as many as the system lets it have.
    private func openFiles() -> Finding {
        var limit = rlimit()
        getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
        let text = "open files: at most \(limit.rlim_max)"
        guard limit.rlim_max < GatewayLimits.openFilesWanted else {
            return Finding(grade: .good, text: text)
        }
        return Finding(
            grade: .warning,
            text: text
                + ", two for each session, one for each connection before its login: raise the limit (`ulimit -Hn`, "
                + "`LimitNOFILE=`)")
    }

    private func finding(_ name: String, _ look: () async throws -> Void) async -> Finding {
        do {
            try await look()
            return Finding(grade: .good, text: name)
        } catch {
            return Finding(grade: .fatal, text: "\(name): \(error)")
        }
    }
}
