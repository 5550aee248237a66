/// What the module accepts at most. Policies are read by one process for many sessions: each bound
/// keeps a slip of the pen from costing more than an error.
public enum Limits {
    /// One policy or cases file, bytes. A thousand rules with comments take about 200 KiB.
    public static let fileBytesMax = 4 << 20
    /// Files of one directory.
    public static let filesMax = 1_000
    /// Problems reported of one load; further ones are counted out.
    public static let problemsMax = 200
    /// Components of one pattern: the longest object names have four.
    public static let patternComponentsMax = 8
    /// The same of a path, its root among them: a virtual environment's program below a home has about ten.
    public static let pathComponentsMax = 16
    /// Bytes of one glob over a program's words, as written.
    public static let globBytesMax = 512
    /// Globs of one condition over a program's words.
    public static let globsMax = 256
    /// Distinct people that one requirement may ask for.
    public static let consentCountMax = 16
    /// The longest time that a hold may wait: a day, milliseconds.
    public static let holdMillisecondsMax: Int64 = 86_400_000
    /// How long a hold waits when its rule does not say, milliseconds.
    public static let holdMillisecondsDefault: Int64 = 900_000
    /// How long moderators may be away when their rule does not say, milliseconds.
    public static let graceMillisecondsDefault: Int64 = 60_000
    /// User text that an error or hint quotes, in characters.
    public static let quotedCharactersMax = 60
    /// One hint for a client, in characters.
    public static let hintCharactersMax = 400
    /// The same below a refusal in a terminal, in characters: with what clients put before it, a line of less than 100.
    public static let terminalHintCharactersMax = 86
    /// Rules that one hint names as what would have been allowed.
    public static let hintRulesMax = 3
    /// Compiled scopes that one set keeps; when more sets of policies apply, it starts anew.
    static let scopesMax = 256
}
