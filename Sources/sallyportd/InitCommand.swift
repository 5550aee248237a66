import ArgumentParser
import Cryptography
import Foundation

/// `sallyportd init DIR`: a configuration that works, to begin from.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a working development configuration: certificates, policies, people.")

    @Argument(help: "The directory to make. It must not exist, or be empty.")
    var directory: String

    func run() throws {
        let setup = DevelopmentSetup(directory: directory)
        let passwords = try setup.write()
        print(
            "Wrote \(directory)/sallyport.yaml with a development CA, policies and three people.\n")
        print("Their passwords, shown once:")
        for (name, password) in passwords { print("  \(name)  \(password)") }
        print(
            """

            Next:
              1. put the database's password into \(directory)/secrets/orders and its address into sallyport.yaml
              2. sallyportd doctor --config \(directory)/sallyport.yaml
              3. sallyportd serve --config \(directory)/sallyport.yaml
            """)
    }
}

/// The files of a development configuration.
struct DevelopmentSetup {
    let directory: String

    /// Writes everything; returns the people with their new passwords.
    func write() throws -> [(String, String)] {
        let files = FileManager.default
        if let found = try? files.contentsOfDirectory(atPath: directory), !found.isEmpty {
            throw ValidationError(
                "`\(directory)` is not empty: name a directory that does not exist yet")
        }
        for name in ["", "/certs", "/policies", "/pam.d", "/secrets", "/var"] {
            try files.createDirectory(
                atPath: directory + name, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
        }
        try write(PackageResources.sallyport_yaml, "sallyport.yaml")
        try write(PackageResources.production_databases_yaml, "policies/production-databases.yaml")
        try write(
            PackageResources.production_databases_cases_yaml,
            "policies/production-databases.cases.yaml")
        try write(PackageResources.shells_yaml, "policies/shells.yaml")
        try write(PackageResources.shells_cases_yaml, "policies/shells.cases.yaml")
        try write(PackageResources.containers_yaml, "policies/containers.yaml")
        try write(PackageResources.containers_cases_yaml, "policies/containers.cases.yaml")
        try write(Array("change-me\n".utf8), "secrets/orders")
        try makeCertificates()
        return try makePeople()
    }

    private func makeCertificates() throws {
        try write(PackageResources.make_development_ca, "certs/make-development-ca")
        try run("/bin/sh", [directory + "/certs/make-development-ca", directory + "/certs"])
    }

    /// PAM with a password file of our own: works without root, and touches nothing of the system's.
    private func makePeople() throws -> [(String, String)] {
        let absolute = URL(fileURLWithPath: directory).path
        let service = """
            auth    required pam_pwdfile.so pwdfile=\(absolute)/pam.d/passwords
            account required pam_permit.so

            """
        try write(Array(service.utf8), "pam.d/sallyport")
        var people: [(String, String)] = []
        var lines = ""
        for name in ["alice", "bob", "carol"] {
            let password = String(Random.identifier("").prefix(16))
            let hash = try run(
                "/usr/bin/openssl", ["passwd", "-6", "-stdin"], input: password + "\n")
            lines += "\(name):\(hash.trimmingCharacters(in: .whitespacesAndNewlines))\n"
            people.append((name, password))
        }
        try write(Array(lines.utf8), "pam.d/passwords")
        return people
    }

    private func write(_ bytes: [UInt8], _ name: String) throws {
        let path = directory + "/" + name
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(bytes), attributes: [.posixPermissions: 0o600])
        else { throw ValidationError("`\(path)` cannot be written") }
    }

    @discardableResult
    private func run(_ program: String, _ arguments: [String], input: String = "") throws -> String
    {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        let (inPipe, outPipe) = (Pipe(), Pipe())
        process.standardInput = inPipe
        process.standardOutput = outPipe
        try process.run()
        try inPipe.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try inPipe.fileHandleForWriting.close()
        let output = try outPipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ValidationError("`\(program)` failed: is the package openssl installed?")
        }
        return String(decoding: output, as: UTF8.self)
    }
}
