import Cryptography
import Synchronization
import Vocabulary

/// The salted password of a target's last SCRAM login: the same password, salt and iterations need not be hashed some
/// thousand times again. One is kept; it is worth as much as the password, and lives in memory alone.
final class KeptPassword: Sendable {
    private let kept = Mutex<(of: Digest, salted: [UInt8])?>(nil)

    func salted(_ password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        // Lengths in front, so that nothing is the same but the same three.
        let text = [iterations, salt.count].flatMap { number in
            withUnsafeBytes(of: UInt64(number).bigEndian, Array.init)
        }
        let wanted = SHA256.hash(text + salt + password)
        let known = kept.withLock { kept in
            kept.flatMap { $0.of == wanted ? $0.salted : nil }
        }
        if let known { return known }
        let salted = PBKDF2SHA256.derive(password: password, salt: salt, iterations: iterations)
        kept.withLock { $0 = (wanted, salted) }
        return salted
    }
}
