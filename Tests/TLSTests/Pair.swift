import NIOCore
import TLS

/// A client and a server that hand each other their ciphertext, cut into pieces of any size.
final class Pair {
    let client: TLSConnection
    let server: TLSConnection
    private(set) var clientError: TLSError?
    private(set) var serverError: TLSError?
    /// What each has read.
    var clientText = ByteBuffer()
    var serverText = ByteBuffer()

    init(client: TLSContext, server: TLSContext, name: String? = "localhost") throws {
        self.client = try TLSConnection(client, serverName: name)
        self.server = try TLSConnection(server)
    }

    /// Moves bytes until neither has any left to send. `pieceBytes` is the largest piece.
    func settle(pieceBytes: Int = .max) {
        clientError = clientError ?? step(client, &clientText)
        while true {
            let there = move(from: client, to: server, pieceBytes, &serverText, &serverError)
            let back = move(from: server, to: client, pieceBytes, &clientText, &clientError)
            if !there && !back { return }
        }
    }

    private func move(
        from: TLSConnection, to: TLSConnection, _ pieceBytes: Int, _ text: inout ByteBuffer,
        _ error: inout TLSError?
    ) -> Bool {
        guard var ciphertext = from.takeCiphertext() else { return false }
        while ciphertext.readableBytes > 0 {
            guard
                var piece = ciphertext.readSlice(length: min(pieceBytes, ciphertext.readableBytes))
            else { break }
            to.receive(&piece)
            let thrown = step(to, &text)
            error = error ?? thrown
        }
        return true
    }

    /// Does whatever the connection's state asks for; what it threw.
    @discardableResult
    private func step(_ connection: TLSConnection, _ text: inout ByteBuffer) -> TLSError? {
        do throws(TLSError) {
            if connection.established == nil {
                guard try connection.handshake() == .established else { return nil }
            }
            _ = try connection.decrypt(into: &text)
            return nil
        } catch {
            return error
        }
    }

    var isEstablished: Bool { client.established != nil && server.established != nil }
}

extension ByteBuffer {
    var readableArray: [UInt8] { Array(readableBytesView) }
}

/// The usual contexts of the tests.
enum Contexts {
    static func server(
        _ name: String = "server", clientCA: String? = nil, protocols: [String] = [],
        seconds: Int = 0
    ) throws -> TLSContext {
        let files = try TestCertificates.shared.get()
        return try TLSContext.server(
            certificateFile: files.certificate(name), keyFile: files.key(name),
            applicationProtocols: protocols, sessionLifetimeSeconds: seconds,
            rules: clientCA.map { [try rule($0, protocols: protocols)] } ?? [])
    }

    /// Clients are asked for a certificate of this CA, whatever protocol they choose; none is required.
    static func rule(_ ca: String, protocols: [String] = []) throws -> TLSCertificateRule {
        TLSCertificateRule(
            applicationProtocols: Set([nil] + protocols),
            caFiles: [try TestCertificates.shared.get().certificate(ca)], isRequired: false)
    }

    static func client(
        ca: String? = "ca", protocols: [String] = [], identity: String? = nil
    ) throws -> TLSContext {
        let files = try TestCertificates.shared.get()
        return try TLSContext.client(
            trust: ca.map { .verifyFull(caFile: files.certificate($0)) } ?? .require,
            applicationProtocols: protocols, identity: identity.map(files.identity))
    }
}
