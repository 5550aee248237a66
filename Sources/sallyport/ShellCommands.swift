import ArgumentParser
import ControlClient
import Foundation
import Shell

/// `sallyport exec TARGET -- PROGRAM [ARGUMENT...]`: one program on a host, with no shell in between.
struct ExecCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec", abstract: "Run a program on a shell target.",
        discussion: """
            Standard streams and exit status are the program's own; one that is ended by a signal exits with 128 and its \
            number, one that was refused with 126.
            """)

    @OptionGroup var options: ConnectionOptions
    @OptionGroup var session: ShellOptions
    @Flag(name: [.customShort("t"), .long], help: "Give the program a terminal.") var terminal =
        false
    @Argument(help: "The target.") var target: String
    @Argument(parsing: .postTerminator, help: "The program and its arguments, behind `--`.")
    var words: [String] = []

    func run() async throws {
        guard !words.isEmpty else {
            throw ValidationError("no program: sallyport exec \(target) -- PROGRAM [ARGUMENT...]")
        }
        // The very bytes: text may not be UTF-8.
        let command = wordsBehindTerminator() ?? words.map { Array($0.utf8) }
        try await session.run(target, command, terminal: terminal, options)
    }
}

/// `sallyport shell TARGET`: the account's own shell in a terminal.
struct ShellCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "shell", abstract: "Open a shell on a shell target.")

    @OptionGroup var options: ConnectionOptions
    @OptionGroup var session: ShellOptions
    @Argument(help: "The target.") var target: String

    func run() async throws {
        guard Terminal.isInput else {
            throw Complaint(
                ExitStatus.usage,
                "standard input is no terminal: sallyport exec \(visible(target)) -- PROGRAM runs a program without one"
            )
        }
        try await session.run(target, [], terminal: true, options)
    }
}

/// What every session takes.
struct ShellOptions: ParsableArguments {
    @Option(help: "The working directory there; left out, the account's home.") var directory:
        String?
    @Option(
        name: .customLong("env"),
        help: ArgumentHelp(
            "A variable to send, of those that the target takes; without a value, as it is here. Repeatable.",
            valueName: "NAME[=VALUE]"))
    var variables: [String] = []
    @Flag(help: "Say what is held and decided as JSON lines on standard error.") var json = false
    @Option(
        help: ArgumentHelp(
            "How long to wait for consent, such as `10m`; 0: not at all. Left out: as long as the hold does.",
            valueName: "duration"))
    var wait: String?

    func run(
        _ target: String, _ command: [[UInt8]], terminal: Bool, _ options: ConnectionOptions
    ) async throws {
        do {
            let status = try await status(of: command, on: target, terminal: terminal, options)
            Foundation.exit(status)
        } catch {
            end(error, asJSON: json)
        }
    }

    private func status(
        of command: [[UInt8]], on target: String, terminal: Bool, _ options: ConnectionOptions
    ) async throws -> Int32 {
        let environment = try variables.map(variable) + sentEnvironment()
        let connection = try await options.connect()
        let opening = ShellOpening(
            token: connection.token ?? "", target: target, command: command,
            terminal: terminal ? Terminal.size : nil, environment: environment,
            directory: directory.map { Array($0.utf8) }, waitMilliseconds: try waitMilliseconds(),
            application: "sallyport")
        let link = try ShellClient.connect(
            to: connection.client.address, caFile: connection.caFile, opening: opening)
        let session = ShellExchange(link: link, isTerminal: terminal, saysJSON: json)
        return try session.run()
    }

    private func waitMilliseconds() throws -> UInt64? {
        guard let wait else { return nil }
        if wait == "0" { return 0 }
        let units: [Character: UInt64] = ["s": 1_000, "m": 60_000, "h": 3_600_000]
        guard let unit = wait.last.flatMap({ units[$0] }), let count = UInt64(wait.dropLast()),
            count <= 86_400
        else { throw ValidationError("`\(visible(wait))` is no time to wait: 30s, 10m, 2h or 0") }
        return count * unit
    }
}

/// `NAME=VALUE` as it was given, or of this process's environment. Throws `ValidationError`.
func variable(_ text: String) throws -> [UInt8] {
    let name = text.prefix { $0 != "=" }
    guard !name.isEmpty else {
        throw ValidationError("`\(visible(text))` has no name: --env NAME[=VALUE]")
    }
    if name.count < text.count { return Array(text.utf8) }
    guard let value = getenv(text) else {
        throw ValidationError("`\(visible(text))` is not set here: --env NAME=VALUE")
    }
    // The very bytes: they may not be UTF-8.
    return Array("\(text)=".utf8) + UnsafeRawBufferPointer(start: value, count: strlen(value))
}

/// What programs need to know of the terminal and the language here; the gateway lets no more pass.
func sentEnvironment() -> [[UInt8]] {
    ProcessInfo.processInfo.environment
        .filter { name, _ in
            name == "TERM" || name == "LANG" || name == "TZ" || name == "COLORTERM"
                || name.hasPrefix("LC_")
        }
        .sorted { $0.key < $1.key }.map { Array("\($0.key)=\($0.value)".utf8) }
}

/// The words behind the first `--` as the system gave them.
private func wordsBehindTerminator() -> [[UInt8]]? {
    var words: [[UInt8]] = []
    for index in 0..<Int(CommandLine.argc) {
        guard let pointer = CommandLine.unsafeArgv[index] else { break }
        words.append(Array(UnsafeRawBufferPointer(start: pointer, count: strlen(pointer))))
    }
    return words.firstIndex(of: Array("--".utf8)).map { Array(words[($0 + 1)...]) }
}
