import COpenSSL
import Synchronization

/// The certificates that servers showed and that were accepted: OpenSSL parses a chain for every connection, and keeps
/// it for as long as that lives. Connections that were shown the same bytes share one parsed certificate instead.
///
/// Nothing is trusted for being here: each connection's chain is verified anew, with its own name.
// `@unchecked Sendable` holds: the pointers are touched under the lock only, and OpenSSL counts their references.
final class SharedCertificates: @unchecked Sendable {
    /// Owned: one reference each.
    private var certificates: [OpaquePointer] = []
    private let lock = Mutex(())

    /// Smaller in tests.
    var limit = Limits.sharedCertificatesMax
    var count: Int { lock.withLock { _ in certificates.count } }

    deinit { certificates.forEach { X509_free($0) } }

    /// Puts those that are known in the place of the same ones that a connection was shown.
    fileprivate func substitute(in store: OpaquePointer) {
        lock.withLock { _ in
            for index in 0..<max(shim_shown_count(store), 0) {
                guard let shown = shim_shown(store, index),
                    let known = certificates.first(where: { X509_cmp($0, shown) == 0 })
                else { continue }
                shim_replace_shown(store, index, known)
            }
        }
    }

    /// Keeps those that a connection accepted. Begins anew when full.
    fileprivate func keep(from store: OpaquePointer) {
        lock.withLock { _ in
            for index in 0..<max(shim_shown_count(store), 0) {
                guard let shown = shim_shown(store, index), !certificates.contains(shown),
                    X509_up_ref(shown) == 1
                else { continue }
                if certificates.count >= limit {
                    certificates.forEach { X509_free($0) }
                    certificates = []
                }
                certificates.append(shown)
            }
        }
    }
}

extension TLSContext {
    func shareCertificates() {
        // Unretained: every connection holds this object for as long as its SSL lives.
        let own = Unmanaged.passUnretained(self).toOpaque()
        SSL_CTX_set_cert_verify_callback(pointer, verify, own)
    }
}

/// OpenSSL's own verification, on certificates that are shared.
private func verify(_ store: OpaquePointer?, _ argument: UnsafeMutableRawPointer?) -> Int32 {
    guard let store, let argument else { return 0 }
    let context = Unmanaged<TLSContext>.fromOpaque(argument).takeUnretainedValue()
    context.sharedCertificates.substitute(in: store)
    let isVerified = X509_verify_cert(store) == 1
    if isVerified { context.sharedCertificates.keep(from: store) }
    return isVerified ? 1 : 0
}
