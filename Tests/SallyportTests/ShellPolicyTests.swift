import Foundation
import Policy
import Testing
import Vocabulary

@testable import sallyport

@Suite("The example of a policy for shells")
struct ShellPolicyTests {
    @Test("every case comes out as expected, and no rule is without one")
    func examples() throws {
        let directory = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../policies").standardizedFileURL.path
        let set = try PolicySet.load(directory: directory)
        let cases = try PolicyCase.load(directory: directory).filter { $0.target.kind == "shell" }
        let report = set.test(cases, inspect: inspectedEffects)
        #expect(report.results.compactMap(\.failure) == [])
        #expect(report.untested.filter { $0.match.policy == "shells" }.map(\.match.rule) == [])
        #expect(cases.count > 20)
    }
}
