import Cryptography
import Foundation
import TestKit
import Testing
import Vocabulary

@testable import Identity

/// What we say of a signature is what `ssh-keygen -Y verify` says of it.
@Suite("Judging consent signatures")
struct JudgingTests {
    private let message = Array("sallyport consent: one command, once".utf8)

    /// A signature of each algorithm, as a real key makes it.
    private static let kinds: [String] = [
        "ed25519", "ecdsa 256", "ecdsa 384", "ecdsa 521", "rsa 3072", "sk-ed25519", "sk-ecdsa",
    ]

    private func signature(_ kind: String, hash: String) throws -> SSHSignature {
        switch kind {
        case "sk-ed25519": return try securityKeyEd25519(hash: hash)
        case "sk-ecdsa": return try securityKeyECDSA(hash: hash)
        default:
            let words = kind.split(separator: " ").map(String.init)
            let path = try KeyTests.make(words[0], bits: words.count > 1 ? words[1] : nil)
            let scratch = try ScratchDirectory()
            try Data(message).write(to: URL(fileURLWithPath: scratch.file("m")))
            try run(
                "/usr/bin/ssh-keygen",
                [
                    "-q", "-Y", "sign", "-f", path, "-n", SSHSignature.consentNamespace, "-O",
                    "hashalg=\(hash)", scratch.file("m"),
                ])
            return try SSHSignature(
                armored: String(contentsOfFile: scratch.file("m.sig"), encoding: .utf8))
        }
    }

    private func blob(
        key: [UInt8], hash: String, _ signature: [UInt8],
        namespace: String = SSHSignature.consentNamespace
    ) -> [UInt8] {
        Array("SSHSIG".utf8) + [0, 0, 0, 1] + sshString(key) + sshString(namespace.utf8)
            + sshString([]) + sshString(hash.utf8) + sshString(signature)
    }

    // MARK: Security keys, without one

    /// PROTOCOL.u2f: what a token signs.
    private func spoken(hash: String, flags: UInt8) throws -> [UInt8] {
        let kind = try #require(["sha256": SigningKey.Hash.sha256, "sha512": .sha512][hash])
        let signed =
            Array("SSHSIG".utf8) + sshString(SSHSignature.consentNamespace.utf8) + sshString([])
            + sshString(hash.utf8) + sshString(kind.digest(message))
        return SigningKey.Hash.sha256.digest(Array("ssh:".utf8)) + [flags, 0, 0, 0, 9]
            + SigningKey.Hash.sha256.digest(signed)
    }

    private func securityKeyEd25519(hash: String) throws -> SSHSignature {
        let name = "sk-ssh-ed25519@openssh.com".utf8
        let own = try Ed25519PrivateKey.generate()
        let key = sshString(name) + sshString(own.publicKey.bytes) + sshString("ssh:".utf8)
        let bytes = try own.sign(spoken(hash: hash, flags: 1))
        return try SSHSignature(
            blob: blob(
                key: key, hash: hash, sshString(name) + sshString(bytes) + [1, 0, 0, 0, 9]))
    }

    private func securityKeyECDSA(hash: String) throws -> SSHSignature {
        let name = "sk-ecdsa-sha2-nistp256@openssh.com".utf8
        let scratch = try ScratchDirectory()
        let own = scratch.file("key")
        let openssl = "/usr/bin/openssl"
        try run(openssl, ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", own])
        try run(
            openssl,
            ["ec", "-in", own, "-pubout", "-outform", "DER", "-out", scratch.file("public")])
        try Data(spoken(hash: hash, flags: 1)).write(
            to: URL(fileURLWithPath: scratch.file("spoken")))
        try run(
            openssl,
            [
                "dgst", "-sha256", "-sign", own, "-out", scratch.file("signature"),
                scratch.file("spoken"),
            ])
        let point = try Data(contentsOf: URL(fileURLWithPath: scratch.file("public"))).suffix(65)
        let der = Array(try Data(contentsOf: URL(fileURLWithPath: scratch.file("signature"))))
        let rCount = Int(der[3])
        let r = der[4..<4 + rCount]
        let s = der[(6 + rCount)...]
        let key =
            sshString(name) + sshString("nistp256".utf8) + sshString(point)
            + sshString("ssh:".utf8)
        return try SSHSignature(
            blob: blob(
                key: key, hash: hash,
                sshString(name) + sshString(sshString(r) + sshString(s)) + [1, 0, 0, 0, 9]))
    }

    // MARK: Both

    private func sshKeygen(_ signature: SSHSignature, over message: [UInt8]) async throws -> Bool {
        let scratch = try ScratchDirectory()
        let line = "\(signature.key.algorithm.rawValue) \(Base64.encode(signature.key.blob))\n"
        return try await SignatureVerifier(scratch: scratch.path).isGood(
            armored: signature.armored, over: message, by: name("alice"),
            key: signature.key.fingerprint, allowedSigners: "alice " + line, at: noon)
    }

    @Test("of every algorithm are good where ssh-keygen says so", arguments: kinds)
    func good(kind: String) async throws {
        for hash in ["sha256", "sha512"] {
            let signature = try signature(kind, hash: hash)
            #expect(signature.isGood(over: message), "\(hash)")
            #expect(try await sshKeygen(signature, over: message), "\(hash)")
            #expect(!signature.isGood(over: message + [0]))
            #expect(!signature.isGood(over: []))
        }
    }

    @Test("threat 19: no byte of one can be another", arguments: kinds)
    func everyByte(kind: String) throws {
        let good = try signature(kind, hash: "sha512")
        for index in good.blob.indices {
            var bytes = good.blob
            bytes[index] ^= 1
            guard let changed = try? SSHSignature(blob: bytes) else { continue }
            #expect(!changed.isGood(over: message), "byte \(index) of \(bytes.count)")
        }
    }

    @Test(
        "that are put together wrongly are good neither here nor for ssh-keygen", arguments: kinds)
    func wrong(kind: String) async throws {
        let good = try signature(kind, hash: "sha512")
        let key = good.key.blob
        var reader = SSHReader(good.signature)
        let format = reader.string() ?? []
        let inner = reader.string() ?? []
        let rest = Array(good.signature.dropFirst(8 + format.count + inner.count))
        var cases: [(String, [UInt8])] = [
            ("another hash", blob(key: key, hash: "sha256", good.signature)),
            ("bytes behind the signature", blob(key: key, hash: "sha512", good.signature + [0])),
            (
                "bytes behind the inner one",
                blob(
                    key: key, hash: "sha512", sshString(format) + sshString(inner + [0]) + rest)
            ),
            (
                "another format",
                blob(
                    key: key, hash: "sha512", sshString("ssh-dss".utf8) + sshString(inner) + rest)
            ),
            (
                "no signature",
                blob(key: key, hash: "sha512", sshString(format) + sshString([]) + rest)
            ),
        ]
        if kind.hasPrefix("rsa") {
            for format in ["ssh-rsa", "rsa-sha2-256"] {
                cases.append(
                    (
                        format,
                        blob(key: key, hash: "sha512", sshString(format.utf8) + sshString(inner))
                    )
                )
            }
        }
        for (what, bytes) in cases {
            guard let changed = try? SSHSignature(blob: bytes) else { continue }
            #expect(!changed.isGood(over: message), "\(what)")
            #expect(try await !sshKeygen(changed, over: message), "\(what)")
        }
        // ssh-keygen is asked for the consents' namespace, and `verify` refuses others first.
        let other = try SSHSignature(
            blob: blob(key: key, hash: "sha512", good.signature, namespace: "file"))
        #expect(!other.isGood(over: message))
    }
}
