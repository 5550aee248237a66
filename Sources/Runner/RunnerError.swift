import Glibc

/// Why a runner cannot go on.
public enum RunnerError: Error, CustomStringConvertible {
    case system(String, Int32)
    case configuration(String)

    public var description: String {
        switch self {
        case .system(let what, let code): "\(what): \(String(cString: strerror(code)))"
        case .configuration(let what): what
        }
    }
}
