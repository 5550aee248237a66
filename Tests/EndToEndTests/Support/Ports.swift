import Foundation
import Synchronization
import TestKit

/// The ports that this process has given out.
private let given = Mutex<Set<UInt16>>([])

/// A port of the loopback address that nobody listens on, each given once. It lies below the range that the kernel takes the
/// ports of outgoing connections from: one of those could have it before the server that it is meant for.
func freePort() throws -> Int {
    for _ in 0..<1000 {
        let port = UInt16.random(in: 12_000..<32_000)
        if given.withLock({ $0.insert(port).inserted }), isFree(port) { return Int(port) }
    }
    throw Failure("no free port")
}

private func isFree(_ port: UInt16) -> Bool {
    // Closed in children: one that is started now would keep the port.
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_INET, kind, 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    address.sin_port = port.bigEndian
    return withUnsafePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { raw in
            bind(descriptor, raw, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
        }
    }
}
