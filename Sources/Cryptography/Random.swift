import COpenSSL

/// OpenSSL's random generator.
public enum Random {
    /// `count` unpredictable bytes. A generator that fails is no state to go on in.
    public static func bytes(_ count: Int) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: count)
        precondition(RAND_bytes(&output, Int32(count)) == 1, "OpenSSL's random generator failed")
        return output
    }

    /// `prefix` and 26 characters of Crockford's base 32 in lower case: 130 bits.
    public static func identifier(_ prefix: String) -> String {
        let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
        let text = bytes(26).map { alphabet[Int($0 & 31)] }
        return prefix + String(decoding: text, as: UTF8.self)
    }
}

/// Compares two secrets without telling by time where they differ. Their lengths are not secret.
public func constantTimeEqual(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
