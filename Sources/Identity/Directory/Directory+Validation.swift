import Vocabulary

extension Directory {
    /// Validates a declaration. Throws a `DirectoryError` that lists every problem.
    ///
    /// - Parameter targets: the targets that exist; `nil` leaves agents' targets unchecked.
    public init(
        _ declaration: DirectoryDeclaration, targets: Set<TargetName>? = nil
    ) throws(DirectoryError) {
        var validation = DirectoryValidation(knownTargets: targets)
        validation.count(declaration)
        for person in declaration.people { validation.add(person) }
        for agent in declaration.agents { validation.add(agent) }
        for agent in declaration.agents { validation.checkOwner(of: agent) }
        for name in declaration.administrators { validation.addAdministrator(name) }
        validation.checkAccountsAgainstNames()
        guard validation.problems.isEmpty else {
            throw DirectoryError(problems: validation.problems)
        }
        self = validation.directory
    }
}

/// Collects what is right and what is wrong, one declaration after the other.
private struct DirectoryValidation {
    let knownTargets: Set<TargetName>?
    var problems: [DirectoryError.Problem] = []
    private var principals: [PrincipalName: Principal] = [:]
    private var agents: [PrincipalName: Directory.Agent] = [:]
    private var administrators: Set<PrincipalName> = []
    private var personByAccount: [String: PrincipalName] = [:]
    private var accounts: [PrincipalName: [String]] = [:]

    init(knownTargets: Set<TargetName>?) { self.knownTargets = knownTargets }

    var directory: Directory {
        Directory(
            agents: agents, administrators: administrators, principals: principals,
            personByAccount: personByAccount, accounts: accounts)
    }

    mutating func count(_ declaration: DirectoryDeclaration) {
        if declaration.people.count + declaration.agents.count > Limits.principalsMax {
            report([], "more than \(Limits.principalsMax) people and agents: declare fewer")
        }
    }

    mutating func add(_ person: PersonDeclaration) {
        let path = ["people", shown(person.name)]
        guard let name = newName(person.name, at: path) else { return }
        let groups = validGroups(person.groups, at: path)
        principals[name] = Principal(name: name, standing: .person, groups: groups)
        if !fits(person.accounts, at: path + ["accounts"]) { return }
        for account in person.accounts { add(account: account, of: name, at: path) }
    }

    mutating func add(_ agent: AgentDeclaration) {
        let path = ["agents", shown(agent.name)]
        guard let name = newName(agent.name, at: path) else { return }
        let groups = validGroups(agent.groups, at: path)
        let targets = agent.targets.map { validTargets($0, at: path) }
        guard let owner = PrincipalName(agent.owner) else {
            report(path + ["owner"], "`\(shown(agent.owner))` is no name: \(nameRule)")
            return
        }
        principals[name] = Principal(name: name, standing: .agent(owner: owner), groups: groups)
        agents[name] = Directory.Agent(name: name, owner: owner, targets: targets)
    }

    /// After all are known, because an agent may stand before its owner.
    mutating func checkOwner(of agent: AgentDeclaration) {
        guard let owner = PrincipalName(agent.owner), principals[owner]?.isPerson != true else {
            return
        }
        let reason =
            principals[owner] == nil
            ? "`\(owner)` is not declared: declare the person under people"
            : "`\(owner)` is an agent: an owner must be a person"
        report(["agents", shown(agent.name), "owner"], reason)
    }

    mutating func addAdministrator(_ raw: String) {
        let path = ["administrators"]
        guard let name = PrincipalName(raw), let principal = principals[name] else {
            return report(path, "`\(shown(raw))` is not declared: declare the person under people")
        }
        guard principal.isPerson else {
            return report(path, "`\(name)` is an agent: an administrator must be a person")
        }
        guard administrators.insert(name).inserted else {
            return report(path, "`\(name)` is listed twice: remove one")
        }
    }

    /// `pam:alice` for bob would let one human in under two names.
    mutating func checkAccountsAgainstNames() {
        for (account, person) in personByAccount.sorted(by: { $0.key < $1.key }) {
            guard let name = PrincipalName(account), name != person, principals[name] != nil else {
                continue
            }
            report(
                ["people", person.text, "accounts"],
                "`pam:\(account)` is also the name of another principal: rename one of them")
        }
    }

    private mutating func add(account: String, of person: PrincipalName, at path: [String]) {
        let path = path + ["accounts"]
        guard account.hasPrefix("pam:"), let user = loginName(String(account.dropFirst(4))) else {
            return report(
                path, "`\(shown(account))` is no account: write `pam:` and the PAM user's name")
        }
        if let other = personByAccount[user.lowercased()] {
            return report(
                path,
                "`\(shown(account))` already belongs to `\(other)`: an account is one person's")
        }
        personByAccount[user.lowercased()] = person
        accounts[person, default: []].append(user)
    }

    private mutating func newName(_ raw: String, at path: [String]) -> PrincipalName? {
        guard let name = PrincipalName(raw) else {
            report(path, "`\(shown(raw))` is no name: \(nameRule)")
            return nil
        }
        guard principals[name] == nil else {
            report(path, "`\(name)` is declared twice: people and agents share one namespace")
            return nil
        }
        return name
    }

    private mutating func validGroups(_ groups: [String], at path: [String]) -> Set<String> {
        let path = path + ["groups"]
        guard fits(groups, at: path) else { return [] }
        for group in groups where !isGroupName(group) {
            report(
                path,
                "`\(shown(group))` is no group: use lower-case letters, digits, `.`, `_`, `-`, up to "
                    + "\(PrincipalName.bytesMax) bytes")
        }
        return Set(groups)
    }

    private mutating func validTargets(_ targets: [String], at path: [String]) -> Set<TargetName> {
        let path = path + ["targets"]
        guard fits(targets, at: path) else { return [] }
        var valid: Set<TargetName> = []
        for raw in targets {
            guard let name = TargetName(raw) else {
                report(path, "`\(shown(raw))` is no target's name: \(nameRule)")
                continue
            }
            if let knownTargets, !knownTargets.contains(name) {
                report(path, "`\(name)` is not declared: declare it under targets")
            }
            valid.insert(name)
        }
        return valid
    }

    private mutating func fits(_ list: [String], at path: [String]) -> Bool {
        if list.count <= Limits.listedMax { return true }
        report(path, "more than \(Limits.listedMax) entries: list fewer")
        return false
    }

    private mutating func report(_ path: [String], _ reason: String) {
        problems.append(DirectoryError.Problem(path: path, reason: reason))
    }
}

private let nameRule =
    "use ASCII letters, digits, `.`, `_`, `-`, starting with a letter or digit, up to "
    + "\(PrincipalName.bytesMax) bytes"

private func isGroupName(_ text: String) -> Bool {
    guard let name = PrincipalName(text) else { return false }
    return name.text == text
}

/// A PAM user's name: printable ASCII without blanks, not an option; `nil` for anything else. Wider than a
/// principal's name, because directories know `smith@example.com` and `DOMAIN\smith`.
func loginName(_ text: String) -> String? {
    let bytes = text.utf8
    guard (1...Limits.userBytesMax).contains(bytes.count), bytes.first != UInt8(ascii: "-"),
        bytes.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    return text
}

/// User text for an error: capped, and nothing in it that a terminal obeys.
func shown(_ text: String) -> String {
    let cut = text.unicodeScalars.prefix(64).map { scalar in
        (0x20...0x7E).contains(scalar.value) && scalar != "`" ? Character(scalar) : "?"
    }
    return String(cut) + (text.unicodeScalars.count > 64 ? "..." : "")
}
