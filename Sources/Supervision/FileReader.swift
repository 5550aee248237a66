import CSupervise
import Cryptography
import Glibc
import Shell
import Vocabulary

/// A file, whatever its path: valid while it exists.
struct FileIdentity: Hashable {
    var device: dev_t
    var inode: ino_t

    init(_ facts: stat) {
        device = facts.st_dev
        inode = facts.st_ino
    }
}

/// Says of a file that is about to run what it is.
final class FileReader {
    private let digests = DigestCache()

    /// The file of a process, which `own` (/proc/PID) names. `nil` with `errno` when the kernel does not tell.
    func executable(_ own: String, for session: Session) -> (
        file: ProgramFile, identity: FileIdentity
    )? {
        let link = [UInt8](own + "/exe")
        guard let path = linkTarget(link), let facts = facts(of: link) else { return nil }
        let digest = digests.digest(facts, for: session.account.userID) {
            openFile(link, Self.readNow)
        }
        var file = describe(path, facts, digest, for: session)
        file.hasCapabilities = withPath(link, supervise_has_capabilities)
        return (file, FileIdentity(facts))
    }

    /// The script that the kernel runs `executable` for: `nil` when it is none. Claimed only when the words are exactly those
    /// that the kernel makes for this script, as the interpreter opens it by its path again.
    func script(
        _ image: StackImage, directory: [UInt8], executable: FileIdentity, _ own: String,
        for session: Session
    ) -> ProgramFile? {
        // The words of a script's interpreter name it; a plain program's rarely name itself twice.
        let places = 1...SupervisionLimits.interpretersMax * 2
        guard
            places.contains(where: {
                $0 < image.arguments.count && image.arguments[$0] == image.path
            })
        else { return nil }
        session.openRoot()
        let place = Place(root: session.root, directory: directory, own: own)
        guard let file = place.open(image.path) else { return nil }
        defer { close(file) }
        guard let facts = regularFacts(file), FileIdentity(facts) != executable else { return nil }
        guard let words = interpreterWords(image.path, file, executable, place),
            image.arguments.starts(with: words)
        else { return nil }
        guard let path = linkTarget([UInt8]("/proc/self/fd/\(file)")) else { return nil }
        let digest = digests.digest(facts, for: session.account.userID) { reopen(file) }
        var script = describe(path, facts, digest, for: session)
        // The interpreter opens it again as it was spelled: where that may lead elsewhere by then, nobody knows what runs.
        if Replaceable(session).path(place.absolute(image.path)) {
            script.isReplaceable = true
            script.isVerified = false
        }
        return script
    }

    /// What stands before the caller's words when `script` is run, if its interpreter is `executable` in the end.
    private func interpreterWords(
        _ script: [UInt8], _ file: Int32, _ executable: FileIdentity, _ place: Place
    ) -> [[UInt8]]? {
        var words = [script]
        var line = InterpreterLine(firstBytes(of: file))
        for _ in 0..<SupervisionLimits.interpretersMax {
            guard let current = line else { return nil }
            words.insert(
                contentsOf: [current.interpreter] + [current.argument].compactMap(\.self), at: 0)
            guard let interpreter = place.open(current.interpreter) else { return nil }
            defer { close(interpreter) }
            guard let facts = regularFacts(interpreter) else { return nil }
            if FileIdentity(facts) == executable { return words }
            line = InterpreterLine(firstBytes(of: interpreter))
        }
        return nil
    }

    private func firstBytes(of file: Int32) -> [UInt8] {
        let readable = reopen(file)
        guard readable >= 0 else { return [] }
        defer { close(readable) }
        return readStart(readable, SupervisionLimits.interpreterLineBytesMax)
    }

    private func regularFacts(_ file: Int32) -> stat? {
        var facts = stat()
        guard fstat(file, &facts) == 0, facts.st_mode & S_IFMT == S_IFREG else { return nil }
        return facts
    }

    /// Not when somebody has a lease on the file (fcntl(2)), which the kernel would wait for.
    private static let readNow = O_RDONLY | O_NONBLOCK

    /// A path's descriptor for reading.
    private func reopen(_ file: Int32) -> Int32 {
        openFile([UInt8]("/proc/self/fd/\(file)"), Self.readNow)
    }

    private func describe(
        _ path: [UInt8], _ facts: stat, _ digest: Digest?, for session: Session
    ) -> ProgramFile {
        let identity = FileIdentity(facts)
        let isVerified = Supervision.facts(of: path).map(FileIdentity.init) == identity
        let account = Replaceable(session)
        let names =
            session.watched?.names(of: identity, at: path, account)
            ?? (certain: [], possible: [])
        return ProgramFile(
            path: path, isVerified: isVerified, names: names.certain, links: names.possible,
            mode: facts.st_mode & 0o7777,
            isReplaceable: !isVerified || account.file(facts, at: path) || account.path(path),
            digest: digest)
    }
}

/// Where a process finds a path.
private struct Place {
    /// Its root directory, open.
    let root: Int32
    let directory: [UInt8]
    /// /proc/PID
    let own: String

    func absolute(_ path: [UInt8]) -> [UInt8] {
        path.first == UInt8(ascii: "/") ? path : directory + [UInt8(ascii: "/")] + path
    }

    /// `directory` is where the process is: it may have been removed, and its name be another's.
    private var isDirectoryThere: Bool {
        let there = withPath(directory) { supervise_open_in(root, $0, supervise_open_path) }
        guard there >= 0 else { return false }
        defer { close(there) }
        var found = stat()
        guard fstat(there, &found) == 0, let real = facts(of: [UInt8](own + "/cwd")) else {
            return false
        }
        return FileIdentity(found) == FileIdentity(real)
    }

    /// `O_PATH`; `nil` when there is nothing.
    func open(_ path: [UInt8]) -> Int32? {
        let file: Int32
        if let descriptor = ownDescriptor(path) {
            file = openFile([UInt8](own + "/fd/\(descriptor)"), supervise_open_path)
        } else {
            guard path.first == UInt8(ascii: "/") || isDirectoryThere else { return nil }
            file = withPath(absolute(path)) { supervise_open_in(root, $0, supervise_open_path) }
        }
        return file >= 0 ? file : nil
    }

    /// fexecve(3) names what it runs `/dev/fd/N`.
    private func ownDescriptor(_ path: [UInt8]) -> Int32? {
        let prefix = [UInt8]("/dev/fd/")
        guard path.starts(with: prefix) else { return nil }
        return Int32(String(decoding: path[prefix.count...], as: UTF8.self))
    }
}
