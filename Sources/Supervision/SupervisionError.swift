import CSupervise

/// Why a session or its supervisor could not be had.
public struct SupervisionError: Error, Equatable, Sendable, CustomStringConvertible {
    /// The step that failed, in the order in which they are taken.
    public enum Stage: Int32, Sendable, CaseIterable {
        case prepare = 0
        case clone = 1
        case mounts, fork, terminal, descriptors, landlock, capabilities, seccomp, account
        case directory, execute
    }

    public var stage: Stage
    /// The kernel's `errno`.
    public var code: Int32

    public init(_ stage: Stage, code: Int32) {
        self.stage = stage
        self.code = code
    }

    init(_ failure: supervise_failure) {
        self.init(Stage(rawValue: failure.stage) ?? .prepare, code: failure.error)
    }

    public var description: String { "\(stage.failure): \(errorText(code))" }
}

extension SupervisionError.Stage {
    fileprivate var failure: String {
        switch self {
        case .prepare: "a session cannot be prepared"
        case .clone: "no process in namespaces of its own (are you root?)"
        case .mounts: "the session's mounts cannot be made"
        case .fork: "no process for the session's program"
        case .terminal: "the terminal cannot be the session's"
        case .descriptors: "the session's descriptors cannot be placed"
        case .landlock: "no Landlock domain (Linux 5.19 with `landlock` among its LSMs)"
        case .capabilities: "the capabilities cannot be bounded"
        case .seccomp: "the system call filter was not taken"
        case .account: "cannot become the account"
        case .directory: "cannot enter the working directory"
        case .execute: "cannot run the program"
        }
    }
}
