import CSupervise
import Glibc

/// What an account may change: by owner, group and mode. An access control list by which anybody may write counts as one for it.
/// Paths are those of the session, which has a /tmp of its own.
struct Replaceable {
    let account: Account
    /// The session's root directory, open, and as a path of ours.
    private let root: Int32
    private var rootPath: [UInt8] { [UInt8]("/proc/self/fd/\(root)/") }

    init(_ session: Session) {
        account = session.account
        session.openRoot()
        root = session.root
    }

    /// It may write the file, or make it so that it may.
    func file(_ facts: stat, at path: [UInt8]) -> Bool {
        if account.userID == 0 || facts.st_uid == account.userID { return true }
        if facts.st_mode & S_IWOTH != 0 { return true }
        // With a list, the group's bits are the most that the list gives.
        return facts.st_mode & S_IWGRP != 0
            && (isMember(of: facts.st_gid) || withPath(rootPath + path, supervise_has_access_list))
    }

    /// It may make the path lead somewhere else, at any directory or symbolic link on the way. True as well for a path that
    /// leads nowhere.
    func path(_ path: [UInt8]) -> Bool {
        if account.userID == 0 { return true }
        var links = 0
        var rest = Self.components(path)
        var walked: [UInt8] = []
        guard var parent = look([]), path.first == UInt8(ascii: "/") else {
            return true
        }
        while let component = rest.popFirst() {
            if component.elementsEqual("..".utf8) {
                // Above a directory that was looked at.
                while let last = walked.popLast(), last != UInt8(ascii: "/") {}
                guard let above = look(walked) else { return true }
                parent = above
                continue
            }
            let next = walked + [UInt8(ascii: "/")] + component
            guard let entry = look(next) else { return true }
            if canReplace(entry, in: parent, at: walked) { return true }
            if entry.st_mode & S_IFMT == S_IFLNK {
                links += 1
                guard links <= SupervisionLimits.symbolicLinksMax,
                    let target = linkTarget(rootPath + next)
                else {
                    return true
                }
                rest = Self.components(target) + rest
                if target.first == UInt8(ascii: "/") {
                    walked = []
                    guard let top = look([]) else { return true }
                    parent = top
                }
                continue
            }
            walked = next
            parent = entry
        }
        return false
    }

    /// What a path of the session's is, whose directories have been looked at; a last symbolic link itself.
    private func look(_ path: [UInt8]) -> stat? {
        var facts = stat()
        let relative = path.isEmpty ? [UInt8](".".utf8) : Array(path.dropFirst())
        let result = withPath(relative) { fstatat(root, $0, &facts, AT_SYMLINK_NOFOLLOW) }
        return result == 0 ? facts : nil
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
