/// Whose session it is, as the password file says.
public struct SessionAccount: Hashable, Sendable {
    public var name: String
    public var userID: UInt32
    public var home: [UInt8]
    public var shell: [UInt8]

    public init(name: String, userID: UInt32, home: [UInt8], shell: [UInt8]) {
        self.name = name
        self.userID = userID
        self.home = home
        self.shell = shell
    }
}

/// The environment in which a session's first program starts, `NAME=VALUE`: what the account says, and of the client's
/// what is on the list: the terminal, the language, the time zone, and what the target lists.
///
/// Of the client's, a name that is not a plain one, a value with control characters, a variable that must not reach any
/// program, and one that would make the C library read a file of the client's choice are left out.
///
/// - Parameters:
///   - client: `NAME=VALUE`; of a name that is given twice the first counts.
///   - allowed: the names that the target lists.
public func sessionEnvironment(
    _ account: SessionAccount, client: [[UInt8]], allowed: Set<String> = []
) -> [[UInt8]] {
    let path =
        account.userID == 0
        ? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        : "/usr/local/bin:/usr/bin:/bin"
    let own: [(String, [UInt8])] = [
        ("PATH", Array(path.utf8)), ("HOME", account.home), ("USER", Array(account.name.utf8)),
        ("LOGNAME", Array(account.name.utf8)), ("SHELL", account.shell),
    ]
    var environment = own.map { Array("\($0.0)=".utf8) + $0.1 }
    var seen = Set(own.map(\.0))
    for entry in client {
        guard let (name, value) = split(entry), isTaken(name, value, allowed),
            seen.insert(name).inserted
        else { continue }
        environment.append(entry)
    }
    return environment
}

private func split(_ entry: [UInt8]) -> (String, ArraySlice<UInt8>)? {
    guard let end = entry.firstIndex(of: UInt8(ascii: "=")), end > 0 else { return nil }
    let isName = entry[..<end].enumerated().allSatisfy { place, byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "_"):
            true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): place > 0
        default: false
        }
    }
    return isName ? (bytewise(entry[..<end]), entry[(end + 1)...]) : nil
}

private func isTaken(_ name: String, _ value: ArraySlice<UInt8>, _ allowed: Set<String>) -> Bool {
    guard value.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return false }
    let isLanguage = name == "LANG" || name == "LANGUAGE" || name.hasPrefix("LC_")
    if isLanguage || name == "TERM" {
        // A locale or a terminal with a slash is a file.
        return !value.contains { $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "%") }
    }
    if name == "TZ" { return isTimeZone(value) }
    return allowed.contains(name) && !isUnsafeVariable(name, value, allowed: allowed)
}

/// A zone's name or rule, and no file but by its name below the system's zones.
private func isTimeZone(_ value: ArraySlice<UInt8>) -> Bool {
    let text = bytewise(value)
    let name = text.hasPrefix(":") ? text.dropFirst() : text[...]
    return !name.hasPrefix("/") && !name.split(separator: "/").contains("..")
}
