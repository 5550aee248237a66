import Foundation
import TestKit
import Testing

/// Debian's container engine on a private socket, with images made of Debian's static busybox: nothing is pulled.
///
/// It and all that it starts are in namespaces of their own, which end with this process (`scripts/private-engine`).
final class EngineServer: Sendable {
    /// Debian's command line, whatever else the machine has.
    static let client = "/usr/bin/docker"

    /// One engine for all the tests of a run: starting one takes some seconds.
    static let shared = Result { try EngineServer() }

    /// Whether tests that need an engine run: also where none can be started, if the environment says that it must.
    static let isWanted: Bool = {
        if ProcessInfo.processInfo.environment["SALLYPORT_TEST_ENGINE"] == "required" {
            return true
        }
        do {
            _ = try shared.get()
            return true
        } catch {
            let line = "no container engine can be started here, its tests are skipped: \(error)\n"
            FileHandle.standardError.write(Data(line.utf8))
            return false
        }
    }()

    let directory: ScratchDirectory
    private let running: Conversation

    var socket: String { directory.file("engine.sock") }

    /// - Parameter options: more of dockerd's.
    init(options: [String] = []) throws {
        directory = try ScratchDirectory()
        let script = projectDirectory + "/scripts/private-engine"
        running = try Conversation(Command(script, [directory.path] + options))
        guard running.expect("API listen on \(directory.file("engine.sock"))") != nil else {
            throw Failure("dockerd: \(running.rest.suffix(500))")
        }
        try makeImages()
    }

    deinit { stop() }

    /// Returns when nothing of it is left.
    func stop() {
        running.endInput()
        running.finish()
    }

    /// `docker` past the gateway, as the operator of the machine runs it. Throws unless it ends with 0.
    @discardableResult
    func docker(_ arguments: [String], input: String? = nil) throws -> String {
        var command = Command(Self.client, ["--host", "unix://\(socket)"] + arguments)
        command.environment["HOME"] = directory.path
        command.input = input
        let said = try command.runToEnd()
        guard said.status == 0 else { throw Failure("docker \(arguments): \(said)") }
        return said.out.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// What `docker inspect` says of an object, as `format` (a template of Go's) picks it.
    func inspect(_ object: String, _ format: String) throws -> String {
        try docker(["inspect", "--format", format, object])
    }

    /// An image with two tags, and another, of another repository.
    private func makeImages() throws {
        let script = """
            set -eu
            tree=$1; shift
            mkdir -p "$tree/bin" "$tree/etc" "$tree/root" "$tree/tmp" "$tree/srv"
            for name in $(/bin/busybox --list); do ln -s busybox "$tree/bin/$name"; done
            rm -f "$tree/bin/busybox"
            cp /bin/busybox "$tree/bin/"
            printf 'root:x:0:0::/root:/bin/sh\\nalice:x:1000:1000::/tmp:/bin/sh\\n' > "$tree/etc/passwd"
            printf 'root:x:0:\\nalice:x:1000:\\n' > "$tree/etc/group"
            for name in bb:latest registry.example.com/team/app:1; do
              tar -C "$tree" --owner 0 --group 0 -c . |
                "$@" import --change 'CMD ["sh"]' --change 'ENV PATH=/bin' \\
                  --change "LABEL made-as=$name" - "$name"
            done
            "$@" tag bb:latest bb:second
            """
        let made = try Command(
            "/bin/sh",
            [
                "-c", script, "sh", directory.file("tree"), Self.client, "--host",
                "unix://\(socket)",
            ]
        ).runToEnd()
        guard made.status == 0 else { throw Failure("docker import: \(made)") }
    }
}

extension Trait where Self == ConditionTrait {
    /// For suites that need a real container engine.
    static var engine: Self {
        .enabled("no container engine can be started here") { EngineServer.isWanted }
    }
}
