import COpenSSL
import Vocabulary

/// SHA-256 (FIPS 180-4) by OpenSSL.
public enum SHA256 {
    public static func hash(_ bytes: UnsafeRawBufferPointer) -> Digest {
        Digest { output in
            let start = bytes.baseAddress?.assumingMemoryBound(to: UInt8.self)
            COpenSSL.SHA256(
                start, bytes.count, output.baseAddress?.assumingMemoryBound(to: UInt8.self))
        }
    }

    public static func hash(_ bytes: [UInt8]) -> Digest {
        bytes.withUnsafeBytes { hash($0) }
    }

    public static func hash(_ text: String) -> Digest { hash(Array(text.utf8)) }
}

/// HMAC-SHA-256 (RFC 2104).
public enum HMACSHA256 {
    public static func authenticate(_ message: [UInt8], key: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: Digest.byteCount)
        var count: UInt32 = 0
        _ = HMAC(EVP_sha256(), key, Int32(key.count), message, message.count, &output, &count)
        return output
    }
}

/// PBKDF2 with HMAC-SHA-256 (RFC 8018), as SCRAM's `Hi` (RFC 5802 section 2.2).
public enum PBKDF2SHA256 {
    public static func derive(password: [UInt8], salt: [UInt8], iterations: Int) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: Digest.byteCount)
        password.withUnsafeBytes { bytes in
            _ = PKCS5_PBKDF2_HMAC(
                bytes.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(password.count), salt,
                Int32(salt.count), Int32(iterations), EVP_sha256(), Int32(output.count), &output)
        }
        return output
    }
}

/// MD5, for PostgreSQL's old `md5` login only; `nil` where the provider refuses it (FIPS).
public enum MD5 {
    public static func hash(_ bytes: [UInt8]) -> [UInt8]? {
        var output = [UInt8](repeating: 0, count: 16)
        var count: UInt32 = 0
        guard EVP_Digest(bytes, bytes.count, &output, &count, EVP_md5(), nil) == 1 else {
            return nil
        }
        return output
    }
}
