/// The first byte of a frame. What is the same on both sides of the gateway has the same type there, so that the gateway
/// passes the sender's own bytes on. Behind it stands a length of four bytes that counts itself, then the body.
public enum FrameType: UInt8, Sendable {
    // Client to gateway, and on to the runner.
    /// Bytes for the session's standard input or terminal.
    case input = 0x69
    /// There is no more input.
    case inputEnd = 0x65
    /// The terminal's size has changed: columns, rows.
    case resize = 0x77
    /// A signal for the session's foreground: its number.
    case signal = 0x73

    // Runner to gateway, and on to the client.
    /// So many bytes of input were taken: as many more may come. At most `ShellLimits.inputWindowBytes` are on the way.
    case taken = 0x6B
    /// What the terminal shows.
    case terminal = 0x74
    /// Standard output and standard error, where there is no terminal.
    case output = 0x31
    case error = 0x32

    // Client to gateway, once: `ShellOpening`.
    case open = 0x4F
    /// In place of that, for a stock SSH client: `SSHOpening`.
    case sshOpen = 0x48

    // Gateway to client.
    /// The session stands: its identity.
    case opened = 0x6F
    /// Something besides the session's own output: `ShellNotice`.
    case notice = 0x6E
    /// The last frame: `ShellEnd`.
    case ended = 0x78
    /// The last frame in place of a session: `ShellRefusal`.
    case refused = 0x66

    /// What an SSH client has to know: `SSHReady`. Behind it the client sends SSH as it is, and gets it as `output`, with
    /// `notice` in between.
    case sshReady = 0x68

    // Gateway to runner.
    /// The first frame: `RunnerStart`.
    case start = 0x53
    /// A program may run, or not: `ProgramAnswer`.
    case answer = 0x41
    /// The rules' paths have changed.
    case watch = 0x57

    // Runner to gateway.
    /// A program stands before its first instruction: `ProgramStart`.
    case starting = 0x50
    /// A program has ended: its number, how.
    case programEnded = 0x45
    /// A program that waited for its answer will not need it any more: its number.
    case programGone = 0x47
    /// The session's own program has ended and all of its output was sent; nothing of the session is left: `ShellEnd`.
    case over = 0x51
    /// The session could not be started: why.
    case failed = 0x46

    // Runner to gateway, on connections that a runner on another host makes.
    /// The first frame of its lasting connection.
    case attend = 0x61
    /// The first frame of a session's connection: `SessionBrought`. The runner then waits for `start`.
    case brought = 0x62
    /// It asks for its next certificate: `CertificateWanted`.
    case certificateWanted = 0x72

    // Gateway to runner, on the lasting connection.
    /// The runner is known, and sessions may come.
    case attended = 0x64
    /// A session wants a connection: `SessionWanted`.
    case wanted = 0x6D
    /// `CertificateIssued`.
    case certificate = 0x63

    // Both ways there.
    /// Still here.
    case ping = 0x70
}
