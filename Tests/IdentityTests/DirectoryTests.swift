import Testing
import Vocabulary

@testable import Identity

@Suite("The directory")
struct DirectoryTests {
    @Test("knows people and agents by any spelling of their canonical name")
    func lookups() throws {
        let directory = try Directory(declaration())
        #expect(directory.principal(named: "Alice")?.name == (try name("alice")))
        #expect(directory.principal(named: "alice")?.groups == ["dba"])
        #expect(directory.principal(named: "deploy-bot")?.accountable == (try name("alice")))
        #expect(directory.principal(named: "аlice") == nil, "the first letter is Cyrillic")
        #expect(directory.principal(named: "mallory") == nil)
        #expect(directory.isAdministrator(try name("carol")))
        #expect(!directory.isAdministrator(try name("alice")))
        #expect(directory.people(in: "dba") == [try name("alice"), try name("bob")])
        #expect(directory.people(in: "automation").isEmpty, "agents are no people of a group")
    }

    @Test(
        "threat 6: a PAM user maps to a declared person or to nobody",
        arguments: [
            ("alice", "alice"), ("ALICE", "alice"), ("bsmith", "bob"), ("BSmith", "bob"),
            ("bob", nil), ("deploy-bot", nil), ("mallory", nil), ("nobody", nil), ("", nil),
            ("root", nil), ("alice ", nil), ("bsmith@corp", nil),
        ])
    func accounts(user: String, person: String?) throws {
        let directory = try Directory(declaration())
        #expect(directory.person(forAccount: user)?.name.text == person)
    }

    @Test("asks PAM for the account that a name means")
    func logins() throws {
        var declared = declaration()
        declared.people[2].accounts = ["pam:c1", "pam:c2"]
        let directory = try Directory(declared)
        #expect(directory.login(as: "Alice") == ("alice", try name("alice")))
        #expect(directory.login(as: "bob") == ("bsmith", try name("bob")))
        #expect(directory.login(as: "BSMITH") == ("bsmith", try name("bob")))
        #expect(directory.login(as: "carol") == ("carol", try name("carol")))
        #expect(directory.person(forAccount: "carol") == nil, "carol has other accounts")
        #expect(directory.login(as: "mallory") == ("mallory", nil))
        #expect(directory.login(as: "deploy-bot") == ("deploy-bot", try name("deploy-bot")))
    }

    @Test(
        "refuses what is wrong, and says where",
        arguments: [
            ("an owner who is an agent", "agents.x.owner", "must be a person"),
            ("an owner nobody declared", "agents.x.owner", "not declared"),
            ("an owner that is no name", "agents.x.owner", "is no name"),
            ("a name twice", "people.Alice", "declared twice"),
            ("an agent with a person's name", "agents.BOB", "declared twice"),
            ("no name", "people.-x", "is no name"),
            ("a group in capitals", "people.x.groups", "lower-case"),
            ("an account twice", "people.x.accounts", "already belongs"),
            ("an account in capitals twice", "people.x.accounts", "already belongs"),
            ("an account of another kind", "people.x.accounts", "is no account"),
            ("an account with a blank", "people.x.accounts", "is no account"),
            ("an account that is another's name", "people.x.accounts", "another principal"),
            ("an administrator who is an agent", "administrators", "must be a person"),
            ("an administrator nobody declared", "administrators", "not declared"),
            ("an administrator twice", "administrators", "twice"),
            ("a target that does not exist", "agents.x.targets", "not declared"),
        ])
    func problems(what: String, path: String, reason: String) throws {
        var declared = declaration()
        switch what {
        case "an owner who is an agent":
            declared.agents.append(.init(name: "x", owner: "deploy-bot"))
        case "an owner nobody declared": declared.agents.append(.init(name: "x", owner: "mallory"))
        case "an owner that is no name": declared.agents.append(.init(name: "x", owner: "a b"))
        case "a name twice": declared.people.append(.init(name: "Alice"))
        case "an agent with a person's name":
            declared.agents.append(.init(name: "BOB", owner: "bob"))
        case "no name": declared.people.append(.init(name: "-x"))
        case "a group in capitals": declared.people.append(.init(name: "x", groups: ["DBA"]))
        case "an account twice": declared.people.append(.init(name: "x", accounts: ["pam:bsmith"]))
        case "an account in capitals twice":
            declared.people.append(.init(name: "x", accounts: ["pam:BSMITH"]))
        case "an account of another kind":
            declared.people.append(.init(name: "x", accounts: ["slack:x"]))
        case "an account with a blank":
            declared.people.append(.init(name: "x", accounts: ["pam:a b"]))
        case "an account that is another's name":
            declared.people.append(.init(name: "x", accounts: ["pam:alice"]))
        case "an administrator who is an agent": declared.administrators.append("deploy-bot")
        case "an administrator nobody declared": declared.administrators.append("mallory")
        case "an administrator twice": declared.administrators.append("Carol")
        case "a target that does not exist":
            declared.agents.append(.init(name: "x", owner: "bob", targets: ["nowhere"]))
        default: Issue.record("an argument without a case: \(what)")
        }
        let error = try #require(throws: DirectoryError.self) {
            try Directory(declared, targets: [target("orders"), target("stock")])
        }
        #expect(error.problems.count == 1)
        #expect(error.problems.first?.path.joined(separator: ".") == path)
        #expect(error.description.contains(reason))
    }

    @Test("lists every problem, not only the first")
    func allProblems() throws {
        let error = try #require(throws: DirectoryError.self) {
            try Directory(
                DirectoryDeclaration(
                    people: [.init(name: "a b"), .init(name: "x", groups: ["A", "B"])],
                    agents: [.init(name: "y", owner: "z")], administrators: ["q"]))
        }
        #expect(error.problems.count == 5)
    }

    @Test("a reload announces who is gone or changed owner, and nobody else")
    func reload() throws {
        let revocations = Revocations()
        let heard = Heard()
        let subscription = revocations.subscribe { heard.add($0) }
        let current = CurrentDirectory(try Directory(declaration()), revocations: revocations)
        var next = declaration()
        next.people[0].groups = []
        next.people.removeLast()
        next.administrators = []
        next.agents[1].owner = "alice"
        let gone = current.replace(with: try Directory(next))
        #expect(gone.map(\.text) == ["carol", "report-bot"])
        #expect(heard.all == gone.map { .principal($0) })
        subscription.cancel()
        current.replace(with: .empty)
        #expect(heard.all.count == 2)
    }
}
