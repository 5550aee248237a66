import Cryptography
import Testing
import Vocabulary

@Suite("Crypto")
struct CryptoTests {
    @Test("SHA-256 agrees with FIPS 180-4")
    func sha256() {
        #expect(
            SHA256.hash("abc").hex
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            SHA256.hash([]).hex
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }

    @Test("PBKDF2 agrees with RFC 7914 section 11")
    func pbkdf2() {
        let derived = PBKDF2SHA256.derive(
            password: Array("passwd".utf8), salt: Array("salt".utf8), iterations: 1)
        #expect(
            hexText(derived) == "55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc")
    }

    @Test("Ed25519 agrees with RFC 8032 test 2")
    func ed25519() throws {
        let seed = try #require(
            hexBytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
        let key = try Ed25519PrivateKey(seed: seed)
        let signature = try key.sign([0x72])
        #expect(
            hexText(signature)
                == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
        #expect(key.publicKey.verifies(signature, over: [0x72]))
        #expect(!key.publicKey.verifies(signature, over: [0x73]))
    }

    @Test("Base64 round trips and refuses what is not canonical")
    func base64() {
        for count in 0...10 {
            let bytes = Array((0..<UInt8(count)).map { $0 &* 37 &+ 200 })
            #expect(Base64.decode(Base64.encode(bytes)) == bytes)
        }
        for text in ["A", "AA", "AAA", "AB==", "A===", "AA==AA==", "AA\n=", "AAB="] {
            #expect(Base64.decode(text) == nil, "\(text)")
        }
    }
}
