import Glibc

/// One end of a SOCK_SEQPACKET pair: each send is one receive.
final class PacketSocket: Sendable {
    enum Failure: Error, Hashable {
        /// The other side has gone.
        case closed
        case deadline
        /// Larger than `Limits.packetBytesMax`, or the system refused.
        case broken
    }

    /// Owned: closed with this value.
    let descriptor: Int32

    init(owning descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    static func pair() throws -> (PacketSocket, PacketSocket) {
        var ends: [Int32] = [-1, -1]
        let type = Int32(SOCK_SEQPACKET.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
            throw IdentityError.unavailable("no socket pair: \(errorText(errno))")
        }
        return (PacketSocket(owning: ends[0]), PacketSocket(owning: ends[1]))
    }

    /// Sends the packet and wipes it.
    func send(_ packet: consuming [UInt8]) throws(Failure) {
        defer { wipe(&packet) }
        guard packet.count <= Limits.packetBytesMax else { throw .broken }
        let flags = Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)
        while Glibc.send(descriptor, packet, packet.count, flags) < 0 {
            guard errno == EINTR else { throw errno == EPIPE ? .closed : .broken }
        }
    }

    /// The next packet. `deadline` in milliseconds of CLOCK_MONOTONIC.
    func receive(deadline: Int64) throws(Failure) -> [UInt8] {
        guard waitForEvents(Int16(POLLIN), on: descriptor, deadline: deadline) else {
            throw .deadline
        }
        var buffer = [UInt8](repeating: 0, count: Limits.packetBytesMax)
        defer { wipe(&buffer) }
        while true {
            let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_TRUNC))
            if count < 0, errno == EINTR { continue }
            guard count != 0 else { throw .closed }
            guard count > 0 else { throw errno == ECONNRESET ? .closed : .broken }
            guard count <= buffer.count else { throw .broken }
            return Array(buffer[..<count])
        }
    }

    /// Ends both directions: whoever waits on either side learns it at once.
    func shutDown() { shutdown(descriptor, Int32(SHUT_RDWR)) }
}

/// Overwrites what held a secret.
func wipe(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { buffer in
        if let start = buffer.baseAddress { explicit_bzero(start, buffer.count) }
    }
    bytes = []
}
