import ArgumentParser
import ControlAPI
import Foundation

/// `sallyport sessions`.
struct SessionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sessions", abstract: "List recorded sessions, newest first.")

    @OptionGroup var options: ConnectionOptions
    @Option(help: "Only on this target.") var target: String?
    @Option(help: "Only of this principal.") var principal: String?
    @Flag(name: .customLong("open"), help: "Only those that go on.") var isOpen = false
    @Flag(name: .customLong("held"), help: "Only those with a held command.") var isHeld = false
    @Flag(name: .customLong("refused"), help: "Only those with a refused command.")
    var isRefused = false
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        var query: [String] = []
        if let target { query.append("target=\(escaped(target))") }
        if let principal { query.append("principal=\(escaped(principal))") }
        if isOpen { query.append("open=1") }
        if isHeld { query.append("held=1") }
        if isRefused { query.append("refused=1") }
        let sessions = try await options.connect().get(
            "/v1/sessions" + (query.isEmpty ? "" : "?" + query.joined(separator: "&")),
            as: [SessionItem].self)
        try show(
            sessions, asJSON: json, empty: "No session that you may see.",
            [
                .init(title: "ID"), .init(title: "OPENED"), .init(title: "BY", isFlexible: true),
                .init(title: "ON", isFlexible: true),
                .init(title: "DID", isFlexible: true, leastWidth: 60),
            ]
        ) { [$0.id, timeText($0.opened), $0.principal, $0.target, $0.did] }
        // The gateway lists no more.
        if sessions.count >= 500 {
            sayError(
                "sallyport: only the newest \(sessions.count): --target, --principal and --open narrow them down"
            )
        }
        guard !json else { return }
        for session in sessions {
            guard let waiting = session.waiting else { continue }
            print(
                "\(visible(session.id)) waits for \(visible(waiting)): sallyport join \(visible(session.id))"
            )
        }
    }
}

extension SessionItem {
    /// What it did, in numbers, without those that are 0.
    var did: String {
        var parts = ["\(actions) action\(actions == 1 ? "" : "s")"]
        if holds > 0 { parts.append("\(holds) held") }
        if let refused, refused > 0 { parts.append("\(refused) refused") }
        if output > 0 { parts.append("\(output) bytes of output") }
        return parts.joined(separator: ", ")
    }
}

/// `sallyport session ID`.
struct SessionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "session", abstract: "Show what a session did, command by command.")

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "The session, or a beginning of its id that is no other's.") var id: String
    @Flag(help: "Print JSON, without what programs wrote.") var json = false
    @Flag(help: "Write a terminal's recording as asciicast v2, for `asciinema play`.")
    var asciicast = false
    @Argument(help: "With --asciicast, the file to write. Default: standard output.")
    var file: String?

    func validate() throws {
        guard asciicast || file == nil else {
            throw ValidationError("a file is for --asciicast alone")
        }
        guard !(asciicast && json) else {
            throw ValidationError("--asciicast and --json do not go together")
        }
    }

    func run() async throws {
        let connection = try await options.connect()
        var source = try await SessionEvents(of: id, withOutput: asciicast, connection)
        if asciicast { return try await export(&source) }
        let events = try await source.rest()
        let isShell = events.contains { $0.kind == "shell" }
        if json { return try printJSON(source.session, events, isShell: isShell) }
        let session = source.session
        print(Terminal.bold("Session \(visible(session.id))"))
        print(
            "  \(visible(session.principal))\(session.owner.map { " (owner \(visible($0)))" } ?? "") on \(visible(session.target)), \(timeText(session.opened)) to \(timeText(session.closed))"
        )
        print(
            "  from \(visible(session.address)), \(visible(session.application)), by \(visible(session.credential))"
        )
        guard isShell else { return events.forEach { print(line(of: $0)) } }
        print("  \(session.output) bytes of output: `sallyport play \(visible(session.id))`")
        let tree = ProgramTree(events)
        tree.lines.forEach { print($0) }
        let numbers = Set(tree.programs.map(\.number))
        for event in events where !event.isProgram && event.kind != "resized" {
            if event.kind == "outcome", event.number.map(numbers.contains) == true { continue }
            print(line(of: event))
        }
    }

    private func printJSON(_ session: SessionItem, _ events: [EventItem], isShell: Bool) throws {
        guard isShell else {
            let story = SessionStory(session: session, events: events, isPart: false)
            return try sallyport.printJSON(story)
        }
        let programs = ProgramTree(events).programs
        try sallyport.printJSON(ShellStory(session: session, events: events, programs: programs))
    }

    // MARK: asciicast

    private func export(_ source: inout SessionEvents) async throws {
        var shell: EventItem?
        while shell?.kind != "shell" {
            shell = try await source.next()
            guard shell != nil else {
                throw Complaint(ExitStatus.refused, "the session has no output of programs")
            }
        }
        guard let shell else { return }
        let output = try LineFile(file)
        var cast = Asciicast()
        try output.write(cast.header(source.session, shell))
        while let event = try await source.next() {
            if let line = cast.line(event) { try output.write(line) }
        }
        for line in cast.end() { try output.write(line) }
        try output.close()
    }
}

/// A new file, or standard output. On a terminal nothing acts on it.
private struct LineFile {
    private let handle: FileHandle?

    /// The file is its owner's alone: it has what was on somebody's screen.
    init(_ path: String?) throws {
        guard let path else {
            handle = nil
            return
        }
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw Complaint(
                ExitStatus.refused,
                "`\(path)` cannot be written: \(String(cString: strerror(errno)))")
        }
        handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func write(_ line: String) throws {
        guard let handle else { return print(Terminal.isOutput ? visibleJSON(line) : line) }
        try handle.write(contentsOf: Data((line + "\n").utf8))
    }

    func close() throws { try handle?.close() }
}

/// `sallyport play SESSION`: the session as it went, in its own time.
struct PlayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "play", abstract: "Replay a session in its own time.",
        discussion: """
            A terminal's recording is played on this terminal. Space pauses and goes on, `.` steps, `]` or `n` goes to the next \
            command, `[` or `p` to the one before, `q` ends. What would do more to this terminal than draw on it is left \
            out. Elsewhere than on a terminal its text is written, with control characters made visible.
            """)

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "The session, or a beginning of its id that is no other's.") var id: String
    @Option(help: "How much faster; 0 shows all at once.") var speed = 1.0
    @Option(help: "No pause is longer than so many seconds.") var idleLimit = 2.0
    @Flag(help: "Write all that programs wrote, whatever it does to this terminal.") var raw = false

    func validate() throws {
        guard speed >= 0, speed.isFinite else { throw ValidationError("--speed is 0 or more") }
        guard (0...86_400).contains(idleLimit) else {
            throw ValidationError("--idle-limit is between 0 and 86400")
        }
    }

    func run() async throws {
        let connection = try await options.connect()
        let source = try await SessionEvents(of: id, withOutput: true, connection)
        let (start, isShell) = try await beginning(of: source)
        guard isShell, Terminal.isOutput else { return try await write(source) }
        let id = source.session.id
        warnOfSize(start)
        let terminal = try PlayerTerminal()
        defer { terminal.restore() }
        var player = Player(
            screen: terminal, speed: speed, idleMicroseconds: idleLimit * 1_000_000, isRaw: raw
        ) {
            try await SessionEvents(of: id, withOutput: true, connection)
        }
        try await player.run()
    }

    /// The event that says that it is a session of programs, which stands before everything that they do.
    private func beginning(of source: SessionEvents) async throws -> (EventItem?, Bool) {
        var source = source
        while let event = try await source.next(), !event.isProgram, event.kind != "output" {
            if event.kind == "shell" { return (event, true) }
            if event.kind == "action", event.action != "login" { break }
        }
        return (nil, false)
    }

    private func warnOfSize(_ shell: EventItem?) {
        guard let columns = shell?.columns, columns > UInt64(Terminal.width) else { return }
        sayError(
            "sallyport: recorded with \(columns) columns, and this terminal has \(Terminal.width)")
    }

    /// Not on a terminal, or no terminal's: as lines of text.
    private func write(_ source: SessionEvents) async throws {
        var source = source
        var transcript = Transcript(isRaw: raw)
        var last: UInt64 = 0
        while let event = try await source.next() {
            if speed > 0, event.microseconds > last {
                let pause = min(Double(event.microseconds - last) / speed, idleLimit * 1_000_000)
                try await Task.sleep(for: .microseconds(Int64(pause)))
            }
            last = event.microseconds
            put(transcript.text(of: event))
        }
    }
}

/// A session as text: what programs wrote with its control characters made visible, and a line for each other event.
struct Transcript {
    /// What programs wrote, as it is, and nothing else.
    let isRaw: Bool
    private var streams: [String: PartialText] = [:]
    private var isInLine = false

    init(isRaw: Bool) { self.isRaw = isRaw }

    mutating func text(of event: EventItem) -> [UInt8] {
        guard event.kind == "output" else {
            if isRaw { return [] }
            defer { isInLine = false }
            return Array(((isInLine ? "\n" : "") + line(of: event) + "\n").utf8)
        }
        let bytes = event.output ?? []
        if isRaw { return bytes }
        let text = streams[event.stream ?? "", default: PartialText()].take(bytes)
        let shown = visible(
            text.replacingOccurrences(of: "\r\n", with: "\n"), keepingLines: true)
        if let last = shown.unicodeScalars.last { isInLine = last != "\n" }
        return Array(shown.utf8)
    }
}

/// `sallyport search TEXT`.
struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Find recorded statements, and lines of output, that have all these words.")

    @OptionGroup var options: ConnectionOptions
    @Argument(help: "Words; `cust*` is a beginning.") var text: [String]
    @Option(help: "Look through all of this session, also what is not in the index.")
    var session: String?
    @Flag(help: "Print JSON.") var json = false

    func run() async throws {
        let connection = try await options.connect()
        let query = "/v1/search?q=\(escaped(text.joined(separator: " ")))"
        let found =
            if let session {
                try await whole(query, in: session, connection)
            } else {
                try await connection.get(query, as: SearchAnswer.self)
            }
        try show(
            found.hits, asJSON: json, empty: "Nothing found.",
            [
                .init(title: "SESSION"), .init(title: "AT"), .init(title: "INTO"),
                .init(title: "BY", isFlexible: true),
                .init(title: "TEXT", isFlexible: true, leastWidth: 40),
            ]
        ) { hit in
            [
                hit.session, timeText(hit.at),
                String(format: "%.3fs", Double(hit.milliseconds) / 1_000), hit.principal,
                hit.text.replacingOccurrences(of: "\n", with: " "),
            ]
        }
        if found.isPart {
            sayError("sallyport: only the newest were looked through: rarer words find older ones")
        }
        if let count = found.partlyIndexed, count > 0 {
            sayError(
                "sallyport: \(count) recordings have more output than the index: --session looks through all of one"
            )
        }
    }

    /// All parts of one session.
    private func whole(
        _ query: String, in id: String, _ connection: Connection
    ) async throws -> SearchAnswer {
        let id = try await SessionEvents.identity(id, connection)
        var answer = SearchAnswer(hits: [], isPart: false)
        var after = ""
        while true {
            let part = try await connection.get(
                "\(query)&session=\(escaped(id))\(after)", as: SearchAnswer.self)
            answer.hits += part.hits
            guard let next = part.next else { return answer }
            after = "&after=\(next)"
        }
    }
}

func line(of event: EventItem) -> String {
    let seconds = Double(event.microseconds) / 1_000_000
    let time = String(format: "%10.3fs  ", seconds)
    switch event.kind {
    case "action":
        let values = (event.values ?? []).map { $0.map { "'\(visible($0))'" } ?? "NULL" }
        let bound = values.isEmpty ? "" : "  [\(values.joined(separator: ", "))]"
        let hold = event.hold.map { "  (consented: \(visible($0)))" } ?? ""
        let (first, others) = shownLines(of: event.statement ?? "")
        return time
            + "#\(event.number ?? 0) \(visible(event.verdict ?? ""))  \(first)\(bound)\(hold)"
            + shownRules(event.rules) + others
    case "outcome":
        let failed = event.sqlstate.map { "ERROR \(visible($0)): \(visible(event.text ?? ""))" }
        // A text without a code is ours: what became of the command is not known.
        let ended = failed ?? visible(event.text ?? event.tag ?? "")
        let duration = String(format: "%.3f ms", Double(event.duration ?? 0) / 1_000)
        // Programs and calls have none; of a statement the tag says it.
        let rows = event.rows.map { $0 == 0 ? "" : "\($0) rows, " } ?? ""
        return time + "#\(event.number ?? 0)   → \(ended)  (\(rows)\(duration))"
    case "refused":
        let (first, others) = shownLines(of: event.statement ?? "")
        return time + Terminal.red("refused")
            + "  \(first)  → \(visible(event.text ?? ""))\(shownRules(event.rules))\(others)"
    case "rows":
        let rows = (event.cells ?? []).map { row in
            row.map { $0.map { visible($0) } ?? "NULL" }.joined(separator: " | ")
        }
        let indent = "\n" + String(repeating: " ", count: 19)
        return time + "#\(event.number ?? 0)   its first rows" + rows.map { indent + $0 }.joined()
    case "output":
        return time + "output  \(visible(String(decoding: event.output ?? [], as: UTF8.self)))"
    case "input":
        return time + "input  \(visible(String(decoding: event.input ?? [], as: UTF8.self)))"
    case "shell", "resized":
        let size = event.columns.map { "\($0)x\(event.rows ?? 0)" } ?? "no terminal"
        let words = (event.values ?? []).compactMap { $0 }.map { " " + visible($0) }.joined()
        return time
            + "\(visible(event.kind))  \(size)\(event.term.map { " \(visible($0))" } ?? "")\(words)"
    case "sealed": return time + "held as \(visible(event.hold ?? ""))"
    default: return time + "\(visible(event.kind))  \(visible(event.text ?? ""))"
    }
}

/// The rules that decided, behind what they decided about.
func shownRules(_ rules: [String]?) -> String {
    guard let rules, !rules.isEmpty else { return "" }
    return "  [\(rules.map { visible($0) }.joined(separator: ", "))]"
}

/// A command's first line, and its others each on a line of its own behind a bar: none of them can be taken for an event.
private func shownLines(of command: String) -> (first: String, others: String) {
    let lines = command.split(separator: "\n", omittingEmptySubsequences: false)
    let bar = "\n" + String(repeating: " ", count: 19) + "| "
    let others = lines.dropFirst().map { bar + visible($0) }
    return (visible(lines[0]), others.joined())
}
