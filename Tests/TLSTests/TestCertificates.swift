import Foundation
import TLS
import TestKit

/// A CA with leaves for server and client, and a stranger's CA with the same; made once by the `openssl` tool.
struct TestCertificates: Sendable {
    static let shared = Result { try TestCertificates() }

    let directory: ScratchDirectory

    private init() throws {
        directory = try ScratchDirectory()
        for authority in ["ca", "stranger"] {
            try issue(
                authority, subject: "/CN=\(authority)",
                extensions: ["basicConstraints=critical,CA:TRUE"])
        }
        let names = "subjectAltName=DNS:localhost,DNS:db.example.test,IP:127.0.0.1"
        try issue("server", subject: "/CN=server", by: "ca", extensions: [names])
        try issue("renewed", subject: "/CN=renewed", by: "ca", extensions: [names])
        try issue("imposter", subject: "/CN=server", by: "stranger", extensions: [names])
        let alice = "subjectAltName=URI:sallyport:person/alice,DNS:alice.example.test"
        try issue("alice", subject: "/O=Example/CN=alice", by: "ca", extensions: [alice])
        try issue("mallory", subject: "/CN=alice", by: "stranger", extensions: [alice])
        try issue("ed", subject: "/CN=ed", extensions: [names], key: ["-newkey", "ed25519"])
        try issueExpired()
        try run([
            "pkey", "-in", key("server"), "-aes256", "-passout", "pass:x", "-out", key("locked"),
        ])
        try Data("this is no PEM\n".utf8).write(to: URL(fileURLWithPath: file("garbage.pem")))
    }

    func file(_ name: String) -> String { directory.file(name) }
    func certificate(_ name: String) -> String { file(name + ".pem") }
    func key(_ name: String) -> String { file(name + ".key") }

    func identity(_ name: String) -> TLSIdentity {
        TLSIdentity(certificateFile: certificate(name), keyFile: key(name))
    }

    private func issue(
        _ name: String, subject: String, by authority: String? = nil, extensions: [String],
        key kind: [String] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    ) throws {
        var arguments = ["req", "-x509", "-nodes", "-days", "30", "-subj", subject] + kind
        arguments += ["-keyout", key(name), "-out", certificate(name)]
        if let authority {
            arguments += ["-CA", certificate(authority), "-CAkey", key(authority)]
        }
        for one in extensions { arguments += ["-addext", one] }
        try run(arguments)
    }

    private func issueExpired() throws {
        let configuration = """
            [ca]
            default_ca = one
            [one]
            database = \(file("index.txt"))
            new_certs_dir = \(directory.path)
            rand_serial = yes
            default_md = sha256
            policy = any
            [any]
            commonName = supplied
            """
        try Data(configuration.utf8).write(to: URL(fileURLWithPath: file("ca.cnf")))
        try Data().write(to: URL(fileURLWithPath: file("index.txt")))
        try run([
            "req", "-new", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-subj", "/CN=localhost", "-keyout", key("expired"), "-out", file("expired.csr"),
        ])
        try run([
            "ca", "-batch", "-notext", "-config", file("ca.cnf"), "-cert", certificate("ca"),
            "-keyfile", key("ca"), "-in", file("expired.csr"), "-out", certificate("expired"),
            "-startdate", "20200101000000Z", "-enddate", "20200201000000Z",
        ])
    }

    private func run(_ arguments: [String]) throws {
        let (status, output) = try openssl(arguments)
        guard status == 0 else { throw ToolFailed(arguments: arguments, output: output) }
    }
}

struct ToolFailed: Error {
    let arguments: [String]
    let output: String
}

/// Runs the `openssl` tool to its end; its output and errors together.
func openssl(_ arguments: [String], input: String = "") throws -> (status: Int32, output: String) {
    var command = Command("openssl", arguments)
    command.input = input
    let said = try command.runToEnd()
    return (said.status, said.out + said.err)
}
