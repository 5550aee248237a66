import ArgumentParser
import ControlAPI
import ControlClient
import Foundation
import Identity
import Vocabulary

/// `sallyport env`: how a native client reaches a target, in the variables that it reads.
struct EnvCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "env",
        abstract: "Print a target's variables for native clients: eval \"$(sallyport env TARGET)\"."
    )

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "The target.") var target: String
    @Flag(help: "Print one JSON object.") var json = false

    func run() async throws {
        let connection = try await options.connect()
        let targets = try await connection.get("/v1/targets", as: [TargetItem].self)
        guard let item = targets.first(where: { $0.name == TargetName(target)?.text }) else {
            throw Complaint(
                ExitStatus.notFound,
                "no target `\(visible(target))` that you may open: see `sallyport targets`")
        }
        guard let client = NativeClient(rawValue: item.kind) else {
            throw Complaint(
                ExitStatus.usage,
                """
                no client of its own reaches `\(visible(item.name))` (\(visible(item.kind))): \
                use `sallyport exec`, `sallyport shell` or `sallyport ssh-config`
                """)
        }
        let place = try CertificatePlace(home: connection.home, token: connection.token ?? "")
        let certificate = try await place.prepare(connection)
        let variables = client.variables(
            target: item.name, at: connection.client.address, place, certificate)
        guard json else {
            for (name, value) in variables { print("export \(name)=\(shellQuoted(value))") }
            return
        }
        try printJSON(
            EnvironmentItem(
                target: item.name, kind: item.kind, expires: certificate.expires.milliseconds,
                variables: Dictionary(uniqueKeysWithValues: variables)))
    }
}

/// The kinds of targets whose clients show a certificate.
private enum NativeClient: String {
    case postgres, docker

    /// Names and values, in the order in which they are printed.
    func variables(
        target: String, at address: GatewayAddress, _ place: CertificatePlace,
        _ certificate: ClientCertificate
    ) -> [(String, String)] {
        switch self {
        case .postgres:
            [
                ("PGHOST", address.host), ("PGPORT", "\(address.port)"), ("PGDATABASE", target),
                ("PGUSER", certificate.principal.text), ("PGSSLMODE", "verify-full"),
                ("PGSSLROOTCERT", place.caFile), ("PGSSLCERT", place.certificateFile),
                ("PGSSLKEY", place.keyFile),
            ]
        case .docker:
            [
                ("DOCKER_HOST", "tcp://\(address)/engines/\(target)"),
                ("DOCKER_TLS_VERIFY", "1"), ("DOCKER_CERT_PATH", place.directory),
                // BuildKit's own connections leave the path out, and nobody could see what goes over them.
                ("DOCKER_BUILDKIT", "0"),
            ]
        }
    }
}

/// What `env --json` prints.
private struct EnvironmentItem: Encodable {
    let target: String
    let kind: String
    /// The certificate's end, milliseconds since 1970.
    let expires: Int64
    let variables: [String: String]
}
