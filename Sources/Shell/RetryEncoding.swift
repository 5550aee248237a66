/// What must be the same when a client that did not wait comes again, as bytes: a hold for it is bound to their SHA-256
/// (`docs/consent-statement.md`). What every run has anew is not in them: numbers, processes, the session's name.
extension ProgramStart {
    static let retryDomain = "sallyport/retry/v1/program"
    /// What the runner tells every program, and what is another in every session.
    static let sessionVariable = "SALLYPORT_SESSION"

    /// - Parameter session: in which it starts; the variable that says so is left out.
    /// Returns `nil` for what cannot be known again: a file that has no path outside of the session, or could not be read,
    /// a script that the session's account may change before its interpreter reads it, and code that comes by standard input
    /// or a descriptor.
    public func retryEncoding(session: String, _ code: ProgramCode) -> [UInt8]? {
        if let script, script.isReplaceable { return nil }
        if code.isUnseen { return nil }
        let own = Array("\(Self.sessionVariable)=\(session)".utf8)
        guard let file = executable.retryEncoding else { return nil }
        var writer = BodyWriter()
        writer.text(Self.retryDomain)
        writer.bytes(file)
        if let script {
            guard let file = script.retryEncoding else { return nil }
            writer.bytes(file)
        } else {
            writer.bytes([])
        }
        writer.bytes(executedAs)
        writer.words(arguments)
        writer.words(environment.filter { $0 != own })
        writer.bytes(directory)
        for number in [userID, effectiveUserID, groupID] { writer.uint32(number) }
        writer.flag(isOnTerminal)
        return writer.bytes
    }
}

extension ProgramFile {
    /// Its path and its bytes' digest.
    fileprivate var retryEncoding: [UInt8]? {
        guard isVerified, let digest else { return nil }
        var writer = BodyWriter()
        writer.bytes(path)
        writer.bytes(digest.bytes)
        return writer.bytes
    }
}

extension RunnerStart {
    static let retryDomain = "sallyport/retry/v2/login"

    /// The same for a session's beginning, which policies may hold too.
    public var retryEncoding: [UInt8] {
        var writer = BodyWriter()
        writer.text(Self.retryDomain)
        writer.text(account)
        writer.words(command)
        writer.flag(isLine)
        writer.flag(terminal != nil)
        writer.words(environment)
        writer.optional(directory) { $0.bytes($1) }
        return writer.bytes
    }
}
