import ArgumentParser
import Foundation
import Policy
import Vocabulary

/// `sallyport policy check | test | explain`: local, without a gateway.
struct PolicyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Check, test and explain policies.",
        subcommands: [Check.self, Test.self, Explain.self])

    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check",
            abstract: "Load the policies and say everything that is wrong with them.")

        @Argument(help: "The directory of policies.") var path = "policies"

        func run() throws {
            let set = try load(path)
            print(
                "\(set.policyNames.count) policies, \(set.ruleCount) rules, version \(set.version)")
        }
    }

    struct Test: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "test",
            abstract: "Run the cases beside the policies; say which rules have none.")

        @Argument(help: "The directory of policies and their `*.cases.yaml`.") var path = "policies"

        func run() throws {
            let set = try load(path)
            let cases: [PolicyCase]
            do {
                cases = try PolicyCase.load(directory: path)
            } catch {
                throw Complaint(ExitStatus.refused, error.description)
            }
            let report = set.test(cases, population: nil, inspect: inspectedEffects)
            for result in report.results {
                let mark = result.isPassed ? "ok    " : Terminal.red("FAILED")
                print("\(mark)  \(visible(result.policyCase.name))")
                if let failure = result.failure {
                    print("        \(result.policyCase.place): \(visible(failure))")
                }
            }
            for rule in report.untested {
                print("no case  \(rule.place): `\(rule.match.policy)/\(rule.match.rule)`")
            }
            let failed = report.results.count { !$0.isPassed }
            print("\(report.results.count - failed) passed, \(failed) failed")
            guard report.isPassed else { throw ExitCode(ExitStatus.refused) }
        }
    }

    struct Explain: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "explain", abstract: "Say why a command would be decided as it would be.",
            discussion: """
                Names are resolved without a database: unqualified ones as if they were in the schema `public`.
                With --program the words of a program on a shell target stand in the SQL's place.
                With --case all of it stands in a case beside the policies, as that of a call to a container engine does.

                sallyport policy explain --principal deploy-bot --owner alice --label env=production \\
                    "DELETE FROM customers"
                sallyport policy explain --principal deploy-bot --owner alice --program /usr/bin/git \\
                    -- push --force
                """)

        @Option(help: "The directory of policies.") var policies = "policies"
        @Option(
            name: .customLong("case"),
            help:
                "The name of a case of theirs that is explained, in the place of all that follows.")
        var caseName: String?
        @Option(help: "Who asks.") var principal: String?
        @Option(help: "The agent's owner; without it a person asks.") var owner: String?
        @Option(name: .customLong("group"), help: "A group of theirs; repeat for several.")
        var groups: [String] = []
        @Option(help: "The target's name.") var target = "target"
        @Option(
            name: .customLong("label"),
            help: "A label of the target, KEY=VALUE; repeat for several.") var labels: [String] = []
        @Flag(help: "As if a transaction were open.") var inTransaction = false
        @Option(help: "The path of a program that is about to run.") var program: String?
        @Option(help: "The program is a script of this one.") var interpreter: String?
        @Flag(help: "The program's standard input is the session's terminal.") var terminal = false
        @Argument(help: "The SQL, or the words behind the program's name.") var command: [String] =
            []

        func validate() throws {
            if caseName != nil {
                guard principal == nil, owner == nil, groups.isEmpty, labels.isEmpty,
                    program == nil,
                    interpreter == nil, !terminal, !inTransaction, command.isEmpty
                else { throw ValidationError("a --case has all that is asked about") }
                return
            }
            guard principal != nil else { throw ValidationError("say who asks: --principal NAME") }
            guard program != nil || command.count == 1 else {
                throw ValidationError("expected one text of SQL, or --program with words")
            }
            guard program != nil || (interpreter == nil && !terminal) else {
                throw ValidationError("--interpreter and --terminal are of a --program")
            }
        }

        func run() throws {
            let set = try load(policies)
            let asked = try caseName.map { try namedCase($0) }
            let target = try asked?.target ?? place()
            let effects = try inspectedEffects(try asked?.subject ?? subject(), target)
            let explanation = set.explain(
                effects, principal: try asked?.principal ?? asker(), target: target,
                inTransaction: asked?.inTransaction ?? inTransaction)
            print(
                "\(explanation.decision.verdict.rawValue)  (policies that apply: \(explanation.policies.joined(separator: ", ")))"
            )
            if explanation.policies.isEmpty {
                print(
                    "  no policy selects this principal and this target: --label, --target, --group and --owner say what they are"
                )
            }
            for effect in explanation.effects {
                print("  \(effect.verdict.rawValue)  \(visible(words(effect.effect)))")
                for rule in effect.matched {
                    print("    matched  \(rule.place): \(visible(rule.why))")
                }
                if effect.verdict == .deny {
                    for rule in effect.missed.prefix(3) {
                        print("    missed   \(rule.place): \(visible(rule.why))")
                    }
                }
            }
            if effects.isEmpty { print("  the command does nothing that needs a rule") }
        }

        private func namedCase(_ name: String) throws -> PolicyCase {
            let cases: [PolicyCase]
            do {
                cases = try PolicyCase.load(directory: policies).filter { $0.name == name }
            } catch {
                throw Complaint(ExitStatus.refused, error.description)
            }
            guard let found = cases.first, cases.count == 1 else {
                let count = cases.isEmpty ? "no case has" : "\(cases.count) cases have"
                throw Complaint(ExitStatus.notFound, "\(count) the name `\(visible(name))`")
            }
            return found
        }

        private func subject() throws -> PolicyCase.Subject {
            guard let program else { return .command(command[0]) }
            func path(_ text: String) throws -> [UInt8] {
                guard let path = ObjectName(path: text.utf8)?.path else {
                    throw ValidationError("`\(visible(text))` is no absolute path")
                }
                return path
            }
            var facts = PolicyCase.Program(path: try path(program))
            facts.interpreter = try interpreter.map(path)
            facts.isOnTerminal = terminal
            return .program(facts, words: ([program] + command).map { Array($0.utf8) })
        }

        private func asker() throws -> Principal {
            guard let name = PrincipalName(principal ?? "") else {
                throw ValidationError("`\(visible(principal ?? ""))` is no name")
            }
            guard let owner else {
                return Principal(name: name, standing: .person, groups: Set(groups))
            }
            guard let owner = PrincipalName(owner) else {
                throw ValidationError("the owner's name is none")
            }
            return Principal(name: name, standing: .agent(owner: owner), groups: Set(groups))
        }

        private func place() throws -> Target {
            guard let name = TargetName(target) else {
                throw ValidationError("the target's name is none")
            }
            var known: [String: String] = [:]
            for label in labels {
                let parts = label.split(separator: "=", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { throw ValidationError("write labels as KEY=VALUE") }
                known[parts[0]] = parts[1]
            }
            return Target(
                name: name, kind: program == nil ? "postgres" : "shell", labels: known)
        }
    }
}

private func load(_ path: String) throws -> PolicySet {
    do {
        return try PolicySet.load(directory: path)
    } catch {
        throw Complaint(ExitStatus.refused, error.description)
    }
}

private func words(_ effect: Effect) -> String {
    let object =
        switch effect.object {
        case .exactly(let name): name.description
        case .oneOf(let names): "one of " + names.map(\.description).joined(separator: ", ")
        case .known(let names): names.map(\.description).joined(separator: ", also called ")
        case .anything: "anything"
        }
    let attributes = effect.attributes.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    return "\(effect.verb.rawValue) \(object)"
        + (attributes.isEmpty ? "" : " (\(attributes.joined(separator: ", ")))")
}
