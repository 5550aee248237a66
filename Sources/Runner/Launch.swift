import Glibc
import Shell
import Supervision

/// What the account and the gateway's wish make together: program, words, environment, directory.
struct Launch {
    enum Program {
        case found([UInt8])
        /// What is said, and the exit status that shells have for it.
        case missing(String, Int32)
    }

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

    /// The file to run: a path as it is, a name from the usual places.
    func program() -> Program {
        guard let name = wanted.command.first, !wanted.isLine else { return .found(account.shell) }
        let shown = String(decoding: name.prefix(200), as: UTF8.self)
        if name.contains(UInt8(ascii: "/")) {
            let path =
                name.first == UInt8(ascii: "/") ? name : directory + [UInt8(ascii: "/")] + name
            return isFile(path) ? .found(path) : .missing("`\(shown)`: no such program", 127)
        }
        for place in places {
            let path = Array(place) + [UInt8(ascii: "/")] + name
            if isFile(path) { return .found(path) }
        }
        return .missing("`\(shown)`: no such program", 127)
    }

    func plan(_ path: [UInt8], _ streams: SessionPlan.Streams) -> SessionPlan {
        var plan = SessionPlan(
            account: account, program: path, arguments: arguments, environment: environment,
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

    private func isFile(_ path: [UInt8]) -> Bool {
        var status = stat()
        let found = (path + [0]).withUnsafeBytes {
            stat($0.assumingMemoryBound(to: CChar.self).baseAddress!, &status)
        }
        return found == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
