import Cryptography
import Glibc
import Synchronization
import Vocabulary

/// Judges consents' signatures: one that is given now at once, of a key that is enrolled; one that was kept by stock
/// `ssh-keygen -Y verify` and the auditor's own file of signers.
public final class SignatureVerifier: Sendable {
    private let program: String
    private let scratch: String
    private let running = Mutex(0)

    /// OpenSSH's `ssh-keygen`, where distributions put it.
    public static let program = "/usr/bin/ssh-keygen"

    /// - Parameters:
    ///   - program: OpenSSH's `ssh-keygen`, absolute.
    ///   - scratch: an existing directory, absolute, in which private ones are made and removed.
    public init(program: String = SignatureVerifier.program, scratch: String) {
        self.program = program
        self.scratch = scratch
    }

    /// Proves that `person` signed `message` for a consent with a key of theirs that is enrolled and not
    /// revoked. Throws `IdentityError`: `.invalid` for a signature that is none, `.notAllowed` for one that is
    /// not good, `.limit` and `.unavailable` when it cannot be judged now.
    public func verify(
        armored: String, over message: [UInt8], by person: PrincipalName, keys: ConsentKeys
    ) async throws -> VerifiedSignature {
        guard message.count <= Limits.signedMessageBytesMax else {
            throw IdentityError.invalid(
                "more than \(Limits.signedMessageBytesMax) bytes were signed")
        }
        let signature = try SSHSignature(armored: armored)
        guard signature.namespace == SSHSignature.consentNamespace else {
            throw IdentityError.notAllowed(
                "the signature is for `\(shown(signature.namespace))`: sign with "
                    + "-n \(SSHSignature.consentNamespace)")
        }
        guard signature.isTouched else {
            throw IdentityError.notAllowed(
                "the security key was not touched: touch it when it blinks")
        }
        guard let key = try await keys.key(signature.key.fingerprint), key.person == person,
            key.revoked == nil
        else {
            throw IdentityError.notAllowed(
                "not a key that you have enrolled: use `sallyport login`")
        }
        guard signature.isGood(over: message) else {
            throw IdentityError.notAllowed("the signature is not good")
        }
        return VerifiedSignature(
            key: key, message: SHA256.hash(message), armored: signature.armored)
    }

    /// Whether the key of that fingerprint signed `message` for a consent, and `allowedSigners` (a file's text, as
    /// an auditor pins it) names it for `person` at that `time`. Throws `IdentityError.invalid` for a signature that is none.
    public func isGood(
        armored: String, over message: [UInt8], by person: PrincipalName, key: KeyID,
        allowedSigners: String, at time: WallTime
    ) async throws -> Bool {
        let signature = try SSHSignature(armored: armored)
        guard signature.namespace == SSHSignature.consentNamespace, signature.isTouched,
            signature.key.fingerprint == key, message.count <= Limits.signedMessageBytesMax
        else { return false }
        return try await judge(
            signature, over: message, by: person, signers: allowedSigners, at: time)
    }

    private func judge(
        _ signature: SSHSignature, over message: [UInt8], by person: PrincipalName, signers: String,
        at time: WallTime
    ) async throws -> Bool {
        let admitted = running.withLock { count in
            guard count < Limits.verificationsMax else { return false }
            count += 1
            return true
        }
        guard admitted else {
            throw IdentityError.limit("too many signatures are being checked: try again")
        }
        defer { running.withLock { $0 -= 1 } }
        let ending = await onThread { [program, scratch] in
            Result { try run(program, in: scratch, signature, message, person, signers, time) }
        }
        guard let ending else {
            throw IdentityError.unavailable("no thread to check a signature on")
        }
        switch try ending.get() {
        case .exited(let status): return status == 0
        case .signalled, .killed:
            throw IdentityError.unavailable("`\(program)` did not finish: try again")
        }
    }
}

private func run(
    _ program: String, in scratch: String, _ signature: SSHSignature, _ message: [UInt8],
    _ person: PrincipalName, _ signers: String, _ time: WallTime
) throws -> ChildProcess.Ending {
    let directory = try PrivateDirectory(in: scratch)
    let signers = try directory.write(Array(signers.utf8), to: "signers")
    let armored = try directory.write(Array(signature.armored.utf8), to: "signature")
    let input = open(try directory.write(message, to: "message"), O_RDONLY | O_CLOEXEC)
    let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { for descriptor in [input, null] where descriptor >= 0 { close(descriptor) } }
    guard input >= 0, null >= 0 else {
        throw IdentityError.unavailable("the signed bytes cannot be read back")
    }
    let child = try ChildProcess(
        path: program,
        arguments: [
            "-Y", "verify", "-f", signers, "-I", person.text, "-n",
            SSHSignature.consentNamespace, "-s", armored,
            "-O", "verify-time=\(SignatureTime(time))",
        ],
        descriptors: [input, null, null])
    return child.wait(deadline: monotonicMilliseconds() + Limits.verificationMillisecondsMax)
}
