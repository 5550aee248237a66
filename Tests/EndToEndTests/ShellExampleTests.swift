import Foundation
import TestKit
import Testing

/// `policies/shells.yaml`, as a new user has it.
@Suite("The example of a policy for shells, on Debian", .realParts)
struct ShellExampleTests {
    @Test("nothing is refused when a login shell begins and ends, nor in everyday work")
    func quiet() async throws {
        let project = try ExampleProject()
        let shells = try project.gateway()
        let terminal = try shells.shell(try await shells.agent())
        // As the system's own start-up files have it, behind a comment sign.
        terminal.send("eval \"$(SHELL=/bin/sh lesspipe)\"; echo filter''s $LESSOPEN\n")
        #expect(terminal.expect("filters | /usr/bin/lesspipe") != nil, "\(terminal.rest)")
        terminal.send("cd \(project.path); git init -q .; git -C /tmp --version\n")
        #expect(terminal.expect("does not run") != nil, "\(terminal.rest)")
        terminal.send("git --version; git -C \(project.path) status; ls --color=auto; uname -s\n")
        #expect(terminal.expect("git version") != nil, "\(terminal.rest)")
        #expect(terminal.expect("No commits yet") != nil, "\(terminal.rest)")
        #expect(terminal.expect("Linux\r\n") != nil, "\(terminal.rest)")
        terminal.send("exit\n")
        #expect(terminal.finish().status == 0)
        let programs = try await shells.recordedPrograms()
        let refused = programs.filter { !["allow", "review"].contains($0.verdict) }
        #expect(refused.map(\.words) == ["git -C /tmp --version"], "\(refused)")
        for words in ["dircolors -b", "lesspipe", "clear_console -q"] {
            #expect(programs.contains { $0.words.contains(words) }, "\(words): \(programs)")
        }
    }

    @Test("a refusal is two short lines")
    func short() async throws {
        let project = try ExampleProject()
        let shells = try project.gateway()
        let token = try await shells.agent()
        let said = try await shells.exec(token, ["git", "-c", "core.pager=wget", "log"])
        #expect(said.status == 126, "\(said)")
        let lines = said.err.split(separator: "\n")
        #expect(lines.count == 2, "\(said)")
        #expect(lines.allSatisfy { $0.count <= 100 }, "\(said)")
        #expect(lines.last?.contains("on `/usr/bin/git`; ") == true, "\(said)")
    }
}
