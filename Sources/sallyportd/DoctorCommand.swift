import ArgumentParser
import Foundation
import Gateway

/// `sallyportd doctor`: checks everything that a start would need, and names every weakening switch.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check the configuration, its files, PAM, the targets and the store.",
        discussion: "Exits with 0 only if the gateway would start.")

    @Option(help: "The configuration, `sallyport.yaml`.")
    var config: String

    @Flag(help: "Print one JSON object for each finding.")
    var json = false

    func run() async throws {
        let findings = await Doctor(configurationFile: config).examine()
        for finding in findings { print(json ? finding.json : finding.line) }
        if findings.contains(where: { $0.grade == .fatal }) { throw ExitCode(1) }
    }
}
