/// What a build may bring. Each bound has its reason.
public enum BuildLimits {
    /// Bytes of an archive with a build's files: it lies on the gateway's disk until it is decided.
    public static let contextBytesMax = 4 << 30
    /// Entries of the archive, and bytes of all their names and of the directories that they imply, which are in memory
    /// until its end.
    public static let entriesMax = 200_000
    public static let contextNameBytesMax = 32 << 20
    /// One name: the kernel's PATH_MAX.
    public static let pathBytesMax = 4_096
    /// What stands before an entry about it: names, times, attributes.
    public static let recordBytesMax = 64 << 10
    /// A Dockerfile. People who are asked read it.
    public static let dockerfileBytesMax = 256 << 10
    /// One of its lines: what the engine's reader takes.
    public static let lineBytesMax = 65_535
    /// Stages, and images and addresses together: each is looked for among the others.
    public static let stagesMax = 256
    public static let sourcesMax = 512
    /// Bytes of the values of all variables before the first stage.
    public static let argumentBytesMax = 256 << 10
    /// Variables within one another in a word.
    public static let nestingMax = 8
    /// Bytes that a word may come to, of which each variable in it may make many.
    public static let wordBytesMax = 16 << 10
}
