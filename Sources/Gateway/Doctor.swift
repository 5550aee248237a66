import Foundation
import Identity
import Ledger
import Logging
import NIOPosix
import Policy
import SQL
import Store
import TLS
import Vocabulary

/// One thing that `doctor` looked at.
public struct Finding: Sendable {
    public enum Grade: String, Sendable {
        case good = "ok"
        /// It works, and is weaker than it could be.
        case weak
        /// It works, and will trouble somebody.
        case warning
        /// The gateway would not start.
        case fatal
    }

    public let grade: Grade
    public let text: String

    public var line: String {
        grade.rawValue.padding(toLength: 8, withPad: " ", startingAt: 0) + text
    }

    public var json: String {
        let value: JSONValue = ["grade": .text(grade.rawValue), "text": .text(text)]
        return String(decoding: value.canonical, as: UTF8.self)
    }
}

/// Looks at everything that a start needs, without starting.
public struct Doctor {
    private let configurationFile: String
    private let signatureProgram: String

    /// - Parameter signatureProgram: OpenSSH's `ssh-keygen`.
    public init(
        configurationFile: String, signatureProgram: String = SignatureVerifier.program
    ) {
        self.configurationFile = configurationFile
        self.signatureProgram = signatureProgram
    }

    public func examine() async -> [Finding] {
        let configuration: GatewayConfiguration
        do {
            configuration = try GatewayConfiguration.load(file: configurationFile)
        } catch {
            return error.problems.map { Finding(grade: .fatal, text: $0.description) }
        }
        var findings = [Finding(grade: .good, text: "configuration `\(configurationFile)`")]
        findings += examineFiles(configuration)
        findings += configuration.weakenings.map { Finding(grade: .weak, text: $0) }
        findings += examinePAM(configuration.identity)
        findings += configuration.startupChecks(signatureProgram: signatureProgram).map { check in
            finding(check.name, check.look)
        }
        findings += await examineState(configuration.gateway)
        findings += await examineSystem(configuration.gateway)
        findings += examineSSH(configuration)
        for target in configuration.targets {
            switch target.service {
            case .postgres(let section): findings += await examine(target, section)
            case .shell(let section):
                findings.append(
                    await examine(target, section, configuration.gateway.stateDirectory))
            case .docker(let section): findings.append(await examine(target, section))
            }
        }
        return findings
    }

    private func examineFiles(_ configuration: GatewayConfiguration) -> [Finding] {
        let section = configuration.gateway
        var findings = [
            finding("certificate `\(section.certificateFile)`") { _ = try section.tlsContext() },
            finding("people, agents and administrators") {
                _ = try Directory(
                    configuration.identity.declaration,
                    targets: Set(configuration.targets.map(\.name)))
            },
        ]
        findings += examinePolicies(configuration)
        return findings
    }

    private func examinePolicies(_ configuration: GatewayConfiguration) -> [Finding] {
        let path = configuration.gateway.policiesDirectory
        do {
            let set = try PolicySet.load(directory: path)
            var findings = [
                Finding(
                    grade: .good,
                    text:
                        "policies `\(path)`: \(set.ruleCount) rules, version \(set.version.prefix(12))"
                )
            ]
            let directory = try Directory(
                configuration.identity.declaration, targets: Set(configuration.targets.map(\.name)))
            for hold in set.unsatisfiableHolds(in: Population(directory.everyone)) {
                findings.append(Finding(grade: .warning, text: "\(hold)"))
            }
            return findings
        } catch let errors as PolicyErrors {
            return errors.problems.map { Finding(grade: .fatal, text: $0.description) }
        } catch {
            return [Finding(grade: .fatal, text: "\(error)")]
        }
    }

    /// Modules that read the system's password database need root; those with files of their own do not.
    private func examinePAM(_ identity: IdentitySection) -> [Finding] {
        let directory = identity.pamDirectory ?? "/etc/pam.d"
        let path = directory + "/" + identity.pamService
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            return [
                Finding(
                    grade: .fatal,
                    text:
                        "the PAM service `\(path)` cannot be read: make it, see docs/configuration.md"
                )
            ]
        }
        let missing = missingModules(text).map { module in
            Finding(
                grade: .warning,
                text: "PAM service `\(path)`: nobody can log in, `\(module)` is not installed")
        }
        guard missing.isEmpty else { return missing }
        let needsRoot = ["pam_unix", "pam_shadow"].filter { text.contains($0) }
        guard let module = needsRoot.first, geteuid() != 0 else {
            return [Finding(grade: .good, text: "PAM service `\(path)`")]
        }
        return [
            Finding(
                grade: .warning,
                text: "`\(path)` uses \(module), which needs root to read other people's passwords")
        ]
    }

    /// Modules that a PAM service names and that are nowhere where systems keep them.
    private func missingModules(_ service: String) -> [String] {
        let files = FileManager.default
        let libraries = ["/lib", "/lib64", "/usr/lib", "/usr/lib64"].flatMap { root in
            [root] + ((try? files.contentsOfDirectory(atPath: root)) ?? []).map { root + "/" + $0 }
        }
        return service.split(separator: "\n").compactMap { line in
            line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
                .first { $0.hasSuffix(".so") }.map(String.init)
        }.filter { module in
            let places = module.hasPrefix("/") ? [""] : libraries.map { $0 + "/security/" }
            return !places.contains { files.fileExists(atPath: $0 + module) }
        }
    }

    private func examine(
        _ section: TargetSection, _ postgres: PostgresSection
    ) async -> [Finding] {
        let loops = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        defer { loops.shutdownGracefully { _ in } }
        do {
            let service = try PostgresTarget(
                section, postgres, loops: loops,
                log: Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() })
            let catalogue = try await service.probe()
            let version = catalogue.serverVersion / 10_000
            var findings = [
                Finding(
                    grade: .good,
                    text:
                        "target `\(section.name)`: PostgreSQL \(version), \(catalogue.relationCount) relations"
                )
            ]
            if version != 15 {
                findings.append(
                    Finding(
                        grade: .warning,
                        text:
                            "target `\(section.name)` runs PostgreSQL \(version), the grammar is that of 15: "
                            + "newer syntax is refused"))
            }
            return findings
        } catch {
            // A target may be down while the gateway starts: its sessions are refused until it is back.
            return [Finding(grade: .warning, text: "\(error)")]
        }
    }

    func finding(_ name: String, _ look: () throws -> Void) -> Finding {
        do {
            try look()
            return Finding(grade: .good, text: name)
        } catch {
            return Finding(grade: .fatal, text: "\(name): \(error)")
        }
    }
}
