import ArgumentParser
import ControlAPI
import ControlClient
import Foundation
import Runner
import TLS

/// `sallyportd runner enrol`: makes this host a runner of a gateway on another one.
struct RunnerEnrolCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enrol",
        abstract: "Make this host a runner of a gateway, with a token of `sallyport runner enrol`.",
        discussion: """
            Makes a key, which never leaves this host, and has the gateway sign a certificate for it. The directory then has \
            what `sallyportd runner --dir` needs.
            """)

    @Option(help: "The gateway, HOST:PORT.") var gateway: String
    @Option(help: "The PEM file of the CA that signed the gateway's certificate.") var ca: String
    @Option(help: "The name that the token was made for.") var name: String
    @Option(help: "Where the enrolment is kept; made when it is not there.") var dir: String
    @Flag(help: "Read the token from the standard input; nothing else reads it.")
    var tokenStdin = false

    func validate() throws {
        guard tokenStdin else {
            throw ValidationError("give the token on the standard input, with --token-stdin")
        }
    }

    func run() async throws {
        guard let address = GatewayAddress(gateway) else {
            throw ValidationError("`\(gateway)` is no address: write HOST:PORT")
        }
        guard let token = readLine(strippingNewline: true), !token.isEmpty else {
            throw Complaint("there is no token on the standard input")
        }
        do {
            let authority = try String(contentsOfFile: ca, encoding: .utf8)
            try FileManager.default.createDirectory(
                atPath: dir, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            let key = try CertificateKey.generate()
            let answer = try await ControlClient(address: address, caFile: ca, token: nil).call(
                .POST, "/v1/runners/enrolment",
                body: EnrolmentRequest(
                    token: token, name: name, request: key.request(commonName: name)),
                as: EnrolmentAnswer.self)
            try Enrolment.write(
                to: dir, address: address, authority: authority, certificate: answer.certificate,
                key: key)
        } catch ControlClientError.refused(status: 401, _, _, _) {
            throw Complaint(
                "the token is not good for `\(name)`: it was used, has expired or is of another name; `sallyport runner enrol \(name)` makes a new one"
            )
        } catch {
            throw Complaint("\(error)")
        }
        print(
            "enrolled as `\(name)` with \(address): run `sallyportd runner --dir \(dir) --account NAME`"
        )
    }
}
