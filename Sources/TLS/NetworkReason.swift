import Glibc
import NIOCore
import NIOPosix

/// Why a socket cannot be connected or bound, or broke, in words: `connection refused`. Where a name led to other
/// addresses, each attempt has its own in front.
public func networkReason(_ error: any Error) -> String {
    switch error {
    case let failure as NIOConnectionError: failure.reason
    case let failure as IOError: systemReason(failure.errnoCode)
    case ChannelError.connectTimeout(let limit):
        "no answer within \(limit.nanoseconds / 1_000_000_000) seconds"
    default: "\(error)"
    }
}

/// The system's words for one of its numbers, as a part of a sentence.
public func systemReason(_ number: Int32) -> String {
    let text = String(cString: strerror(number))
    return text.prefix(1).lowercased() + text.dropFirst()
}

extension NIOConnectionError {
    fileprivate var reason: String {
        if connectionErrors.isEmpty { return "the name `\(host)` cannot be looked up" }
        let attempts = connectionErrors.prefix(Limits.shownAttemptsMax).map { attempt in
            let reason = networkReason(attempt.error)
            guard let address = attempt.target.ipAddress, address != host else { return reason }
            return "\(address): \(reason)"
        }
        return attempts.joined(separator: ", ")
    }
}
