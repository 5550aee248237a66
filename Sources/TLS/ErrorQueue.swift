import COpenSSL
import Glibc

/// OpenSSL's queue of errors, which belongs to the thread: cleared before a call, drained after it.
enum ErrorQueue {
    struct Entry: Equatable {
        let library: Int32
        let reason: Int32
        let text: String
    }

    /// Looking is much cheaper than clearing sixteen slots that are empty.
    static func clear() {
        if ERR_peek_error() != 0 { ERR_clear_error() }
    }

    /// All entries, oldest first; the queue is empty afterwards.
    static func drain() -> [Entry] {
        var entries: [Entry] = []
        while true {
            let code = ERR_get_error()
            if code == 0 { return entries }
            entries.append(Entry(code))
        }
    }

    /// The oldest entry's text, which is nearest to the cause. The queue is empty afterwards.
    static func drainText() -> String { drain().first?.text ?? "no reason given" }
}

extension ErrorQueue.Entry {
    init(_ code: UInt) {
        library = ERR_GET_LIB(code)
        reason = ERR_GET_REASON(code)
        text = Self.text(code, library, reason)
    }

    private static func text(_ code: UInt, _ library: Int32, _ reason: Int32) -> String {
        if library == ERR_LIB_SYS { return String(cString: strerror(reason)) }
        if let known = ERR_reason_error_string(code) { return String(cString: known) }
        return "error \(String(code, radix: 16))"
    }

    /// The alert that the peer sent, when this is one.
    var alert: Int32? {
        guard library == ERR_LIB_SSL, reason >= SSL_AD_REASON_OFFSET else { return nil }
        return reason - SSL_AD_REASON_OFFSET
    }
}
