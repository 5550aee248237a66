import Cryptography
import Testing

@testable import Gateway

@Suite("A kept salted password")
struct KeptPasswordTests {
    @Test("is what would be derived, whatever was asked for before")
    func derived() {
        let kept = KeptPassword()
        // Each differs from the one before in one part, or in where one part ends.
        let asked: [(password: String, salt: String, iterations: Int)] = [
            ("secret", "salt", 16), ("secret", "salt", 16), ("secret", "salt", 17),
            ("Secret", "salt", 17), ("Secret", "tlas", 17), ("tSecret", "sal", 17),
            ("Secret", "salt", 17), ("secret", "salt", 16),
        ]
        for (password, salt, iterations) in asked {
            let (password, salt) = (Array(password.utf8), Array(salt.utf8))
            let derived = PBKDF2SHA256.derive(
                password: password, salt: salt, iterations: iterations)
            #expect(kept.salted(password, salt: salt, iterations: iterations) == derived)
        }
    }
}
