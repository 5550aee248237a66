import Cryptography
import Foundation
import TestKit
import Testing

/// A program's words are its caller's; what ran is its file.
@Suite("What a recording says of a program", .realParts)
struct ShellTruthTests {
    private static let home = "/home/\(ShellGateway.account)"

    /// A file in the account's home that its sessions may run.
    private func make(_ name: String, _ text: String) throws -> String {
        try ShellGateway.makeSureOfAccount()
        let path = "\(Self.home)/\(name)-\(UUID().uuidString.prefix(8))"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        chmod(path, 0o755)
        return path
    }

    @Test("is the file that ran, was refused or was held, whatever its words call it")
    func renamed() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let script = try make(
            "work",
            """
            (exec -a ls /usr/bin/whoami --version) >/dev/null
            (exec -a $'ls\\e[2J' /usr/bin/whoami) >/dev/null
            (exec -a ls /usr/bin/wget -V)
            (exec -a ls /usr/bin/id -un)
            ls / >/dev/null
            """)
        defer { try? FileManager.default.removeItem(atPath: script) }
        let said = try await shells.exec(token, ["/bin/bash", script], options: ["--wait", "0"])
        #expect(said.err.contains("does not run `/usr/bin/wget (as ls) -V`"), "\(said)")
        #expect(said.err.contains("holds `/usr/bin/id (as ls) -un`, and does not wait"), "\(said)")

        let id = try await shells.endedSession()
        let shown = try await shells.gateway.person("alice", ["session", id])
        let lines = [
            "#1 allow  /bin/bash \(script)",
            "#2 allow  /usr/bin/whoami (as ls) --version",
            "#3 allow  /usr/bin/whoami (as $'ls\\x1b[2J')",
            "#4 deny  /usr/bin/wget (as ls) -V",
            "#5 hold  /usr/bin/id (as ls) -un",
            "#6 allow  ls /",
        ]
        for line in lines { #expect(shown.out.contains(line + "  "), "\(line): \(shown)") }

        let cast = try await shells.gateway.person("alice", ["session", id, "--asciicast"])
        #expect(
            cast.out.contains(
                "\"m\", \"#2 allow /usr/bin/whoami (as ls) --version [hosts/programs]\""),
            "\(cast)")
        #expect(cast.out.contains("\"m\", \"#4 refused /usr/bin/wget (as ls) -V"), "\(cast)")
        let played = try await shells.gateway.person("alice", ["play", id, "--speed", "0"])
        #expect(played.out.contains("  /usr/bin/whoami (as ls) --version"), "\(played)")
        #expect(played.out.contains("  /usr/bin/wget (as ls) -V"), "\(played)")
        for words in [["whoami"], ["--session", id, "whoami"]] {
            let found = try await shells.gateway.person("alice", ["search"] + words)
            #expect(found.out.contains("/usr/bin/whoami (as ls)"), "\(found)")
        }
        try await expectFacts(shells, id)
    }

    private func expectFacts(_ shells: ShellGateway, _ id: String) async throws {
        let json = try await shells.gateway.person("alice", ["session", id, "--json"])
        let story = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
        let programs = try #require(story?["programs"] as? [[String: Any]])
        let files = programs.compactMap { $0["program"] as? [String: Any] }
        #expect(
            files.map { $0["path"] as? String } == [
                "/usr/bin/bash", "/usr/bin/whoami", "/usr/bin/whoami", "/usr/bin/wget",
                "/usr/bin/id", "/usr/bin/ls",
            ])
        func digest(_ path: String) throws -> String {
            SHA256.hash(Array(try Data(contentsOf: URL(fileURLWithPath: path)))).hex
        }
        for file in files {
            #expect(file["digest"] as? String == (try digest(file["path"] as? String ?? "")))
        }
        #expect(files.allSatisfy { $0["directory"] as? String == Self.home })
        let account = try #require(getpwnam(ShellGateway.account))
        #expect(files.allSatisfy { $0["user"] as? UInt32 == account.pointee.pw_uid })
        #expect(programs.dropFirst().first?["values"] as? [String] == ["ls", "--version"])
    }

    @Test("is its file also for who watches it")
    func watched() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let script = try make(
            "live", "(exec -a ls /usr/bin/whoami)\necho ready\nexec tail -f /dev/null\n")
        defer { try? FileManager.default.removeItem(atPath: script) }
        let running = try Conversation(
            shells.agent(token, ["exec", "host", "--", "/bin/bash", script]))
        #expect(running.expect("ready") != nil, "\(running.rest)")
        let id = try await shells.filedSession()
        let watching = try Conversation(shells.gateway.command(of: "alice", ["join", id]))
        #expect(watching.expect("/usr/bin/whoami (as ls)") != nil, "\(watching.rest)")
        running.interrupt()
        running.finish()
        watching.finish()
    }

    @Test("names the script and its interpreter, and says what could be any")
    func scripts() async throws {
        let shells = try ShellGateway(policies: [Policies.transfers])
        let token = try await shells.agent()
        let script = try make("script", "#!/bin/sh\necho ran\n")
        defer { try? FileManager.default.removeItem(atPath: script) }
        let name = String(script.dropFirst(Self.home.count + 1))
        let said = try await shells.exec(token, ["./" + name])
        #expect(said.out == "ran\n", "\(said)")
        let shown = "\(script) (unlinked, by /usr/bin/dash, as /bin/sh) \(Self.home)/./\(name)"
        let id = try await shells.endedSession()
        let json = try await shells.gateway.person("alice", ["session", id, "--json"])
        let story = try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [String: Any]
        let program = try #require((story?["programs"] as? [[String: Any]])?.first)
        #expect(program["statement"] as? String == shown)
        let file = try #require(program["program"] as? [String: Any])
        #expect(file["path"] as? String == "/usr/bin/dash")
        #expect(file["script"] as? String == script && file["isUnlinked"] as? Bool == true)
        let bytes = Array(try Data(contentsOf: URL(fileURLWithPath: script)))
        #expect(file["scriptDigest"] as? String == SHA256.hash(bytes).hex)
    }

    @Test(
        "is its file also where a compiled program calls it otherwise, or it is a copy, a link or in memory"
    )
    func compiled() async throws {
        let shells = try ShellGateway()
        let token = try await shells.agent()
        let source = shells.gateway.directory.file("parent.c")
        try """
        #define _GNU_SOURCE
        #include <fcntl.h>
        #include <sys/mman.h>
        #include <sys/sendfile.h>
        #include <sys/wait.h>
        #include <unistd.h>
        static char *words[] = {"ls", "--version", 0};
        static void run(const char *path) {
            if (fork() == 0) { dup2(open("/dev/null", O_WRONLY), 1); execv(path, words); _exit(1); }
            wait(0);
        }
        int main(int count, char **names) {
            for (int i = 1; i < count; i++) run(names[i]);
            int whoami = open("/usr/bin/whoami", O_RDONLY), copy = memfd_create("ls", MFD_CLOEXEC);
            sendfile(copy, whoami, 0, 1 << 20);
            if (fork() == 0) { fexecve(copy, words, (char *[]){0}); _exit(1); }
            wait(0);
            return 0;
        }
        """.write(toFile: source, atomically: true, encoding: .utf8)
        let parent = "\(Self.home)/parent-\(UUID().uuidString.prefix(8))"
        let directory = parent + "-bin"
        defer {
            for path in [parent, directory] { try? FileManager.default.removeItem(atPath: path) }
        }
        #expect(try Command("cc", ["-O1", "-o", parent, source]).runToEnd().status == 0)
        try FileManager.default.createDirectory(
            atPath: directory + "/linked", withIntermediateDirectories: true)
        try FileManager.default.copyItem(atPath: "/usr/bin/whoami", toPath: directory + "/ls")
        try FileManager.default.createSymbolicLink(
            atPath: directory + "/linked/ls", withDestinationPath: "/usr/bin/whoami")
        let said = try await shells.exec(
            token, [parent, "/usr/bin/whoami", directory + "/ls", directory + "/linked/ls"],
            options: ["--json"])
        #expect(
            said.err.contains(
                "\"program\":\"'/memfd:ls (deleted)' (unlinked, as ls) --version\""),
            "\(said)")
        let id = try await shells.endedSession()
        let shown = try await shells.gateway.person("alice", ["session", id])
        for line in [
            "#2 allow  /usr/bin/whoami (as ls) --version",
            "#3 allow  \(directory)/ls (as ls) --version",
            "#4 allow  /usr/bin/whoami (as ls) --version",
            "#5 deny  '/memfd:ls (deleted)' (unlinked, as ls) --version",
        ] {
            #expect(shown.out.contains(line + "  "), "\(line): \(shown)")
        }
    }
}
