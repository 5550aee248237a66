import CSupervise
import Glibc

/// Where the paths lead that rules spell.
final class WatchedPaths {
    private struct Watched {
        var path: [UInt8]
        /// `nil` when it leads nowhere.
        var identity: FileIdentity?
        /// Without symbolic links.
        var target: [UInt8] = []

        /// What the file is called when one goes by this path: by itself, or by a directory that is a symbolic link.
        func name(of file: FileIdentity, at place: [UInt8]) -> (path: [UInt8], leadsToPath: Bool)? {
            guard let identity else { return nil }
            if identity == file { return (path, target == place) }
            let directory = target == [UInt8]("/") ? [] : target
            guard target != path, place.starts(with: directory + [UInt8]("/")) else { return nil }
            return (path + place[directory.count...], true)
        }
    }

    private var all: [Watched]
    private var readAt: Int64?

    init(_ paths: [[UInt8]]) {
        all = paths.map { Watched(path: $0) }
    }

    /// The paths that lead to a file: certainly to `path`, and that the account cannot point elsewhere; and the others, which
    /// are other names of it, or were pointed to it by the account.
    func names(of file: FileIdentity, at path: [UInt8], _ account: Replaceable) -> (
        certain: [[UInt8]], possible: [[UInt8]]
    ) {
        refresh()
        var names: (certain: [[UInt8]], possible: [[UInt8]]) = ([], [])
        for watched in all {
            guard let name = watched.name(of: file, at: path) else { continue }
            // What leads to `path` is certain unless the account can point it elsewhere.
            let isCertain = name.leadsToPath && (name.path == path || !account.path(watched.path))
            if isCertain {
                names.certain.append(name.path)
            } else {
                names.possible.append(name.path)
            }
        }
        return names
    }

    private func refresh() {
        let now = monotonicSeconds()
        if let readAt, now - readAt < SupervisionLimits.watchedSeconds { return }
        readAt = now
        for index in all.indices { all[index] = Self.read(all[index].path) }
    }

    private static func read(_ path: [UInt8]) -> Watched {
        let file = openFile(path, supervise_open_path)
        guard file >= 0 else { return Watched(path: path) }
        defer { close(file) }
        var facts = stat()
        guard fstat(file, &facts) == 0, let target = linkTarget([UInt8]("/proc/self/fd/\(file)"))
        else { return Watched(path: path) }
        return Watched(path: path, identity: FileIdentity(facts), target: target)
    }
}
