import Vocabulary

/// What a program is and where it was started, whatever its words call it.
public struct RecordedProgram: Hashable, Sendable {
    /// The file that runs: for a script, its interpreter.
    public var executable: File
    /// The script's file, for a script.
    public var script: File?
    /// The working directory's path.
    public var directory: [UInt8]
    /// The number of the user whose rights it has.
    public var user: UInt32

    public struct File: Hashable, Sendable {
        /// Without symbolic links.
        public var path: [UInt8]
        /// It may not be the file that is found at `path`: in memory, deleted, below a mount of the session's own, or a script
        /// by a path that the session's account can change.
        public var isUnlinked: Bool
        /// SHA-256 over its bytes; `nil` when they could not be read.
        public var digest: Digest?

        public init(path: [UInt8], isUnlinked: Bool, digest: Digest?) {
            self.path = path
            self.isUnlinked = isUnlinked
            self.digest = digest
        }
    }

    public init(executable: File, script: File?, directory: [UInt8], user: UInt32) {
        self.executable = executable
        self.script = script
        self.directory = directory
        self.user = user
    }
}

extension EventBuffer {
    func append(_ program: RecordedProgram) {
        append(program.script == nil ? 0 : EventCode.isScript)
        append(program.executable)
        if let script = program.script { append(script) }
        append(blob: program.directory)
        append(program.user)
    }

    private func append(_ file: RecordedProgram.File) {
        let unlinked = file.isUnlinked ? EventCode.isUnlinked : 0
        append(unlinked | (file.digest == nil ? 0 : EventCode.hasDigest))
        append(blob: file.path)
        if let digest = file.digest { append(digest) }
    }
}

extension RecordedProgram {
    init?(_ cursor: inout EventCursor) {
        guard let form: UInt8 = cursor.integer(), let executable = File(&cursor) else { return nil }
        var script: File?
        if form & EventCode.isScript != 0 {
            guard let file = File(&cursor) else { return nil }
            script = file
        }
        guard let directory = cursor.blob(), let user: UInt32 = cursor.integer() else { return nil }
        self.init(executable: executable, script: script, directory: directory, user: user)
    }
}

extension RecordedProgram.File {
    fileprivate init?(_ cursor: inout EventCursor) {
        guard let form: UInt8 = cursor.integer(), let path = cursor.blob() else { return nil }
        var digest: Digest?
        if form & EventCode.hasDigest != 0 {
            guard let known = cursor.digest() else { return nil }
            digest = known
        }
        self.init(path: path, isUnlinked: form & EventCode.isUnlinked != 0, digest: digest)
    }
}
