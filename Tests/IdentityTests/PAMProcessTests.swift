import Foundation
import Testing
import Vocabulary

@testable import Identity

private let childArgument = "serve-as-pam-helper"

/// No test of its own: the tests below run this executable again with `childArgument`, and this function makes
/// that process the helper.
@Test("The helper process", .enabled(if: CommandLine.arguments.contains(childArgument)))
func servesAsPAMHelper() {
    exit(PAMHelper.run())
}

@Suite("PAM helper processes")
struct PAMProcessTests {
    static let arguments = [
        "--testing-library", "swift-testing", "--filter", "servesAsPAMHelper", childArgument,
    ]
    let good = PAMScenery.goodAccount
    let pwdfile = "auth required pam_pwdfile.so pwdfile=PWDFILE"

    func scenery(_ stack: [String], milliseconds: Int64 = 60_000) async throws -> PAMScenery {
        try await PAMScenery(stack, helperArguments: Self.arguments, milliseconds: milliseconds)
    }

    /// A program for pam_exec.
    func script(_ text: String, in scenery: PAMScenery) throws {
        let path = scenery.base.scratch.file("script")
        try Data("#!/bin/sh\n\(text)\n".utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o700)
    }

    func reason(_ scenery: PAMScenery) async throws -> String {
        do {
            _ = try await scenery.password("alice")
        } catch let refusal as LoginRefusal {
            return refusal.reason
        }
        throw Missing()
    }

    @Test("hold a conversation from a process of their own")
    func separate() async throws {
        let scenery = try await scenery([pwdfile, good])
        #expect(try await scenery.password("alice").principal.name.text == "alice")
        var said: [PAMMessage] = []
        let whole = try await scenery.converse("bob", [PAMScenery.password], said: &said)
        #expect(whole?.principal.name.text == "bob")
    }

    @Test(
        "know the client's address, and have no terminal, environment or descriptors of the daemon's"
    )
    func clean() async throws {
        let scenery = try await scenery([
            pwdfile, "auth required pam_exec.so DIR/script", good,
        ])
        let leaked = open("/dev/null", O_RDONLY)
        defer { close(leaked) }
        let output = scenery.base.scratch.file("seen")
        try script(
            """
            {
                echo "rhost=$PAM_RHOST tty=$PAM_TTY user=$PAM_USER"
                tr '\\0' '\\n' < /proc/$PPID/environ
                for number in /proc/$PPID/fd/*; do
                    echo "fd $(readlink $number)"
                done
            } > '\(output)' 2>/dev/null
            """, in: scenery)
        _ = try await scenery.password("alice")
        let seen = try String(contentsOfFile: output, encoding: .utf8)
        #expect(seen.contains("rhost=192.0.2.7 tty= user=alice\n"))
        #expect(!seen.contains("HOME="))
        let descriptors = seen.split(separator: "\n").filter { $0.hasPrefix("fd ") }
        #expect(descriptors.contains { $0.hasPrefix("fd socket:") })
        #expect(descriptors.count { $0 == "fd /dev/null" } == 3, "\(descriptors)")
        #expect(!descriptors.contains { $0.contains("store") || $0.contains("/dev/pts") })
    }

    @Test("that crash take nothing else down")
    func crash() async throws {
        let scenery = try await scenery([
            pwdfile, "auth required pam_exec.so DIR/script", good,
        ])
        try script("kill -KILL $PPID", in: scenery)
        #expect(try await reason(scenery) == "the helper ended by signal 9")
        try script("exit 0", in: scenery)
        #expect(try await scenery.password("alice").principal.name.text == "alice")
    }

    @Test("that hang are killed at their deadline")
    func hang() async throws {
        let scenery = try await scenery(
            [pwdfile, "auth required pam_exec.so DIR/script", good], milliseconds: 3_000)
        try script("exec sleep 20", in: scenery)
        let reason = try await reason(scenery)
        #expect(
            [
                "the helper did not answer in time", "the helper ended by signal 9",
                // Its own clock, where ours has no processor.
                "the helper ended by signal 14",
            ].contains(reason))
    }

    @Test(
        "that do not speak the protocol are refused",
        arguments: [
            ("/bin/true", []), ("/bin/sh", ["-c", "echo nonsense >&3"]),
            ("/bin/sh", ["-c", "kill -SEGV $$"]), ("/nonexistent", []),
            ("/bin/sh", ["-c", "head -c 100000 /dev/zero >&3"]),
            ("/bin/sh", ["-c", "printf '\\\\001\\\\003\\\\000\\\\000\\\\000\\\\001a' >&3"]),
        ] as [(String, [String])])
    func nonsense(path: String, arguments: [String]) async throws {
        let scenery = try await PAMScenery(
            [pwdfile, good], helperArguments: arguments, helperPath: path)
        let reason = try await reason(scenery)
        #expect(!reason.isEmpty)
    }
}
