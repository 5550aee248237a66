import Vocabulary

/// What running the cases against a set came to.
public struct PolicyTestReport: Hashable, Sendable {
    /// One for each case, in the order of the files.
    public let results: [CaseResult]
    /// Rules that matched in no case, by policy and rule name.
    public let untested: [UntestedRule]
    public let unsatisfiable: [UnsatisfiableHold]

    /// Every case came out as expected. Untested and unsatisfiable rules are reported beside it.
    public var isPassed: Bool { results.allSatisfy(\.isPassed) }
}

/// How one case came out.
public struct CaseResult: Hashable, Sendable {
    public let policyCase: PolicyCase
    /// `nil` when the command has no effects because its inspection failed.
    public let decision: Decision?
    /// Why it failed, one line; `nil` when it passed.
    public let failure: String?

    public var isPassed: Bool { failure == nil }
}

/// A rule that no case shows at work.
public struct UntestedRule: Hashable, Sendable {
    public let match: RuleMatch
    public let place: Place
}

extension PolicySet {
    /// Judges every case against the whole set, as the gateway would decide it.
    ///
    /// - Parameters:
    ///   - population: who exists, for the holds that nobody could satisfy; `nil`: not looked at.
    ///   - inspect: turns a command or a program on a target into its effects; what it throws fails the case.
    public func test(
        _ cases: [PolicyCase], population: Population? = nil,
        inspect: (_ subject: PolicyCase.Subject, _ target: Target) throws -> [Effect]
    ) -> PolicyTestReport {
        let results = cases.map { judge($0, inspect) }
        let seen = Set(results.compactMap(\.decision).flatMap(\.matches))
        let untested = policies.flatMap(\.rules).filter { !seen.contains($0.match) }
            .map { UntestedRule(match: $0.match, place: $0.place) }
        return PolicyTestReport(
            results: results, untested: untested,
            unsatisfiable: population.map { unsatisfiableHolds(in: $0) } ?? [])
    }

    private func judge(
        _ policyCase: PolicyCase, _ inspect: (PolicyCase.Subject, Target) throws -> [Effect]
    ) -> CaseResult {
        let effects: [Effect]
        switch policyCase.subject {
        case .effects(let given): effects = given
        case .command, .program:
            do {
                effects = try inspect(policyCase.subject, policyCase.target)
            } catch {
                return CaseResult(
                    policyCase: policyCase, decision: nil,
                    failure: "the command cannot be inspected: \(error)")
            }
        }
        let decision = decide(
            effects, principal: policyCase.principal, target: policyCase.target,
            inTransaction: policyCase.inTransaction)
        return CaseResult(
            policyCase: policyCase, decision: decision,
            failure: policyCase.failure(of: decision))
    }
}

extension PolicyCase {
    fileprivate func failure(of decision: Decision) -> String? {
        let deciding = decision.matches.filter { $0.verdict == decision.verdict }
        let names = deciding.map { "\($0.policy)/\($0.rule)" }.joined(separator: ", ")
        let found = "\(decision.verdict) by \(names.isEmpty ? "no rule" : names)"
        guard decision.verdict == expected else {
            let open = decision.uncovered.first.map { "; no rule covers " + phrase($0) } ?? ""
            return "expected \(expected), decided \(found)\(open)"
        }
        if let moderators, moderators != decision.moderators {
            return
                "expected moderators \(listed(moderators)), decided \(listed(decision.moderators))"
        }
        let recorded = decision.recordsInput ? Record.input : .nothing
        if let record, record != recorded {
            return "expected \(record) to be recorded besides, decided \(recorded)"
        }
        guard let rules, !agree(rules, deciding) else { return nil }
        let wanted = rules.isEmpty ? "no rule" : rules.sorted().joined(separator: ", ")
        return "expected \(expected) by \(wanted), decided \(found)"
    }

    private func listed(_ requirements: [ConsentRequirement]) -> String {
        requirements.isEmpty
            ? "none" : requirements.map { "\($0.count) of `\($0.group)`" }.joined(separator: ", ")
    }

    /// Every rule that decided is named, and every name is of a rule that decided.
    private func agree(_ names: Set<String>, _ deciding: [RuleMatch]) -> Bool {
        let spellings = deciding.map { [$0.rule, "\($0.policy)/\($0.rule)"] }
        return spellings.allSatisfy { !names.isDisjoint(with: $0) }
            && names.isSubset(of: spellings.joined())
    }
}
