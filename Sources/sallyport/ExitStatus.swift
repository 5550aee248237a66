import ArgumentParser
import ControlClient
import Foundation
import Shell

/// The contract: 0 done, 1 refused or denied, 2 usage, 3 not authenticated or gateway unreachable, 4 nothing by that name.
enum ExitStatus {
    static let refused: Int32 = 1
    static let usage: Int32 = 2
    static let unreachable: Int32 = 3
    static let notFound: Int32 = 4

    static func of(_ error: any Error) -> Int32 {
        switch error {
        case let complaint as Complaint: complaint.status
        case ControlClientError.unreachable: unreachable
        case ControlClientError.nonsense: refused
        case ControlClientError.refused(let status, _, _, _):
            switch status {
            case 401: unreachable
            case 400, 422: usage
            case 404: notFound
            default: refused
            }
        default: refused
        }
    }
}

/// What a command could not do, and the status that it ends with.
struct Complaint: Error, CustomStringConvertible {
    let status: Int32
    let description: String

    init(_ status: Int32, _ description: String) {
        self.status = status
        self.description = description
    }
}

/// Says the error on standard error and ends the process with its status.
///
/// - Parameter asJSON: as `exec --json` says things; usage is text all the same.
func end(_ error: any Error, asJSON: Bool = false) -> Never {
    // As the signal would have ended it.
    if let lost = error as? OutputLost, lost.readerHasLeft { exit(128 + SIGPIPE) }
    if let code = error as? ExitCode { exit(code.rawValue) }
    // The parser's own errors, and its help.
    let code = Sallyport.exitCode(for: error)
    if code == .validationFailure || code == .success {
        let text = Sallyport.fullMessage(for: error)
        if code == .success {
            print(text)
            exit(0)
        }
        sayError(text)
        exit(ExitStatus.usage)
    }
    let text = "\(error)"
    sayError(
        asJSON
            ? ShellNotice(.information, message: text).json
            : "sallyport: \(visible(text, keepingLines: true))")
    exit(ExitStatus.of(error))
}
