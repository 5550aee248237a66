import ArgumentParser
import ControlAPI
import ControlClient
import Foundation

/// `sallyport login`: the whole PAM conversation, and the key that consents are signed with.
struct LoginCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "login", abstract: "Log in, and enrol the SSH key that signs your consents.")

    @Option(help: "The gateway, HOST:PORT.")
    var gateway: String?

    @Option(help: "The PEM file of the CA that signed the gateway's certificate. Remembered.")
    var ca: String?

    @Option(help: "Your name.")
    var user: String?

    @Flag(help: "Answer the hidden questions with lines of standard input.")
    var passwordStdin = false

    @Option(
        help: "The SSH key to enrol: a private key or its .pub. One is made where there is none.")
    var key: String?

    func run() async throws {
        let home = Home()
        try home.prepare()
        let before = home.session()
        let authority = try ca.map(read)
        let environment = ProcessInfo.processInfo.environment
        guard let address = gateway ?? environment["SALLYPORT_GATEWAY"] ?? before?.gateway else {
            throw ValidationError("give the gateway: --gateway HOST:PORT")
        }
        guard let name = user ?? before?.principal else {
            throw ValidationError("give your name: --user NAME")
        }
        let consentKey = try ConsentKeyFile.find(key ?? before?.key, home: home)
        let connection = try Connection(address: address, home: home, token: nil, caFile: ca)
        let result = try await LoginConversation(
            client: connection.client, answersFromInput: passwordStdin
        ).run(
            user: name, key: consentKey.offer, token: before?.liveToken(of: name, at: address))
        if let known = before?.ledgerKey, known != result.ledgerKey, before?.gateway == address {
            throw Complaint(
                ExitStatus.refused,
                "the gateway's ledger has another key than at your last login: tell your security team"
            )
        }
        try await Connection(
            address: address, home: home, token: result.token, ledgerKey: result.ledgerKey,
            caFile: ca
        ).demandConsistency()
        // Remembered only now: a login that failed changes nothing.
        if let authority { try home.save(ca: authority) }
        try home.save(
            Home.Session(
                gateway: address, principal: result.principal, token: result.token,
                expires: result.expires, key: consentKey.path, ledgerKey: result.ledgerKey))
        print(
            "Logged in as \(result.principal) (\(result.groups.joined(separator: ", "))) until \(timeText(result.expires))."
        )
        print("Consents are signed with \(visible(consentKey.path)).")
        if consentKey.offer.protection == .none {
            sayError(
                "sallyport: that key has no passphrase, so consents by it may be refused: run `ssh-keygen -p -f \(visible(consentKey.path))`, and log in again"
            )
        }
        await certify(
            try Connection(
                address: address, home: home, token: result.token, ledgerKey: result.ledgerKey))
        print("Next: `sallyport watch` shows what waits for you.")
    }

    /// For clients such as `psql`. The login is good without it.
    private func certify(_ connection: Connection) async {
        do {
            let place = try CertificatePlace(
                home: connection.home, token: connection.token ?? "")
            _ = try await place.prepare(connection)
        } catch {
            sayError(
                "sallyport: no certificate was made, `sallyport env` will try again: \(visible("\(error)"))"
            )
        }
    }

    private func read(_ path: String) throws -> Data {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw Complaint(ExitStatus.usage, "the CA file `\(visible(path))` cannot be read")
        }
        return data
    }
}

/// The questions of a PAM stack, answered one after the other.
struct LoginConversation {
    let client: ControlClient
    var answersFromInput: Bool

    /// - Parameter token: of the login before, where it still lives.
    func run(user: String, key: KeyOffer?, token: String?) async throws -> LoginResult {
        var step = try await client.call(
            .POST, "/v1/login", body: LoginRequest(user: user, token: token), as: LoginStep.self)
        while true {
            let answers = try step.messages.compactMap(answer)
            if let result = step.result { return result }
            guard let conversation = step.conversation else {
                throw ControlClientError.nonsense("a login without an end")
            }
            step = try await client.call(
                .POST, "/v1/login/\(escaped(conversation))",
                body: LoginAnswers(answers: answers, key: key), as: LoginStep.self)
        }
    }

    private func answer(_ message: LoginMessage) throws -> String? {
        switch message.kind {
        case .info, .error:
            sayError(visible(message.text))
            return nil
        case .hidden where answersFromInput:
            guard let line = readLine() else {
                throw Complaint(
                    ExitStatus.usage, "standard input ended before all questions were answered")
            }
            return line
        case .hidden: return try Terminal.ask(message.text, hidden: true)
        case .shown: return try Terminal.ask(message.text, hidden: false)
        }
    }
}
