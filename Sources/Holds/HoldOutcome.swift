/// How a released action ended, as far as the gateway saw it. `detail` is for people and may be empty: a
/// command tag, an SQLSTATE; never statement text.
public enum HoldOutcome: Hashable, Sendable {
    case succeeded(detail: String)
    case failed(detail: String)
    case unknown(detail: String)

    var step: HoldStep {
        switch self {
        case .succeeded: .succeed
        case .failed: .fail
        case .unknown: .lose
        }
    }

    var detail: String {
        switch self {
        case .succeeded(let detail), .failed(let detail), .unknown(let detail): detail
        }
    }
}
