import Vocabulary

/// The first byte of an event. `docs/recordings.md` is the format; a number is never given to something else.
enum EventKind: UInt8 {
    /// In spools only: which session a handle stands for from here on.
    case bound = 0
    case opened = 1
    case statement = 2
    case ruling = 3
    case action = 4
    case outcome = 5
    case refused = 6
    case sealed = 7
    case notice = 8
    case rows = 9
    case lost = 10
    case closed = 11
    case shell = 12
    case output = 13
    case resized = 14
    case input = 15

    /// Definitions say what later events refer to; they are no events for readers.
    var isDefinition: Bool {
        switch self {
        case .bound, .statement, .ruling: true
        case .opened, .action, .outcome, .refused, .sealed, .notice, .rows, .lost, .closed, .shell,
            .output, .resized, .input:
            false
        }
    }
}

/// Codes of the words that events use.
enum EventCode {
    static func code(_ kind: Action.Kind) -> UInt8 {
        switch kind {
        case .query: 1
        case .parse: 2
        case .execute: 3
        case .functionCall: 4
        case .exec: 5
        case .login: 6
        case .call: 7
        }
    }

    static func kind(_ code: UInt8) -> Action.Kind? {
        switch code {
        case 1: .query
        case 2: .parse
        case 3: .execute
        case 4: .functionCall
        case 5: .exec
        case 6: .login
        case 7: .call
        default: nil
        }
    }

    static func code(_ verdict: Verdict) -> UInt8 {
        switch verdict {
        case .allow: 1
        case .review: 2
        case .hold: 3
        case .deny: 4
        }
    }

    static func verdict(_ code: UInt8) -> Verdict? {
        switch code {
        case 1: .allow
        case 2: .review
        case 3: .hold
        case 4: .deny
        default: nil
        }
    }

    /// Bits of a value's form.
    static let isNull: UInt8 = 1
    static let isBinary: UInt8 = 2
    static let isCut: UInt8 = 4
    /// Bits of a shell's form.
    static let isTerminal: UInt8 = 1
    /// Bits of a program's form, and of its file's.
    static let isScript: UInt8 = 1
    static let isUnlinked: UInt8 = 1
    static let hasDigest: UInt8 = 2
    /// Bits of an outcome's error.
    static let hasState: UInt8 = 1
    static let hasMessage: UInt8 = 2
}
