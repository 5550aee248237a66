import Foundation
import TestKit
import Testing

@testable import sallyport

@Suite("A key that is made")
struct KeyFileTests {
    private struct Interrupted: Error {}

    private let scratch: ScratchDirectory
    private let path: String

    init() throws {
        scratch = try ScratchDirectory()
        path = scratch.file("consent_key")
    }

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: scratch.path).sorted()
    }

    @Test("has its name once it is whole, and nothing lies beside it then")
    func whole() throws {
        try makeKey(path) { temporary in
            try "private".write(toFile: temporary, atomically: false, encoding: .utf8)
            try "public".write(toFile: temporary + ".pub", atomically: false, encoding: .utf8)
            #expect(try !files().contains("consent_key"))
        }
        #expect(try files() == ["consent_key", "consent_key.pub"])
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "private")
        #expect(try String(contentsOfFile: path + ".pub", encoding: .utf8) == "public")
    }

    @Test("is not there when making it did not come to its end, and nor is anything else")
    func interrupted() throws {
        #expect(throws: Interrupted.self) {
            try makeKey(path) { temporary in
                try "private".write(toFile: temporary, atomically: false, encoding: .utf8)
                throw Interrupted()
            }
        }
        #expect(try files().isEmpty)
    }

    @Test("is not there while its public half is missing")
    func half() throws {
        #expect(throws: Complaint.self) {
            try makeKey(path) { temporary in
                try "private".write(toFile: temporary, atomically: false, encoding: .utf8)
            }
        }
        #expect(try files().isEmpty)
    }

    @Test("is made by a program that signals end, whatever our threads do about them")
    func signals() throws {
        let program = TerminalProgram(
            path: "/bin/grep", arguments: ["-E", "Sig(Blk|Ign)", "/proc/self/status"])
        let before = signal(SIGHUP, SIG_IGN)
        defer { signal(SIGHUP, before) }
        var all = sigset_t()
        var old = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, &old)
        defer { pthread_sigmask(SIG_SETMASK, &old, nil) }
        let (status, said) = try program.run(keeping: .output)
        let sets = said.split(separator: "\n").compactMap { line in
            line.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
        }
        // The C library keeps two of the signals behind these for itself.
        #expect(status == 0 && sets.map { $0 & 0x7FFF_FFFF } == [0, 0], "\(said)")
    }

    @Test("for stock SSH clients is a key of ssh-keygen's own")
    func real() throws {
        try makeSSHKey(path)
        #expect(try files() == ["consent_key", "consent_key.pub"])
        let line = try String(contentsOfFile: path + ".pub", encoding: .utf8)
        #expect(line.hasPrefix("ssh-ed25519 ") && line.hasSuffix(" sallyport\n"))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
    }
}
