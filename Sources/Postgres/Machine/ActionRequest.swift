import Vocabulary
import Wire

/// Numbers the actions of one session, from 1.
public struct ActionID: Hashable, Sendable {
    public let number: UInt64

    public init(_ number: UInt64) { self.number = number }
}

/// A command of the client at the front of its unprocessed bytes, waiting for the caller's verdict.
///
/// It points into those bytes instead of copying them: pass the same bytes to `text(in:)` and `values(in:)`. Once it is
/// released it is the reply that is waited for.
public final class ActionRequest: PendingReply {
    public enum Kind: Hashable, Sendable {
        /// A simple Query: the whole batch is one action.
        case query
        /// A Parse: what its text alone does while the server analyses it.
        case parse
        /// A Bind: the statement with its values, and the first Execute of the portal.
        case bind
        /// An Execute. `execution` says what of.
        case execute
        /// A fast-path call of `function`.
        case functionCall
        /// A message that cannot be judged; `refusal` says why.
        case unreadable
    }

    /// What an Execute goes on with.
    public enum Execution: Hashable, Sendable {
        /// The first Execute of the portal that action `id` bound and whose release covers it. Check again that
        /// nothing was revoked. `othersBetween`: another action was released since; refuse, or judge as new.
        case first(of: ActionID, othersBetween: Bool)
        /// The portal stopped at a row limit: the same action goes on, whatever ran between.
        case suspended(of: ActionID)
        /// A cursor that SQL declared, or a portal that has run to its end: a new action, `statement` says which.
        case new
    }

    // Written by the machine until it gives the request out.

    /// The same for an Execute that continues and the Bind that began; else new with every request.
    public internal(set) var id: ActionID {
        get { action }
        set { action = newValue }
    }
    public let kind: Kind
    /// The whole message: how many of the client's bytes leave when it is released.
    public let byteCount: Int
    /// The statement's text, without its NUL (Query and Parse).
    public internal(set) var textRange = 0..<0
    /// The name that Parse gives, Bind takes.
    public internal(set) var statementName = WireName.unnamed
    /// For `execute`.
    public internal(set) var execution: Execution?
    /// The function's OID (FunctionCall).
    public internal(set) var function: UInt32 = 0
    /// Parse's declared parameter types, four bytes each; Bind's and FunctionCall's formats and values.
    var parametersRange = 0..<0
    /// The server is, or may be, in a transaction.
    public internal(set) var inTransaction = false
    /// No earlier message is unanswered: the tables are certain, and a hold may begin.
    public internal(set) var isSettled = false
    /// When not `nil` the machine takes no release for it: record the refusal and call `refused` with these.
    public internal(set) var refusal: ErrorFields?

    init(
        _ kind: Kind, byteCount: Int, to message: PendingReply.Message, name: WireName = .unnamed
    ) {
        self.kind = kind
        self.byteCount = byteCount
        super.init(to: message, name: name)
    }

    /// The name that Bind gives, Execute takes.
    public var portalName: WireName {
        kind == .bind || kind == .execute ? name : .unnamed
    }

    /// It goes on with an action that was released before.
    var continues: Bool { execution?.continued != nil }

    /// The statement's text (Query and Parse).
    public func text(in bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        guard textRange.upperBound <= bytes.count else {
            return UnsafeRawBufferPointer(start: nil, count: 0)
        }
        return UnsafeRawBufferPointer(rebasing: bytes[textRange])
    }

    /// The bound values or call's arguments, decoded; empty for the other kinds.
    public func values(in bytes: UnsafeRawBufferPointer) -> [BoundValue] {
        guard kind == .bind || kind == .functionCall, parametersRange.upperBound <= bytes.count
        else { return [] }
        let body = UnsafeRawBufferPointer(rebasing: bytes[parametersRange])
        return ParameterReader.values(in: body, types: statement?.parameterTypes ?? []) ?? []
    }
}
