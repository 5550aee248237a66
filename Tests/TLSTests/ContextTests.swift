import TLS
import Testing

@Suite("Contexts and their files")
struct ContextTests {
    @Test(arguments: [
        ("missing", "server", nil as String?, "missing.pem", "no such file"),
        ("server", "missing", nil, "missing.key", "no such file"),
        ("server", "server", "missing", "missing.pem", "no such file"),
        ("garbage", "server", nil, "garbage.pem", "no start line"),
        ("server", "server", "garbage", "garbage.pem", "PEM"),
        ("server", "alice", nil, "alice.key", "does not match"),
        ("server", "locked", nil, "locked.key", "unencrypted"),
        ("expired", "expired", nil, "expired.pem", "expired"),
    ])
    func `an error names the file and the reason`(
        certificate: String, key: String, clientCA: String?, file: String, reason: String
    ) throws {
        let files = try TestCertificates.shared.get()
        let error = #expect(throws: TLSError.self) {
            try TLSContext.server(
                certificateFile: files.certificate(certificate), keyFile: files.key(key),
                rules: clientCA.map { [try Contexts.rule($0)] } ?? [])
        }
        #expect(error?.kind == .configuration)
        #expect(error?.blame == .ours)
        #expect(error?.reason.contains("`\(files.file(file))`") == true)
        #expect(error?.reason.contains(reason) == true, "\(String(describing: error))")
        #expect(error?.reason.contains("\n") == false)
    }

    @Test func `a client's CA file must be there`() throws {
        let files = try TestCertificates.shared.get()
        let error = #expect(throws: TLSError.self) {
            try TLSContext.client(trust: .verifyFull(caFile: files.certificate("missing")))
        }
        #expect(error?.reason.contains("missing.pem") == true)
    }

    @Test(arguments: ["", String(repeating: "a", count: 256)])
    func `an application protocol's name has 1 to 255 bytes`(name: String) throws {
        #expect(throws: TLSError.self) {
            try TLSContext.client(trust: .require, applicationProtocols: [name])
        }
    }
}
