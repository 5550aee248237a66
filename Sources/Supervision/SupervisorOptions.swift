/// What sessions of one supervisor do not see.
public struct SupervisorOptions: Sendable {
    /// Directories (and files) through which daemons run things for others. /run is hidden in any case. A directory rather than
    /// the socket in it: when a daemon makes its socket anew, a cover of the old one is gone.
    public var covered: [[UInt8]] = Self.spoolsAndSockets.map { [UInt8]($0) }
    /// Directories of /run that are seen: name service and locks. A database on this machine is reached by TCP.
    public var kept: [[UInt8]] = Self.keptInRun.map { [UInt8]($0) }

    public init() {}

    static let spoolsAndSockets = [
        "/var/spool/cron", "/var/spool/at", "/var/spool/anacron", "/var/spool/incron",
        "/var/lib/docker", "/var/lib/containerd", "/var/lib/lxd", "/var/lib/incus",
        "/var/snap/lxd/common/lxd", "/var/lib/snapd", "/var/lib/systemd",
    ]

    static let keptInRun = [
        "/run/lock", "/run/NetworkManager", "/run/nscd", "/run/resolvconf", "/run/systemd/resolve",
    ]
}
