import Glibc
import Shell
import Supervision

/// What the account and the gateway's wish make together: program, words, environment, directory.
struct Launch {
    let wanted: RunnerStart
    private let account: Account

    init(_ wanted: RunnerStart, _ account: Account) {
        self.wanted = wanted
        self.account = account
    }

    private var environment: [[UInt8]] {
        let own = SessionAccount(
            name: account.name, userID: account.userID, home: account.home, shell: account.shell)
        return sessionEnvironment(
            own, client: wanted.environment, allowed: Set(wanted.allowedVariables))
            + [Array("SALLYPORT_SESSION=\(wanted.session)".utf8)]
    }

    /// Where a program's name is looked for.
    private var places: [ArraySlice<UInt8>] {
        let prefix = Array("PATH=".utf8)
        let path = environment.first { $0.starts(with: prefix) }?.dropFirst(prefix.count) ?? []
        return path.split(separator: UInt8(ascii: ":"))
    }

    /// The files that may be meant, in order: a path as it is, a name in the usual places. Which one it is, the session finds:
    /// as the account, in what it sees.
    private var programs: [[UInt8]] {
        guard let name = wanted.command.first, !wanted.isLine else { return [account.shell] }
        let slash = UInt8(ascii: "/")
        guard name.contains(slash) else { return places.map { Array($0) + [slash] + name } }
        return [name.first == slash ? name : directory + [slash] + name]
    }

    /// What is said of a session that does not come to be, and the exit status that shells have for it.
    func failure(_ error: SupervisionError) -> (text: String, status: Int32) {
        guard error.stage == .execute, [ENOENT, ENOTDIR].contains(error.code) else {
            return ("\(error)", 126)
        }
        let name = wanted.isLine ? account.shell : wanted.command.first ?? account.shell
        return ("`\(String(decoding: name.prefix(200), as: UTF8.self))`: no such program", 127)
    }

    func plan(_ streams: SessionPlan.Streams) -> SessionPlan {
        var plan = SessionPlan(
            account: account, programs: programs, arguments: arguments, environment: environment,
            directory: directory, streams: streams)
        plan.writable = wanted.writable
        plan.allowsSetuid = wanted.allowsSetuid
        plan.processesMax = Int(wanted.processesMax)
        return plan
    }

    /// A shell of its own learns by the dash that it is the login's.
    private var arguments: [[UInt8]] {
        let name = Array(account.shell.split(separator: UInt8(ascii: "/")).last ?? [])
        if wanted.isLine { return [name, Array("-c".utf8)] + wanted.command }
        guard wanted.command.isEmpty else { return wanted.command }
        return [[UInt8(ascii: "-")] + name]
    }

    private var directory: [UInt8] { wanted.directory ?? account.home }
}
