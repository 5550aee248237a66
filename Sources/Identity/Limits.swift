/// Every limit of this module: its name, its unit, and why it is what it is.
public enum Limits {
    /// People and agents together; a directory larger than this belongs in a directory service.
    public static let principalsMax = 10_000
    /// Groups, accounts, or targets of one principal.
    public static let listedMax = 256

    /// How long an agent's token may live: 30 days, milliseconds.
    public static let agentTokenMillisecondsMax: Int64 = 30 * 86_400_000
    /// How long a person's login token may live: a working day, milliseconds.
    public static let loginTokenMillisecondsMax: Int64 = 12 * 3_600_000
    /// The shortest life worth issuing, milliseconds.
    public static let tokenMillisecondsMin: Int64 = 1_000
    /// How long a client's certificate lives at most, milliseconds: a working day, and never longer than its token.
    public static let clientCertificateMillisecondsMax: Int64 = 12 * 3_600_000
    /// How long a token that enrols a runner may live: a day, milliseconds.
    public static let enrolmentMillisecondsMax: Int64 = 86_400_000
    /// How long a runner's certificate lives, milliseconds: a year. It renews it long before.
    public static let runnerCertificateMilliseconds: Int64 = 365 * 86_400_000
    /// Of a certificate that has longer to go no other is made, milliseconds: half of that.
    public static let runnerRenewalMillisecondsMax: Int64 = 182 * 86_400_000
    /// Tokens of one principal that are neither expired nor revoked.
    public static let liveTokensMax = 64
    /// Tokens that are remembered in memory; when there are more the memory starts anew.
    public static let cachedTokensMax = 16_384
    /// Rows in one list.
    public static let listRowsMax = 1_000

    /// Keys of one person that are not revoked.
    public static let keysMax = 16
    /// A public key line, bytes: RSA with 16384 bits takes 2.8 KiB in base64.
    public static let keyLineBytesMax = 8_192
    /// A public key's comment, bytes.
    public static let keyCommentBytesMax = 256
    /// NIST SP 800-57 part 1: below this RSA gives less than 128 bits of strength.
    public static let rsaBitsMin = 3_072
    /// What OpenSSH itself accepts (`SSHBUF_MAX_BIGNUM`).
    public static let rsaBitsMax = 16_384
    /// An armored signature, bytes: RSA with 16384 bits takes about 6 KiB.
    public static let signatureBytesMax = 16_384
    /// What a signature is over, bytes: a consent's statement holds commitments, never the text itself.
    public static let signedMessageBytesMax = 1_048_576
    /// Runs of `ssh-keygen` at once.
    public static let verificationsMax = 8
    /// How long one run of `ssh-keygen` may take, milliseconds.
    public static let verificationMillisecondsMax: Int64 = 10_000

    /// A user name as a client sends it, bytes.
    public static let userBytesMax = 255
    /// A client's address as text, bytes: an IPv6 address with a scope.
    public static let addressBytesMax = 64
    /// `PAM_MAX_NUM_MSG` of Linux-PAM: messages in one call of the conversation.
    public static let messagesMax = 32
    /// `PAM_MAX_MSG_SIZE` of Linux-PAM, bytes.
    public static let messageBytesMax = 512
    /// `PAM_MAX_RESP_SIZE` of Linux-PAM without its NUL, bytes.
    public static let answerBytesMax = 511
    /// Calls of the conversation in one login: no stack asks more often.
    public static let exchangesMax = 32
    /// One packet between the daemon and a helper: all messages or answers at their largest.
    public static let packetBytesMax = 32 * (512 + 3) + 64
    /// How long a whole conversation may take, and a single password of PostgreSQL's, milliseconds.
    public static let conversationMillisecondsMax: Int64 = 120_000
    public static let passwordMillisecondsMax: Int64 = 30_000
    /// Helper processes at once.
    public static let conversationsMax = 32
    /// Helper processes at once for one address.
    public static let conversationsPerAddressMax = 8

    /// Failures in a row that one principal is granted at one address, and how long one takes to be forgiven.
    public static let principalFailuresMax: UInt64 = 10
    public static let principalForgivenNanoseconds: UInt64 = 30_000_000_000
    /// The same of one principal at all addresses together: far more, so that nobody is locked out by a few strangers.
    public static let everywhereFailuresMax: UInt64 = 100
    public static let everywhereForgivenNanoseconds: UInt64 = 6_000_000_000
    /// Failures in a row that one address is granted, and how long one takes to be forgiven.
    public static let addressFailuresMax: UInt64 = 30
    public static let addressForgivenNanoseconds: UInt64 = 5_000_000_000
    /// Places in which attempts are counted: memory that no flood of names can grow.
    public static let attemptSlots = 16_384
}
