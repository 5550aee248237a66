import Cryptography
import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Identity

@Suite("Consent keys")
struct KeyTests {
    static let scratch = Result { try ScratchDirectory() }

    /// A fresh key pair of `ssh-keygen`; returns the private key's path.
    static func make(_ kind: String = "ed25519", bits: String? = nil) throws -> String {
        let path = try scratch.get().file(UUID().uuidString)
        try run(
            "/usr/bin/ssh-keygen",
            ["-q", "-t", kind, "-N", "", "-C", "a comment", "-f", path]
                + (bits.map { ["-b", $0] } ?? []))
        return path
    }

    static func publicLine(_ path: String) throws -> String {
        try String(contentsOfFile: path + ".pub", encoding: .utf8)
    }

    @Test(
        "of every accepted kind are read, with ssh-keygen's own fingerprint",
        arguments: [
            ("ed25519", nil), ("ecdsa", "256"), ("ecdsa", "384"), ("ecdsa", "521"), ("rsa", "3072"),
        ] as [(String, String?)])
    func kinds(kind: String, bits: String?) throws {
        let path = try Self.make(kind, bits: bits)
        let key = try SSHPublicKey(line: Self.publicLine(path))
        let printed = try run("/usr/bin/ssh-keygen", ["-l", "-f", path + ".pub"])
        #expect(printed.split(separator: " ")[1] == key.fingerprint.rawValue)
        #expect(key.comment == "a comment")
        for count in 0..<key.blob.count {
            #expect(throws: IdentityError.self) {
                try SSHPublicKey(blob: Array(key.blob.prefix(count)), comment: "")
            }
        }
        #expect(throws: IdentityError.self) { try SSHPublicKey(blob: key.blob + [0], comment: "") }
    }

    @Test("on FIDO2 tokens are read")
    func securityKeys() throws {
        let ed25519 =
            sshString("sk-ssh-ed25519@openssh.com".utf8)
            + sshString([UInt8](repeating: 7, count: 32)) + sshString("ssh:".utf8)
        let key = try SSHPublicKey(
            line: "sk-ssh-ed25519@openssh.com \(Base64.encode(ed25519)) token\n")
        #expect(key.algorithm.isSecurityKey)
    }

    @Test("that are weak or no keys are refused")
    func refused() throws {
        let good = try Self.publicLine(Self.make())
        let parts = good.split(separator: " ").map(String.init)
        let weak = try Self.publicLine(Self.make("rsa", bits: "2048"))
        let dsa = sshString("ssh-dss".utf8) + sshString([1])
        let lines = [
            "", "ssh-ed25519", "ssh-ed25519 !!!!", "ssh-rsa \(parts[1])", weak, good + good,
            "command=\"x\" " + good, "ssh-dss \(Base64.encode(dsa))",
            "ssh-ed25519 " + String(repeating: "A", count: Limits.keyLineBytesMax),
            parts[1] + " " + parts[0],
        ]
        for line in lines {
            #expect(throws: IdentityError.self, "\(line.prefix(40))") {
                try SSHPublicKey(line: line)
            }
        }
    }

    @Test("keep no control characters in their comments")
    func comments() throws {
        let parts = try Self.publicLine(Self.make()).split(separator: " ")
        let key = try SSHPublicKey(line: "\(parts[0]) \(parts[1]) a\u{1B}[2Jb\u{202E}c")
        #expect(key.comment == "a[2Jbc")
    }

    @Test("are enrolled once, listed, revoked, and never enrolled again")
    func life() async throws {
        let scenery = try await Scenery()
        let heard = Heard()
        let subscription = scenery.revocations.subscribe { heard.add($0) }
        let line = try Self.publicLine(Self.make())
        func enrol(_ person: String, protected: Bool = true) async throws -> ConsentKeys.Enrolment {
            try await scenery.keys.enrol(
                line: line, isProtected: protected, EnrolmentGrant(person: name(person)), now: noon)
        }
        let first = try await enrol("alice", protected: false)
        #expect(first == .new(first.key))
        #expect(first.event == .keyEnrolled(first.key))
        #expect(!first.key.isProtected)
        #expect(try await enrol("alice", protected: false).event == nil)
        let changed = try await enrol("alice")
        #expect(changed.event == .keyChanged(changed.key))
        #expect(changed.key.isProtected)
        #expect(try await scenery.keys.live(of: name("alice")) == [changed.key])
        #expect(try await scenery.keys.allowedSigners() == changed.key.allowedSignersLine + "\n")

        // threat 20: one key is one person's.
        await #expect(throws: IdentityError.self) { try await enrol("bob") }
        let bob = try scenery.person("bob")
        #expect(try await scenery.keys.keys(visibleTo: bob).isEmpty)
        await #expect(throws: IdentityError.self) {
            try await scenery.keys.revoke(first.key.id, by: bob, now: noon)
        }

        let alice = try scenery.person("alice")
        try await scenery.keys.revoke(first.key.id, by: alice, now: noon)
        #expect(heard.all == [.key(first.key.id, of: try name("alice"))])
        try await scenery.keys.revoke(first.key.id, by: alice, now: noon)
        #expect(
            scenery.entered.all == [
                .keyEnrolled(first.key), .keyChanged(changed.key),
                .keyRevoked(first.key.id, of: try name("alice"), by: try name("alice")),
            ])
        #expect(try await scenery.keys.live(of: name("alice")).isEmpty)
        let ended = try await scenery.keys.allowedSigners()
        #expect(ended.contains("\",valid-before=\"20270115080000Z\" ssh-ed25519 "), "\(ended)")
        #expect(try await scenery.keys.keys(visibleTo: scenery.person("carol")).count == 1)
        await #expect(throws: IdentityError.self) { try await enrol("alice") }
        subscription.cancel()
    }

    @Test("threat 26: that the ledger did not take do not count, and are new when it does")
    func notEntered() async throws {
        let scenery = try await Scenery()
        let line = try Self.publicLine(Self.make())
        func enrol() async throws -> ConsentKeys.Enrolment {
            try await scenery.keys.enrol(
                line: line, isProtected: true, EnrolmentGrant(person: name("alice")), now: noon)
        }
        scenery.entered.fill(true)
        await #expect(throws: Missing.self) { try await enrol() }
        #expect(try await scenery.keys.live(of: name("alice")).isEmpty)
        scenery.entered.fill(false)
        let first = try await enrol()
        // A row that somebody wrote without an entry.
        _ = try await scenery.database.write { statements in
            try statements.run("UPDATE identity_keys SET ledger_index = NULL")
        }
        #expect(try await scenery.keys.live(of: name("alice")).isEmpty)
        #expect(try await scenery.keys.key(first.key.id) == nil)
        #expect(try await scenery.keys.allowedSigners().isEmpty)
        #expect(try await scenery.keys.keys(visibleTo: scenery.person("carol")).isEmpty)
        let owner = try name("alice")
        let live = try await scenery.database.read {
            try ConsentKeys.live(first.key.id, of: owner, in: $0)
        }
        #expect(live == nil)
        #expect(try await enrol() == first)
        #expect(try await scenery.keys.live(of: owner) == [first.key])
    }

    @Test("are bounded in number, and only a declared person's")
    func bounded() async throws {
        let scenery = try await Scenery()
        func enrol(_ number: Int, _ person: String) async throws {
            let blob =
                sshString("ssh-ed25519".utf8)
                + sshString([UInt8](repeating: UInt8(number), count: 32))
            _ = try await scenery.keys.enrol(
                line: "ssh-ed25519 \(Base64.encode(blob))", isProtected: true,
                EnrolmentGrant(person: name(person)), now: noon)
        }
        for number in 0..<Limits.keysMax { try await enrol(number, "alice") }
        await #expect(throws: IdentityError.self) { try await enrol(100, "alice") }
        try await enrol(100, "bob")
        await #expect(throws: IdentityError.self) { try await enrol(101, "mallory") }
        await #expect(throws: IdentityError.self) { try await enrol(102, "deploy-bot") }
    }
}
