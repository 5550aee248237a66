import Foundation
import TestKit

extension ShellGateway {
    func onTerminal(_ command: Command, columns: Int = 80, rows: Int = 24) throws -> Conversation {
        try gateway.onTerminal(command, columns: columns, rows: rows)
    }

    /// `sallyport shell host` as the agent, or another way to the account's shell, on a terminal and in its directory /tmp;
    /// what is typed next stands behind `ready> `.
    func shell(_ token: String, by command: Command? = nil) throws -> Conversation {
        let terminal = try onTerminal(command ?? agent(token, ["shell", "host"]))
        guard terminal.expect("$ ") != nil else { throw Failure("no prompt: \(terminal.rest)") }
        terminal.send("cd /tmp; PS1='re''ady> '\n")
        guard terminal.expect("ready> ") != nil else { throw Failure("\(terminal.rest)") }
        return terminal
    }

    /// The newest session on the target once it has ended and is filed.
    func endedSession() async throws -> String {
        var id: String?
        try await until("the session has ended") {
            let listed = try await gateway.person(
                "alice", ["sessions", "--target", "host", "--json"])
            let first =
                (try JSONSerialization.jsonObject(with: Data(listed.out.utf8))
                as? [[String: Any]])?.first
            id = first?["closed"] == nil ? nil : first?["id"] as? String
            return id != nil
        }
        return id ?? ""
    }

    /// What the record of the newest session has of its programs, in order.
    func recordedPrograms() async throws -> [RecordedProgram] {
        let id = try await endedSession()
        let json = try await gateway.person("alice", ["session", id, "--json"])
        let story = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
        let programs = story?["programs"] as? [[String: Any]] ?? []
        return programs.map {
            RecordedProgram(
                words: $0["statement"] as? String ?? "",
                verdict: $0["verdict"] as? String ?? "")
        }
    }
}

extension TestGateway {
    /// Runs a command on a terminal of its own: what is sent are its keys, what it shows is the standard output.
    func onTerminal(_ command: Command, columns: Int = 80, rows: Int = 24) throws -> Conversation {
        let file = directory.file("run-\(UUID().uuidString)")
        let words = ([command.program] + command.arguments).map {
            "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'"
        }
        try ("stty cols \(columns) rows \(rows); exec " + words.joined(separator: " ")).write(
            toFile: file, atomically: true, encoding: .utf8)
        var script = Command("script", ["-q", "-e", "-f", "-c", "/bin/sh \(file)", "/dev/null"])
        script.environment = command.environment
        script.environment["SHELL"] = "/bin/sh"
        script.environment["TERM"] = "xterm"
        // Its input stays open: the end of it would be a key.
        return try Conversation(script)
    }

    /// The session that goes on.
    func openSession(as name: String = "alice") async throws -> String {
        var id: String?
        try await until("a session is listed") {
            let said = try await person(name, ["sessions", "--open", "--json"])
            let list =
                try JSONSerialization.jsonObject(with: Data(said.out.utf8)) as? [[String: Any]]
            id = list?.first?["id"] as? String
            return id != nil
        }
        return id ?? ""
    }
}

struct RecordedProgram: Hashable {
    /// As they are shown.
    let words: String
    /// `allow`, `deny`, ...
    let verdict: String
}

extension Conversation {
    /// Gives the terminal that a program runs on, by `onTerminal`, another size.
    func resize(columns: Int, rows: Int) throws {
        let children = try String(
            contentsOfFile: "/proc/\(processIdentifier)/task/\(processIdentifier)/children",
            encoding: .utf8)
        guard let child = children.split(separator: " ").first else { throw Failure("no child") }
        let terminal = open("/proc/\(child)/fd/0", O_RDWR | O_NOCTTY | O_CLOEXEC)
        defer { close(terminal) }
        // In one: `stty` says columns and rows one after the other, and the programs are told twice.
        var size = winsize(
            ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
        guard ioctl(terminal, UInt(TIOCSWINSZ), &size) == 0 else {
            throw Failure("the size cannot be set: \(errno)")
        }
    }
}
