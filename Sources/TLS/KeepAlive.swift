import Glibc
import NIOCore

/// Has the system ask a silent peer's machine whether it is still there, so that one that vanished (it lost its power, or its
/// way) does not look for ever as if it had nothing to say. Who only reads slowly answers, and is not taken for gone.
///
/// Nothing is asked while bytes are on their way: then the system gives up when it has sent them again often enough
/// (`net.ipv4.tcp_retries2`, some 15 minutes). `TCP_USER_TIMEOUT` would be sooner, but ends those too who are there and read
/// nothing for so long.
public enum KeepAlive {
    private static let times: [(option: Int32, value: Int32)] = [
        (TCP_KEEPIDLE, Limits.keepAliveIdleSeconds),
        (TCP_KEEPINTVL, Limits.keepAlivePauseSeconds),
        (TCP_KEEPCNT, Limits.keepAliveProbesMax),
    ]

    /// For a channel's initializer.
    public static func turnOn(_ channel: any Channel) throws {
        guard let options = channel.syncOptions else { return }
        try options.setOption(.socketOption(.so_keepalive), value: 1)
        for (option, value) in times {
            try options.setOption(.tcpOption(.init(rawValue: option)), value: .init(value))
        }
    }

    /// For a TCP socket that is none of NIO's.
    public static func turnOn(_ socket: Int32) {
        set(socket, SOL_SOCKET, SO_KEEPALIVE, 1)
        for (option, value) in times { set(socket, Int32(IPPROTO_TCP), option, value) }
    }

    private static func set(_ socket: Int32, _ level: Int32, _ option: Int32, _ value: Int32) {
        var value = value
        setsockopt(socket, level, option, &value, socklen_t(MemoryLayout<Int32>.size))
    }
}
