/// How logins are made. Throws `IdentityError.invalid` for what cannot work.
public struct PAMConfiguration: Hashable, Sendable {
    /// The PAM service, a file's name: `sallyport`.
    public let service: String
    /// A private configuration directory, absolute; `nil` is the system's.
    public let directory: String?
    /// The executable that calls `PAMHelper.run()`, absolute, and its arguments.
    public let helperPath: String
    public let helperArguments: [String]
    /// How long a whole conversation may take, and a single password, milliseconds.
    public let conversationMilliseconds: Int64
    public let passwordMilliseconds: Int64

    public init(
        service: String, directory: String? = nil, helperPath: String = "/proc/self/exe",
        helperArguments: [String] = [PAMHelper.argument],
        conversationMilliseconds: Int64 = Limits.conversationMillisecondsMax,
        passwordMilliseconds: Int64 = Limits.passwordMillisecondsMax
    ) throws {
        guard let name = loginName(service), !name.contains("/"), !name.hasPrefix(".") else {
            throw IdentityError.invalid("`\(shown(service))` is no PAM service: give a file's name")
        }
        guard directory?.hasPrefix("/") ?? true, helperPath.hasPrefix("/") else {
            throw IdentityError.invalid("the PAM directory and helper need absolute paths")
        }
        guard (1_000...3_600_000).contains(conversationMilliseconds),
            (1_000...3_600_000).contains(passwordMilliseconds)
        else { throw IdentityError.invalid("a login may take between a second and an hour") }
        self.service = service
        self.directory = directory
        self.helperPath = helperPath
        self.helperArguments = helperArguments
        self.conversationMilliseconds = conversationMilliseconds
        self.passwordMilliseconds = passwordMilliseconds
    }
}
