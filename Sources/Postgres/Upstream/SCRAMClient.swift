import Cryptography
import Vocabulary
import Wire

/// SCRAM-SHA-256 and -PLUS as the client (RFC 5802, RFC 7677), one login long.
///
/// A password that is not ASCII is taken as it is written: it must be in normalised form (NFKC) already.
struct SCRAMClient {
    enum Binding: Equatable {
        /// No channel binding: there is no TLS.
        case unsupported
        /// We could, the server did not offer it. The server sees it when someone took its offer away.
        case notOffered
        case endPoint([UInt8])

        fileprivate var header: String {
            switch self {
            case .unsupported: "n,,"
            case .notOffered: "y,,"
            case .endPoint: "p=tls-server-end-point,,"
            }
        }

        fileprivate var data: [UInt8] {
            if case .endPoint(let data) = self {
                Array(header.utf8) + data
            } else {
                Array(header.utf8)
            }
        }
    }

    private enum State: Equatable {
        case first
        case final(serverSignature: [UInt8])
        case verified
    }

    let binding: Binding
    private let password: [UInt8]
    private let saltedPassword: @Sendable ([UInt8], [UInt8], Int) -> [UInt8]
    private let nonce: String
    private let limits: Limits
    private var state = State.first

    var isVerified: Bool { state == .verified }

    init(
        binding: Binding, password: [UInt8], credentials: UpstreamCredentials, limits: Limits
    ) {
        self.binding = binding
        self.password = password
        saltedPassword = credentials.saltedPassword
        nonce = Base64.encode(credentials.nonce)
        self.limits = limits
    }

    private var clientFirstBare: String { "n=,r=" + nonce }

    var clientFirst: [UInt8] { Array((binding.header + clientFirstBare).utf8) }

    /// Answers server-first-message with client-final-message.
    mutating func serverFirst(_ bytes: [UInt8]) throws(MachineFailure) -> [UInt8] {
        guard state == .first else { throw .scram("an unexpected challenge") }
        let text = try Self.text(bytes, limits)
        let fields = text.split(separator: ",", omittingEmptySubsequences: false)
        guard fields.count >= 3, let serverNonce = fields[0].value("r"),
            let salt = fields[1].value("s").flatMap(Base64.decode),
            let count = fields[2].value("i"), let iterations = Self.number(count)
        else { throw .scram("a malformed challenge") }
        guard serverNonce.hasPrefix(nonce), serverNonce.utf8.count > nonce.utf8.count,
            Self.isPrintable(serverNonce)
        else { throw .scram("a nonce that does not continue ours") }
        guard !salt.isEmpty else { throw .scram("no salt") }
        guard (limits.scramIterationsMin...limits.scramIterationsMax).contains(iterations) else {
            throw .scram("\(iterations) iterations; at most \(limits.scramIterationsMax) are taken")
        }
        return final(text, serverNonce, salt, iterations)
    }

    private mutating func final(
        _ serverFirst: String, _ serverNonce: String, _ salt: [UInt8], _ iterations: Int
    ) -> [UInt8] {
        let salted = saltedPassword(password, salt, iterations)
        let clientKey = HMACSHA256.authenticate(Array("Client Key".utf8), key: salted)
        let serverKey = HMACSHA256.authenticate(Array("Server Key".utf8), key: salted)
        let withoutProof = "c=" + Base64.encode(binding.data) + ",r=" + serverNonce
        let message = Array((clientFirstBare + "," + serverFirst + "," + withoutProof).utf8)
        let signature = HMACSHA256.authenticate(message, key: SHA256.hash(clientKey).bytes)
        let proof = zip(clientKey, signature).map { $0 ^ $1 }
        state = .final(serverSignature: HMACSHA256.authenticate(message, key: serverKey))
        return Array((withoutProof + ",p=" + Base64.encode(proof)).utf8)
    }

    /// Checks that the server knows the password too.
    mutating func serverFinal(_ bytes: [UInt8]) throws(MachineFailure) {
        guard case .final(let expected) = state else { throw .scram("an unexpected end") }
        let fields = try Self.text(bytes, limits).split(
            separator: ",", omittingEmptySubsequences: false)
        guard let first = fields.first, let signature = first.value("v").flatMap(Base64.decode),
            constantTimeEqual(signature, expected)
        else { throw .scram("a wrong signature: it does not know the password") }
        state = .verified
    }

    private static func text(_ bytes: [UInt8], _ limits: Limits) throws(MachineFailure) -> String {
        guard bytes.count <= limits.scramBytesMax,
            let text = String(validating: bytes, as: UTF8.self)
        else { throw .scram("a message that is too long or no text") }
        return text
    }

    private static func isPrintable(_ text: String) -> Bool {
        text.utf8.allSatisfy { $0 >= 0x21 && $0 <= 0x7e && $0 != UInt8(ascii: ",") }
    }

    private static func number(_ text: String) -> Int? {
        text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && text.utf8.count <= 9 ? Int(text) : nil
    }
}

extension Substring {
    fileprivate func value(_ name: String) -> String? {
        hasPrefix(name + "=") ? String(dropFirst(2)) : nil
    }
}

extension MachineFailure {
    fileprivate static func scram(_ what: String) -> MachineFailure {
        MachineFailure(.upstream, code: "08001", "the target's SCRAM login sent \(what)")
    }
}
