import Cryptography
import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Identity

@Suite("Consent signatures")
struct SignatureTests {
    let message = Array("sallyport consent: one command, once".utf8)

    func sign(_ key: String, namespace: String = SSHSignature.consentNamespace) throws -> String {
        let scratch = try ScratchDirectory()
        try Data(message).write(to: URL(fileURLWithPath: scratch.file("m")))
        try run(
            "/usr/bin/ssh-keygen",
            ["-q", "-Y", "sign", "-f", key, "-n", namespace, scratch.file("m")])
        return try String(contentsOfFile: scratch.file("m.sig"), encoding: .utf8)
    }

    func enrol(_ key: String, _ person: String, in scenery: Scenery) async throws -> ConsentKey {
        try await scenery.keys.enrol(
            line: KeyTests.publicLine(key), isProtected: true,
            EnrolmentGrant(person: name(person)), now: noon
        ).key
    }

    func verifier(_ scenery: Scenery) throws -> SignatureVerifier {
        try FileManager.default.createDirectory(
            atPath: scenery.scratch.file("tmp"), withIntermediateDirectories: true)
        return SignatureVerifier(scratch: scenery.scratch.file("tmp"))
    }

    @Test(
        "of an enrolled key are good",
        arguments: [("ed25519", nil), ("ecdsa", "256"), ("rsa", "3072")] as [(String, String?)])
    func good(kind: String, bits: String?) async throws {
        let scenery = try await Scenery()
        let path = try KeyTests.make(kind, bits: bits)
        let key = try await enrol(path, "alice", in: scenery)
        let armored = try sign(path)
        let verified = try await verifier(scenery).verify(
            armored: armored, over: message, by: name("alice"), keys: scenery.keys)
        #expect(verified.key == key)
        #expect(verified.person == (try name("alice")))
        #expect(verified.message == SHA256.hash(message))
        #expect(verified.armored == armored, "as OpenSSH wrote it")
        let left = try FileManager.default.contentsOfDirectory(atPath: scenery.scratch.file("tmp"))
        #expect(left.isEmpty, "private files are removed")
    }

    @Test(
        "that are not good are refused",
        arguments: [
            "an altered message", "another namespace", "a key not enrolled", "another person's key",
            "a revoked key", "an altered signature", "another key's name on it",
        ])
    func bad(what: String) async throws {
        let scenery = try await Scenery()
        let alices = try KeyTests.make()
        let bobs = try KeyTests.make()
        let key = try await enrol(alices, "alice", in: scenery)
        _ = try await enrol(bobs, "bob", in: scenery)
        var armored = try sign(alices)
        var over = message
        switch what {
        case "an altered message": over.append(0)
        case "another namespace": armored = try sign(alices, namespace: "file")
        case "a key not enrolled": armored = try sign(KeyTests.make())
        case "another person's key": armored = try sign(bobs)
        case "a revoked key":
            try await scenery.keys.revoke(key.id, by: scenery.person("alice"), now: noon)
        case "an altered signature":
            var blob = try SSHSignature(armored: armored).blob
            blob[blob.count - 1] ^= 1
            armored = try SSHSignature(blob: blob).armored
        case "another key's name on it":
            let other = try SSHSignature(armored: sign(bobs))
            let mine = try SSHSignature(armored: armored)
            let start = 6 + 4 + 4
            var blob = other.blob
            blob.replaceSubrange(start..<start + mine.key.blob.count, with: mine.key.blob)
            armored = try SSHSignature(blob: blob).armored
        default: Issue.record("an argument without a case: \(what)")
        }
        let error = try await #require(throws: IdentityError.self) {
            try await verifier(scenery).verify(
                armored: armored, over: over, by: name("alice"), keys: scenery.keys)
        }
        guard case .notAllowed = error else {
            Issue.record("refused for another reason: \(error)")
            return
        }
    }

    @Test("that are malformed or oversized are refused before anything runs")
    func malformed() async throws {
        let scenery = try await Scenery()
        let path = try KeyTests.make()
        _ = try await enrol(path, "alice", in: scenery)
        let armored = try sign(path)
        let blob = try SSHSignature(armored: armored).blob
        let verifier = SignatureVerifier(program: "/nonexistent", scratch: scenery.scratch.path)
        let bad = [
            "", "x", armored + "x", "x" + armored, armored + armored,
            armored.replacing("\n", with: " "), armored.replacing("BEGIN", with: "END"),
            String(repeating: "A", count: Limits.signatureBytesMax + 1),
        ]
        for armored in bad {
            await #expect(throws: IdentityError.self) {
                try await verifier.verify(
                    armored: armored, over: message, by: name("alice"), keys: scenery.keys)
            }
        }
        for count in 0..<blob.count {
            #expect(throws: IdentityError.self) {
                try SSHSignature(blob: Array(blob.prefix(count)))
            }
        }
        let large = [UInt8](repeating: 0, count: Limits.signedMessageBytesMax + 1)
        await #expect(throws: IdentityError.self) {
            try await verifier.verify(
                armored: armored, over: large, by: name("alice"), keys: scenery.keys)
        }
    }

    @Test("that were kept are not good when ssh-keygen cannot be run, hangs or dies")
    func brokenProgram() async throws {
        let path = try KeyTests.make()
        let line = try KeyTests.publicLine(path)
        let key = try SSHPublicKey(line: line).fingerprint
        let armored = try sign(path)
        let scratch = try ScratchDirectory()
        func isGood(_ verifier: SignatureVerifier) async throws -> Bool {
            try await verifier.isGood(
                armored: armored, over: message, by: name("alice"), key: key,
                allowedSigners: "alice \(line)", at: noon)
        }
        #expect(try await isGood(SignatureVerifier(scratch: scratch.path)))
        #expect(
            (try? await isGood(SignatureVerifier(program: "/bin/false", scratch: scratch.path)))
                != true)
        await #expect(throws: IdentityError.self) {
            try await isGood(SignatureVerifier(program: "/nonexistent", scratch: scratch.path))
        }
        await #expect(throws: IdentityError.self) {
            try await isGood(SignatureVerifier(scratch: "/nonexistent"))
        }
    }

    @Test(
        "of a security key tell whether it was touched",
        arguments: [(1, true), (5, true), (4, false), (0, false)])
    func touch(flags: UInt8, touched: Bool) throws {
        let algorithm = "sk-ssh-ed25519@openssh.com".utf8
        let key =
            sshString(algorithm) + sshString([UInt8](repeating: 7, count: 32))
            + sshString("ssh:".utf8)
        let signature =
            sshString(algorithm) + sshString([UInt8](repeating: 1, count: 64))
            + [flags, 0, 0, 0, 9]
        let blob =
            Array("SSHSIG".utf8) + [0, 0, 0, 1] + sshString(key)
            + sshString(SSHSignature.consentNamespace.utf8) + sshString([])
            + sshString("sha512".utf8) + sshString(signature)
        #expect(try SSHSignature(blob: blob).isTouched == touched)
    }
}
