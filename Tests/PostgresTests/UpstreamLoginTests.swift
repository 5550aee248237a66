import Cryptography
import Postgres
import TestKit
import Testing

private typealias R = Replies

@Suite("The login at a target")
struct UpstreamLoginTests {
    private static let welcome =
        R.authentication(0) + R.status("server_version", "15.1") + R.key(1, 2) + R.ready()

    private func credentials(
        password: String? = "secret", isEncrypted: Bool = true, binding: [UInt8]? = nil
    ) -> UpstreamCredentials {
        UpstreamCredentials(
            user: "sallyport", database: "orders", password: password.map { Array($0.utf8) },
            isEncrypted: isEncrypted, channelBinding: binding,
            nonce: [UInt8](repeating: 7, count: 18))
    }

    private enum End: Equatable {
        case ready(UpstreamSession), waits, fails(MachineFailure.Blame)
    }

    /// Feeds the bytes and gathers what is sent.
    private func run(_ login: inout UpstreamLogin, _ bytes: [UInt8], sent: inout [UInt8]) -> End {
        var buffer = bytes
        while true {
            switch buffer.withUnsafeBytes({ login.nextStep($0) }) {
            case .needMore: return .waits
            case .send(let message, let count):
                sent += message
                buffer.removeFirst(count)
            case .ready(let session, let count):
                #expect(count == buffer.count)
                return .ready(session)
            case .fail(let failure): return .fails(failure.blame)
            }
        }
    }

    private func end(_ credentials: UpstreamCredentials, _ bytes: [UInt8]) -> (End, [UInt8]) {
        var login = UpstreamLogin(credentials)
        var sent: [UInt8] = []
        return (run(&login, bytes, sent: &sent), sent)
    }

    @Test("trust: settings and key are kept, however the bytes are cut")
    func trust() {
        let session = UpstreamSession(
            parameters: [.init(name: "server_version", value: "15.1")],
            key: BackendKey(processID: 1, secret: 2))
        for pieces in splits(of: Self.welcome) {
            var login = UpstreamLogin(credentials())
            var buffer: [UInt8] = []
            var found: UpstreamSession?
            for piece in pieces {
                buffer += piece
                var isMoving = true
                while isMoving {
                    switch buffer.withUnsafeBytes({ login.nextStep($0) }) {
                    case .send(let message, let count):
                        #expect(message.isEmpty)
                        buffer.removeFirst(count)
                    case .ready(let session, let count):
                        found = session
                        buffer.removeFirst(count)
                        isMoving = false
                    case .needMore: isMoving = false
                    case .fail(let failure):
                        Issue.record("\(failure)")
                        return
                    }
                }
            }
            #expect(found == session)
        }
    }

    @Test("the password itself goes over TLS only")
    func cleartext() {
        let (_, sent) = end(credentials(), R.authentication(3))
        #expect(sent == ClientMessages.password(Array("secret".utf8)))
        let (failed, nothing) = end(credentials(isEncrypted: false), R.authentication(3))
        #expect(failed == .fails(.upstream))
        #expect(nothing.isEmpty)
        #expect(end(credentials(password: nil), R.authentication(3)).0 == .fails(.gateway))
    }

    @Test("md5 as PostgreSQL computes it")
    func md5() {
        // md5('secret' || 'sallyport') and so on, by PostgreSQL's definition.
        let inner = Array(hex(MD5.hash(Array("secretsallyport".utf8)) ?? []).utf8)
        let outer = "md5" + hex(MD5.hash(inner + [1, 2, 3, 4]) ?? [])
        let (_, sent) = end(credentials(), R.authentication(5, [1, 2, 3, 4]))
        #expect(sent == ClientMessages.password(Array(outer.utf8)))
    }

    @Test(
        "SCRAM with and without channel binding: both sides prove themselves",
        arguments: [
            (nil, true, "n,,"), ([1, 2, 3], true, "p=tls-server-end-point,,"),
            ([1, 2, 3], false, "y,,"),
        ] as [([UInt8]?, Bool, String)])
    func scram(_ binding: [UInt8]?, _ offersPlus: Bool, _ header: String) {
        let peer = ScramPeer(header: header, binding: binding)
        var login = UpstreamLogin(credentials(binding: binding))
        var sent: [UInt8] = []
        let offer = (offersPlus ? "SCRAM-SHA-256-PLUS\0" : "") + "SCRAM-SHA-256\0\0"
        #expect(run(&login, R.authentication(10, Array(offer.utf8)), sent: &sent) == .waits)
        let mechanism = header.hasPrefix("p") ? "SCRAM-SHA-256-PLUS" : "SCRAM-SHA-256"
        let first = Array((header + peer.clientFirstBare).utf8)
        #expect(sent == ClientMessages.saslInitialResponse(mechanism: mechanism, first))
        sent = []
        #expect(
            run(&login, R.authentication(11, Array(peer.serverFirst.utf8)), sent: &sent) == .waits)
        #expect(sent == ClientMessages.saslResponse(peer.clientFinal))
        let session = run(
            &login, R.authentication(12, peer.serverFinal) + Self.welcome, sent: &sent)
        guard case .ready = session else {
            Issue.record("not logged in")
            return
        }
    }

    @Test("threat 4: a server that does not know the password itself is refused")
    func wrongSignature() throws {
        let peer = ScramPeer(header: "y,,", binding: nil)
        let right = String(decoding: peer.serverFinal, as: UTF8.self)
        let signature = try #require(Base64.decode(String(right.dropFirst(2))))
        var flipped = signature
        flipped[0] ^= 1
        let wrong = [
            "v=" + Base64.encode(flipped), "v=" + Base64.encode(Array(signature.dropLast())),
            "v=" + Base64.encode(Array(repeating: 0, count: 32)), "v=", "", "e=other-error",
        ]
        for final in wrong + [right] {
            var login = UpstreamLogin(credentials(binding: [1, 2, 3]))
            var sent: [UInt8] = []
            _ = run(&login, R.authentication(10, Array("SCRAM-SHA-256\0\0".utf8)), sent: &sent)
            _ = run(&login, R.authentication(11, Array(peer.serverFirst.utf8)), sent: &sent)
            let said = R.authentication(12, Array(final.utf8)) + Self.welcome
            let ending = run(&login, said, sent: &sent)
            #expect((ending == .fails(.upstream)) == (final != right), "\(final)")
        }
    }

    @Test(
        "threat 4: a server that cheats in SCRAM is refused",
        arguments: [
            "", "x", "r=,s=AAAA,i=4096", "r=other,s=AAAA,i=4096", "r=OURS,s=AAAA,i=4096",
            "r=OURSx,s=AAAA,i=0",
            "r=OURSx,s=AAAA,i=99999999", "r=OURSx,s=AAAA,i=-1", "r=OURSx,s=!,i=4096",
            "r=OURSx,s=,i=4096",
            "r=OURSx,s=AAAA", "m=x,r=OURSx,s=AAAA,i=4096", "r=OURSx\u{7f},s=AAAA,i=1",
        ])
    func badChallenge(_ challenge: String) {
        let nonce = Base64.encode([UInt8](repeating: 7, count: 18))
        var text = challenge
        if let range = text.firstRange(of: "OURS") { text.replaceSubrange(range, with: nonce) }
        let bytes =
            R.authentication(10, Array("SCRAM-SHA-256\0\0".utf8))
            + R.authentication(11, Array(text.utf8))
        #expect(end(credentials(), bytes).0 == .fails(.upstream))
    }

    @Test(
        "threats 3, 4 and 8: no proof, a wrong proof, a downgrade, a wrong order",
        arguments: [
            R.authentication(10, Array("SCRAM-SHA-256\0\0".utf8)) + R.authentication(0),
            R.authentication(10, Array("SCRAM-SHA-256\0\0".utf8))
                + R.authentication(12, Array("v=AAAA".utf8)),
            R.authentication(10, Array("SCRAM-SHA-256\0\0".utf8)) + R.authentication(3),
            R.authentication(10, Array("SCRAM-SHA-1\0\0".utf8)),
            R.authentication(10, Array("SCRAM".utf8)),
            R.authentication(11), R.authentication(12), R.authentication(7),
            R.authentication(0) + R.authentication(0),
            R.ready(), R.key(1, 2), R.frame("v"), R.frame("R"), R.error("28P01", .fatal), R.row(),
            R.authentication(5, [1]),
            R.authentication(0) + R.key(1, 2) + R.key(1, 2), [0x52, 0, 0, 0, 3],
            [0x52, 127, 0, 0, 0],
        ])
    func hostile(_ bytes: [UInt8]) {
        #expect(end(credentials(), bytes).0 == .fails(.upstream))
    }

    @Test(
        "where channel binding is required nothing less logs in",
        arguments: [
            R.authentication(0), R.authentication(3), R.authentication(5, [1, 2, 3, 4]),
            R.authentication(10, Array("SCRAM-SHA-256\0\0".utf8)),
        ])
    func bindingRequired(_ bytes: [UInt8]) {
        var strict = credentials(binding: [1])
        strict.requiresChannelBinding = true
        let (ending, sent) = end(strict, bytes)
        #expect(ending == .fails(.upstream))
        #expect(sent.isEmpty)
    }

    @Test(
        "threats 1 and 3: the server's answer to the request for TLS is one byte",
        arguments: [
            ([], UpstreamEncryption.needMore), ([0x53], .startTLS), ([0x4e], .unavailable),
        ])
    func encryption(_ bytes: [UInt8], _ expected: UpstreamEncryption) {
        #expect(bytes.withUnsafeBytes { UpstreamEncryption.answer($0) } == expected)
        for bad in [[0x53, 0x16], [0x45, 0]] as [[UInt8]] {
            guard case .fail = bad.withUnsafeBytes({ UpstreamEncryption.answer($0) }) else {
                Issue.record("taken")
                return
            }
        }
    }

    @Test("a catalogue query gives its rows, then another may follow")
    func simpleQuery() {
        var client = SimpleQueryClient()
        let bytes =
            R.frame("T") { $0.uint16(1) } + R.row("a") + R.row("b") + R.complete("SELECT 2")
            + R.ready()
        for _ in 0..<2 {
            var buffer = bytes
            var found: [[String?]]?
            while found == nil {
                switch buffer.withUnsafeBytes({ client.nextStep($0) }) {
                case .consumed(let count): buffer.removeFirst(count)
                case .rows(let rows, let count):
                    buffer.removeFirst(count)
                    found = rows
                case .needMore, .refused, .fail:
                    Issue.record("no rows")
                    return
                }
            }
            #expect(found == [["a"], ["b"]])
            #expect(buffer.isEmpty)
        }
    }

    private func hex(_ bytes: [UInt8]) -> String {
        bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }
}

/// The server's half of SCRAM, worked out from RFC 5802 section 3.
private struct ScramPeer {
    let clientFirstBare: String
    let serverFirst: String
    let clientFinal: [UInt8]
    let serverFinal: [UInt8]

    init(header: String, binding: [UInt8]?) {
        let nonce = Base64.encode([UInt8](repeating: 7, count: 18))
        clientFirstBare = "n=,r=" + nonce
        serverFirst = "r=\(nonce)srv,s=\(Base64.encode([1, 2, 3, 4])),i=4096"
        let data = Array(header.utf8) + (header.hasPrefix("p") ? binding ?? [] : [])
        let bare = "c=\(Base64.encode(data)),r=\(nonce)srv"
        let message = Array("\(clientFirstBare),\(serverFirst),\(bare)".utf8)
        let salted = PBKDF2SHA256.derive(
            password: Array("secret".utf8), salt: [1, 2, 3, 4], iterations: 4096)
        let clientKey = HMACSHA256.authenticate(Array("Client Key".utf8), key: salted)
        let signature = HMACSHA256.authenticate(message, key: SHA256.hash(clientKey).bytes)
        let proof = (0..<32).map { clientKey[$0] ^ signature[$0] }
        clientFinal = Array("\(bare),p=\(Base64.encode(proof))".utf8)
        let serverKey = HMACSHA256.authenticate(Array("Server Key".utf8), key: salted)
        serverFinal = Array(
            "v=\(Base64.encode(HMACSHA256.authenticate(message, key: serverKey)))".utf8)
    }
}
