/// What one supervisor and one session can use at most, and why.
public enum SupervisionLimits {
    /// Bytes of a new program's arguments, environment and their pointers. Linux allows a quarter of the stack's limit, which
    /// is 2 MiB for the usual 8 MiB; the rest is what the kernel itself puts there. A program with more is refused.
    public static let stackBytesMax = 2 << 20 + 64 << 10

    /// Bytes of a program's file that are read for its digest: a larger file has none. 64 MiB take OpenSSL about 50 ms, in
    /// which the supervisor answers nobody else.
    public static let digestBytesMax = 64 << 20

    /// Bytes that are read so for one account a second, after as many as `digestBytesMax` at once: about 12 ms. What is run
    /// beyond has no digest, unless it is remembered.
    public static let digestBytesPerSecond = 16 << 20

    /// Digests that are remembered, 100 bytes each: more than the programs of a Debian machine.
    public static let digestsMax = 8_192

    /// Processes and threads of one session, with those that ended and that nobody waited for, when its plan says nothing.
    public static let processesMax = 512

    /// Children beyond that bound, each killed before it runs, since there were half as many at most, after which the whole
    /// session is: it is a fork bomb, and each costs the supervisor as much as a fork that succeeds.
    public static let refusedForksMax = 1_000

    /// Bytes of memory that /tmp, /var/tmp, /dev/shm and /run of one session hold together, and files in them.
    public static let temporaryBytesMax = 1 << 30
    public static let temporaryFilesMax = 100_000

    /// Bytes of System V shared memory (shmget(2)) of one session.
    public static let sharedBytesMax = 1 << 30

    /// Terminals that a session can make, its own among them. The machine has 4,096 for all.
    public static let terminalsMax = 64

    /// Milliseconds for which programs' stops are looked at before everything else of the runner has its turn.
    public static let turnMilliseconds: Int64 = 5

    /// Scripts whose interpreter is a script: the kernel's own bound.
    public static let interpretersMax = 5

    /// Bytes of a script's first line: the kernel reads as many.
    public static let interpreterLineBytesMax = 256

    /// Symbolic links that are followed in one path: the kernel's own bound.
    public static let symbolicLinksMax = 40

    /// Seconds for which it is remembered what the paths of rules lead to.
    public static let watchedSeconds: Int64 = 1
}
