import Glibc

/// An account of this system.
public struct Account: Sendable, Equatable {
    public var name: String
    public var userID: UInt32
    public var groupID: UInt32
    /// Supplementary groups, with its own.
    public var groups: [UInt32]
    public var home: [UInt8]
    public var shell: [UInt8]

    public init(
        name: String, userID: UInt32, groupID: UInt32, groups: [UInt32] = [], home: [UInt8] = [],
        shell: [UInt8] = []
    ) {
        self.name = name
        self.userID = userID
        self.groupID = groupID
        self.groups = groups
        self.home = home
        // As login(1) takes an empty field.
        self.shell = shell.isEmpty ? [UInt8]("/bin/sh") : shell
    }

    /// As the system's name services know it; `nil` for none. May wait for a name server.
    public init?(name: String) {
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        // As the C library's own limit on a line; the entry points into it.
        var text = [CChar](repeating: 0, count: 64 << 10)
        let account: Account? = text.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress,
                getpwnam_r(name, &entry, start, buffer.count, &found) == 0,
                found != nil, let home = entry.pw_dir, let shell = entry.pw_shell
            else { return nil }
            return Account(
                name: name, userID: entry.pw_uid, groupID: entry.pw_gid, home: Self.bytes(home),
                shell: Self.bytes(shell))
        }
        guard var account else { return nil }
        guard let groups = Self.groups(of: name, with: account.groupID) else { return nil }
        account.groups = groups
        self = account
    }

    private static func bytes(_ text: UnsafePointer<CChar>) -> [UInt8] {
        UnsafeRawBufferPointer(start: text, count: strlen(text)).map { $0 }
    }

    /// `nil` when there are more than Linux allows.
    private static func groups(of name: String, with group: UInt32) -> [UInt32]? {
        var count: Int32 = 65_536
        var groups = [gid_t](repeating: 0, count: Int(count))
        guard getgrouplist(name, group, &groups, &count) >= 0 else { return nil }
        return Array(groups[..<Int(count)])
    }
}
