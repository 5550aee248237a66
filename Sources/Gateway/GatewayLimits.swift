/// The gateway's own limits; each protocol module has its own besides.
public enum GatewayLimits {
    /// Bytes that a client may send behind a held or waiting command before its socket is not read any more.
    static let heldBytesMax = 1 << 20
    /// The most that a target's `sessions_per_principal` can say.
    static let sessionsPerPrincipalMax: Int64 = 100_000
    /// Seconds from accept to the end of a login, PAM's own deadline included.
    static let loginSecondsMax: Int64 = 60
    /// Seconds of a TLS handshake.
    static let handshakeSecondsMax: Int64 = 15
    /// Seconds to reach and log in to a target.
    static let dialSecondsMax: Int64 = 15
    /// How long a target's address is used again before its name is looked up anew.
    static let keptAddressNanoseconds: UInt64 = 5_000_000_000
    /// Connections that are no sessions (before login, and of the control API), at once: of all, and of one address.
    static let unauthenticatedMax = 1_000
    static let unauthenticatedPerAddressMax = 250
    /// Descriptors below which `doctor` warns: those connections, as many sessions, and the gateway's own files.
    static let openFilesWanted: UInt = 4_096
    /// Bytes that a client may send between its password and the welcome.
    static let earlyBytesMax = 16_384
    /// A command whose texts (its own and those of the prepared statements that it runs) have more bytes, and a program
    /// whose words, environment and files have, is read and inspected by a thread for such, so that the loop's other sessions
    /// do not wait: more than some 1 ms.
    static let loopTextBytesMax = 16 << 10
    /// Threads for those, of the whole process.
    static let largeTextThreads = 2
    /// Parsed texts that one process remembers.
    static let rememberedTextsMax = 4_096
    /// A text longer than this is parsed but not remembered, bytes.
    static let rememberedTextBytesMax = 8_192
    /// Effects that one ledger entry spells out.
    static let enteredEffectsMax = 20
    /// Bytes of an object's name, or of an attribute, that such an effect spells out; its digest stands for the rest.
    static let enteredTextBytesMax = 256
    /// Bytes of one command's first rows that go into the recording.
    static let sampledBytesMax = 256 << 10
    /// Longer texts are not compared by their shape.
    static let shapedBytesMax = 1_024
    /// Texts that a session remembers with what was ruled on them, and their bytes.
    static let knownTextsMax = 64
    static let knownTextBytesMax = 32 << 10
    /// Sessions that went idle or ended before memory is given back, and seconds from there to then.
    static let trimmedSessionsMin = 32
    static let trimSeconds = 3
    /// Bytes of a socket's first read; larger reads follow when it was full.
    static let firstReadBytes = 1_024
    /// Addresses that are counted in a minute; more are refused.
    static let cancelAddressesMax = 65_536
    /// Refused logins that cost nobody anything are entered once in this time, with their count: milliseconds.
    static let refusalsMilliseconds: Int64 = 60_000
    /// Commands, calls or programs that a session was refused and that are entered one by one; further ones as those above.
    static let sessionRefusalsEnteredMax = 64
    /// The same of what was let go as reviews, at which somebody looks one by one.
    static let sessionReviewsEnteredMax = 512
    /// CancelRequests that one address may send in the window, and the window: a minute, nanoseconds.
    static let cancelsPerMinuteMax = 120
    static let cancelWindowNanoseconds: UInt64 = 60_000_000_000
    /// Connections that the system keeps until they are accepted; `SOMAXCONN` may be less.
    static let backlogMax: Int32 = 1_024
    /// Seconds that sessions, and then what runs beside them, have to end when the gateway stops.
    static let drainSecondsMax: Int64 = 5
    /// Seconds that a TLS session may be resumed for.
    static let resumptionSecondsMax = 3_600
    /// Characters of an error that one ledger entry keeps.
    static let enteredErrorCharactersMax = 500
    /// Characters of a target's name that is none, in answers and the ledger: what PostgreSQL keeps of a name.
    static let shownTargetCharactersMax = 63
    /// Between two looks whether output that waits for the recorder may go on, milliseconds.
    static let filingPauseMilliseconds: Int64 = 10
    /// Between two looks for recordings that have been kept long enough: a tenth of the shortest `retention`, but not
    /// below or above these, milliseconds.
    static let retentionPauseMillisecondsMin: Int64 = 60_000
    static let retentionPauseMillisecondsMax: Int64 = 3_600_000
    /// The longest `retention`, milliseconds: ten years.
    static let retentionMillisecondsMax: Int64 = 3_650 * 86_400_000
    /// The most that `recorded_rows` may be.
    static let recordedRowsMax = 1_000
    /// Seconds for `ssh-keygen` to make the host key.
    static let sshKeySecondsMax: Int64 = 30
    /// Seconds that an SSH client has to leave when its session is over, whose place it has until then.
    static let sshLingerSecondsMax: Int64 = 30
    /// Sessions that one principal watches at once, watchers of one session, and of all.
    static let watchedPerPrincipalMax = 8
    static let watchersPerSessionMax = 16
    static let watchersMax = 128
    /// Sessions that begin to wait, before an inbox has taken them.
    static let waitingSessionsMax = 64
    /// How long a session that people have to watch waits for them before it begins, milliseconds.
    static let moderatorsWaitMilliseconds: Int64 = 900_000
    /// Where the runner of this machine listens unless a target says otherwise.
    static let runnerSocketPath = "/run/sallyport/runner.sock"
    /// Processes and threads of one shell session, unless its target says otherwise: enough for `make -j`, too few to
    /// keep others from working.
    static let shellProcesses = 512
    /// Characters of what a client calls itself that are kept.
    static let applicationCharactersMax = 100
    /// Characters of a request's first line in records of its refusal.
    static let shownCallCharactersMax = 300
    /// Bytes of an engine's answer to a question about one, and seconds that it has for it: as long as clients wait that do
    /// not wait for ever.
    static let engineAnswerBytesMax = 4 << 20
    static let engineAnswerSecondsMax: Int64 = 60
    /// How long what an engine says of itself is kept: shorter than its machine takes to start.
    static let engineInfoNanoseconds: UInt64 = 10_000_000_000
    /// Interim responses of an engine to one call; those that we know send one.
    static let interimResponsesMax = 16
    /// Bytes of an engine's response that names what was made.
    static let madeBytesMax = 64 << 10
    /// Containers and commands that one principal has made on one engine and that are known as judged.
    static let judgedObjectsMax = 4_096
    /// Seconds between two interim responses to a client whose call is held.
    static let patienceSeconds: Int64 = 20
    /// Bytes of a build's context that are read from the disk and sent at once.
    static let spoolPieceBytes = 256 << 10
    /// Requests that a connection to an engine remembers with what they mean, and the bytes of one's head.
    static let knownCallsMax = 4
    static let knownCallBytesMax = 4 << 10
    /// Bytes of commands among those, with what is known of their containers.
    static let judgedBytesMax = 4 << 20
    /// Bytes of builds' contexts on the gateway's disk at once: of all, and of one principal; and what has to stay free there.
    static let spoolBytesMax = 8 << 30
    static let spoolBytesPerPrincipalMax = 4 << 30
    static let spoolFreeBytesMin: UInt64 = 1 << 30
}
