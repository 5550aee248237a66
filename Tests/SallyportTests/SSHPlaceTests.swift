import Foundation
import Shell
import TestKit
import Testing

@testable import sallyport

@Suite("What the gateway says, in files of stock SSH clients")
struct SSHPlaceTests {
    private static let key =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
    private let scratch: ScratchDirectory
    private let place: SSHPlace

    init() throws {
        scratch = try ScratchDirectory()
        place = SSHPlace(directory: scratch.path)
    }

    private func write(_ user: String, _ hostKey: String) throws {
        try place.write(
            SSHReady(user: user, hostKey: hostKey), gateway: "gw.example:7443",
            home: scratch.path, caFile: scratch.file("ca.pem"))
    }

    @Test("a plain account and a key stand there, and the key without what stood behind it")
    func plain() throws {
        try write("sally_port-1.x", Self.key + " root@somewhere")
        let text = try String(contentsOfFile: place.configuration, encoding: .utf8)
        #expect(text.contains("\n    User sally_port-1.x\n"))
        #expect(text.contains(" --user '%r' -- '%n'\n"))
        let known = try String(contentsOfFile: scratch.file("known_hosts"), encoding: .utf8)
        #expect(known == "sallyport \(Self.key)\n")
    }

    @Test(
        "threat 8: what is no plain account, or no key, is not written",
        arguments: [
            ("root\nProxyCommand touch /tmp/x", key), ("", key), ("-oX", key), ("a b", key),
            ("a%h", key), ("\"a\"", key), ("ü", key), (String(repeating: "a", count: 33), key),
            ("sally", key + "\nevil ssh-ed25519 AAAA"), ("sally", "* " + key),
            ("sally", "\n" + key), ("sally", ""), ("sally", "ssh-ed25519 AAAA"),
        ])
    func hostile(user: String, hostKey: String) throws {
        #expect(throws: Complaint.self) { try write(user, hostKey) }
        let files = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(files.isEmpty)
    }
}
