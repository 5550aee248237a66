import CSupervise
import Glibc

/// What an account may change: by owner, group and mode. An access control list by which anybody may write counts as one for it.
struct Replaceable {
    let account: Account

    init(_ account: Account) { self.account = account }

    /// It may write the file, or make it so that it may.
    func file(_ facts: stat, at path: [UInt8]) -> Bool {
        if account.userID == 0 || facts.st_uid == account.userID { return true }
        if facts.st_mode & S_IWOTH != 0 { return true }
        // With a list, the group's bits are the most that the list gives.
        return facts.st_mode & S_IWGRP != 0
            && (isMember(of: facts.st_gid) || withPath(path, supervise_has_access_list))
    }

    /// It may make the path lead somewhere else, at any directory or symbolic link on the way. True as well for a path that
    /// leads nowhere.
    func path(_ path: [UInt8]) -> Bool {
        if account.userID == 0 { return true }
        var links = 0
        var rest = Self.components(path)
        var walked: [UInt8] = []
        guard var parent = facts(of: [UInt8]("/")), path.first == UInt8(ascii: "/") else {
            return true
        }
        while let component = rest.popFirst() {
            if component.elementsEqual("..".utf8) {
                // Above a directory that was looked at.
                while let last = walked.popLast(), last != UInt8(ascii: "/") {}
                guard let above = facts(of: walked.isEmpty ? [UInt8]("/") : walked) else {
                    return true
                }
                parent = above
                continue
            }
            let next = walked + [UInt8(ascii: "/")] + component
            guard let entry = facts(of: next, follows: false) else { return true }
            if canReplace(entry, in: parent, at: walked) { return true }
            if entry.st_mode & S_IFMT == S_IFLNK {
                links += 1
                guard links <= SupervisionLimits.symbolicLinksMax, let target = linkTarget(next)
                else {
                    return true
                }
                rest = Self.components(target) + rest
                if target.first == UInt8(ascii: "/") {
                    walked = []
                    guard let root = facts(of: [UInt8]("/")) else { return true }
                    parent = root
                }
                continue
            }
            walked = next
            parent = entry
        }
        return false
    }

    private func canReplace(_ entry: stat, in directory: stat, at path: [UInt8]) -> Bool {
        guard file(directory, at: path + [UInt8(ascii: "/")]) else { return false }
        let isSticky = directory.st_mode & S_ISVTX != 0
        return !isSticky || entry.st_uid == account.userID || directory.st_uid == account.userID
    }

    private func isMember(of group: gid_t) -> Bool {
        group == account.groupID || account.groups.contains(group)
    }

    private static func components(_ path: [UInt8]) -> ArraySlice<ArraySlice<UInt8>> {
        path.split(separator: UInt8(ascii: "/")).filter { !$0.elementsEqual(".".utf8) }[...]
    }
}
