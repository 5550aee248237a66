import Foundation
import TestKit
import Testing

/// `doctor` and `serve` of set-ups in which one thing is broken, each by itself.
@Suite("The doctor", .serialized, .realParts)
struct DoctorTests {
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// What both must say.
        let said: String
        /// Called with the directory of a set-up that has run once.
        let breakIt: @Sendable (String) throws -> Void

        init(
            _ description: String, _ said: String,
            _ breakIt: @escaping @Sendable (String) throws -> Void
        ) {
            testDescription = description
            self.said = said
            self.breakIt = breakIt
        }
    }

    static let faults = [
        Fault("a store that is none", "file is not a database") {
            try write([UInt8](repeating: 7, count: 8_192), $0 + "/var/store.sqlite")
        },
        Fault("a store of a newer program", "use the newer program") {
            try sql($0, "UPDATE schema_versions SET version = 99")
        },
        Fault("a ledger with a line that is no entry", "has no entry") {
            try append("junk\n", $0 + "/var/ledger/entries-000001.jsonl")
        },
        Fault("a ledger with an entry changed", "differ") {
            let path = $0 + "/var/ledger/entries-000001.jsonl"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            try text.replacingOccurrences(of: "gateway-started", with: "gateway-sterted")
                .write(toFile: path, atomically: true, encoding: .utf8)
        },
        Fault("a ledger without its entries", "entries are gone") {
            try FileManager.default.removeItem(atPath: $0 + "/var/ledger/entries-000001.jsonl")
        },
        Fault("a ledger's key that others read", "ledger.sec` is open to others") {
            try chmod($0 + "/var/ledger.sec", 0o644)
        },
        Fault("a CA's key that others read", "client-ca.pem`: it is open to others") {
            try chmod($0 + "/var/client-ca.pem", 0o644)
        },
        Fault("a CA without its key", "runner-ca.pem`: a private key") {
            let path = $0 + "/var/runner-ca.pem"
            let text = try String(contentsOfFile: path, encoding: .utf8)
            let key = try #require(text.range(of: "-----BEGIN PRIVATE KEY-----"))
            try text[..<key.lowerBound].write(toFile: path, atomically: false, encoding: .utf8)
        },
        Fault("a ledger under another name", "belongs to `sallyport`") {
            try change($0, "  policies: policies", "  policies: policies\n  ledger_origin: other")
        },
        Fault("a state directory that others read", "/var`: it is open to others") {
            try chmod($0 + "/var", 0o755)
        },
        Fault("a private key that others read", "gateway.key`: it is open to others") {
            try chmod($0 + "/certs/gateway.key", 0o644)
        },
        Fault("a target's password that others read", "secrets/orders` of `orders`: it is open to")
        {
            try chmod($0 + "/secrets/orders", 0o604)
        },
        Fault("people's passwords that others read", "pam.d/passwords` of the PAM service: it is") {
            try chmod($0 + "/pam.d/passwords", 0o644)
        },
        Fault("a PAM service that others write", "others can change who may log in") {
            try chmod($0 + "/pam.d/sallyport", 0o666)
        },
        Fault("an address that is no one's", "cannot listen on `192.0.2.1:7443`") {
            try change($0, "listen: 127.0.0.1:", "listen: 192.0.2.1:7443 # ")
        },
    ]

    @Test(
        "ends with 1 and says why where a start would fail, and the start says it too",
        arguments: faults)
    func broken(_ fault: Fault) async throws {
        let home = try await usedOnce()
        try fault.breakIt(home.file("gateway"))
        let before = try contents(of: home.file("gateway/var/ledger"))
        let doctor = try await run("doctor", home)
        #expect(doctor.status == 1, "\(doctor)")
        let line = doctor.out.split(separator: "\n").first { $0.contains(fault.said) }
        #expect(line?.hasPrefix("fatal") == true, "\(doctor)")
        #expect(try contents(of: home.file("gateway/var/ledger")) == before)
        let serve = try await run("serve", home)
        #expect(serve.status == 1 && serve.err.contains(fault.said), "\(serve)")
    }

    @Test("finds what a start would only trip over later: a table that is gone")
    func later() async throws {
        let home = try await usedOnce()
        try Self.sql(home.file("gateway"), "DROP TABLE identity_keys")
        let gone = try await run("doctor", home)
        #expect(gone.status == 1 && gone.out.contains("`identity_keys` is missing"), "\(gone)")
    }

    @Test(
        "ends with 0 for a new set-up and for one that has run, and leaves no trace; with 1 while it runs"
    )
    func good() async throws {
        let home = try await initialised()
        let new = try await run("doctor", home)
        #expect(new.status == 0, "\(new)")
        #expect(try contents(of: home.file("gateway/var")).isEmpty)
        try await serveOnce(home)
        let before = try contents(of: home.file("gateway/var/ledger"))
        let used = try await run("doctor", home)
        #expect(used.status == 0, "\(used)")
        #expect(try contents(of: home.file("gateway/var/ledger")) == before)
        try await serveOnce(home) {
            let running = try await run("doctor", home)
            #expect(running.status == 1 && running.out.contains("another process"), "\(running)")
            #expect(running.out.contains("cannot listen on"), "\(running)")
        }
    }

    @Test("names the PAM modules that are not installed: nobody could log in")
    func modules() async throws {
        let home = try await initialised()
        let service = home.file("gateway/pam.d/sallyport")
        let lines = try String(contentsOfFile: service, encoding: .utf8)
        let whole = try await run("doctor", home)
        #expect(!whole.out.contains("not installed"), "\(whole)")
        let more = "auth required pam_of_nobody.so x.so\n# auth required pam_of_old.so\n"
        try Self.write(Array((lines + more).utf8), service)
        let said = try await run("doctor", home)
        let warned = said.out.split(separator: "\n").filter { $0.contains("not installed") }
        #expect(warned.count == 1 && warned[0].contains("`pam_of_nobody.so`"), "\(said)")
        #expect(said.status == 0 && warned[0].hasPrefix("warning"), "\(said)")
    }

    struct Switch: Sendable {
        let old: String
        let new: String
        let said: String
    }

    static let switches = [
        Switch(
            old: "consents:\n", new: "consents:\n  unprotected_keys: true\n",
            said: "consents.unprotected_keys"),
        Switch(old: "fresh: 30m", new: "fresh: 13h", said: "consents.fresh is longer"),
        Switch(old: "tls: verify-full", new: "tls: require", said: "orders.tls is `require`"),
        Switch(old: "tls: verify-full", new: "tls: disable", said: "orders.tls is `disable`"),
        Switch(
            old: "    password: { file: secrets/orders }\n", new: "",
            said: "orders has no password: its server trusts"),
        Switch(
            old: "service: sallyport", new: "service: anyone", said: "`pam_permit` lets in whoever"),
        Switch(
            old: "service: sallyport", new: "service: enough", said: "`pam_permit` lets in whoever"),
    ]

    @Test(
        "names every switch that weakens, and so does the ledger's entry of the start",
        arguments: switches.indices)
    func weak(index: Int) async throws {
        let weakening = Self.switches[index]
        let home = try await initialised()
        let pam = home.file("gateway/pam.d")
        let permit = "auth required pam_permit.so\naccount required pam_permit.so\n"
        try Self.write(Array(permit.utf8), pam + "/anyone")
        let lines = try String(contentsOfFile: pam + "/sallyport", encoding: .utf8)
        try Self.write(Array(("auth sufficient pam_permit.so\n" + lines).utf8), pam + "/enough")
        let strong = try await run("doctor", home)
        #expect(!strong.out.contains("\nweak"), "\(strong)")
        try Self.change(home.file("gateway"), weakening.old, weakening.new)
        let said = try await run("doctor", home)
        let line = said.out.split(separator: "\n").first { $0.hasPrefix("weak") }
        #expect(said.status == 0 && line?.contains(weakening.said) == true, "\(said)")
        try await serveOnce(home)
        let entries = try String(
            contentsOfFile: home.file("gateway/var/ledger/entries-000001.jsonl"), encoding: .utf8)
        #expect(entries.contains(weakening.said), "\(entries)")
    }

    // MARK: Pieces

    private func usedOnce() async throws -> ScratchDirectory {
        let home = try await initialised()
        try await serveOnce(home)
        return home
    }

    private func initialised() async throws -> ScratchDirectory {
        let directory = try ScratchDirectory()
        let made = try await Command(
            TestGateway.binaries + "/sallyportd", ["init", directory.file("gateway")]
        ).run()
        guard made.status == 0 else { throw Failure("init: \(made)") }
        try Self.change(directory.file("gateway"), "127.0.0.1:7443", "127.0.0.1:\(try freePort())")
        return directory
    }

    private func command(_ name: String, _ home: ScratchDirectory) -> Command {
        Command(
            TestGateway.binaries + "/sallyportd",
            [name, "--config", home.file("gateway/sallyport.yaml")])
    }

    private func run(_ name: String, _ home: ScratchDirectory) async throws -> Output {
        try await command(name, home).run()
    }

    private func serveOnce(
        _ home: ScratchDirectory, meanwhile: () async throws -> Void = {}
    ) async throws {
        let daemon = try Conversation(command("serve", home))
        processes.add(daemon.processIdentifier)
        #expect(daemon.expect("listening on") != nil, "\(daemon.rest)")
        try await meanwhile()
        daemon.terminate()
        #expect(daemon.finish().status == 0)
        processes.remove(daemon.processIdentifier)
    }

    private func contents(of directory: String) throws -> [String: Data] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory)
        return Dictionary(
            uniqueKeysWithValues: names.map { name in
                (name, FileManager.default.contents(atPath: directory + "/" + name) ?? Data())
            })
    }

    private static func change(_ home: String, _ old: String, _ new: String) throws {
        let path = home + "/sallyport.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard text.contains(old) else { throw Failure("no `\(old)`") }
        try text.replacingOccurrences(of: old, with: new)
            .write(toFile: path, atomically: true, encoding: .utf8)
    }

    private static func chmod(_ path: String, _ mode: Int) throws {
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
    }

    private static func write(_ bytes: [UInt8], _ path: String) throws {
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        try chmod(path, 0o600)
    }

    private static func append(_ text: String, _ path: String) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.seekToEnd()
        try file.write(contentsOf: Data(text.utf8))
        try file.close()
    }

    private static func sql(_ home: String, _ text: String) throws {
        let script =
            "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute(sys.argv[2]); c.commit()"
        let said = try Command("python3", ["-c", script, home + "/var/store.sqlite", text])
            .runToEnd()
        guard said.status == 0 else { throw Failure("\(said)") }
    }
}
