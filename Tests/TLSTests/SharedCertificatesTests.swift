import NIOCore
import Testing

@testable import TLS

@Suite("Certificates that connections share")
struct SharedCertificatesTests {
    private func shown(_ client: TLSContext, _ server: String, name: String = "localhost") throws
        -> PeerCertificate?
    {
        let pair = try Pair(client: client, server: Contexts.server(server), name: name)
        pair.settle()
        return pair.client.established?.peerCertificate
    }

    @Test func `one certificate is kept once, however many connections are shown it`() throws {
        let client = try Contexts.client()
        for _ in 1...3 {
            #expect(try shown(client, "server")?.commonName == "server")
            #expect(client.sharedCertificates.count == 1)
        }
        #expect(try shown(client, "renewed")?.commonName == "renewed")
        #expect(try shown(client, "server")?.commonName == "server")
        #expect(client.sharedCertificates.count == 2)
    }

    @Test
    func `threat 2: one that was accepted before is verified anew, and nothing else passes for it`()
        throws
    {
        let client = try Contexts.client()
        #expect(try shown(client, "server") != nil)
        #expect(try shown(client, "server", name: "elsewhere.example.test") == nil)
        #expect(try shown(client, "imposter") == nil)
        #expect(client.sharedCertificates.count == 1)
        #expect(try shown(client, "server")?.commonName == "server")
    }

    @Test func `no more than a known number is kept`() throws {
        let client = try Contexts.client()
        let names = ["server", "renewed"]
        client.sharedCertificates.limit = 1
        for name in names + names {
            #expect(try shown(client, name)?.commonName == name)
            #expect(client.sharedCertificates.count == 1)
        }
    }
}
