import Store
import Vocabulary

public struct RecordingError: Error {}
public struct RecorderOptions: Sendable {
    public var syncMilliseconds: Int64 = 1000
    public init() {}
}
public final class Recorder: Sendable {
    public static let migrations: [Migration] = []
    public static func open(directory: String, database: any Database, options: RecorderOptions) async throws(RecordingError) -> Recorder { Recorder() }
    public func makeLoopRecorder() throws(RecordingError) -> LoopRecorder { LoopRecorder() }
    public func close() async {}
}
public final class LoopRecorder {
    var pending: [Digest] = []
    var written: [Digest] = []
    public func begin(_ opened: SessionOpened) throws(RecordingError) -> SessionRecording { SessionRecording(session: opened.session, loop: self) }
    public func commit() throws(RecordingError) { written += pending; pending = [] }
    public func receipt(for action: Digest) -> RecordReceipt? {
        guard let i = written.firstIndex(of: action) else { return nil }
        written.remove(at: i)
        return RecordReceipt(action: action)
    }
}
public struct SessionOpened: Sendable {
    public var session: SessionID
    public init(session: SessionID, principal: PrincipalName, owner: PrincipalName, target: TargetName, credential: String, address: String, application: String, opened: WallTime) { self.session = session }
}
public struct ActionEvent {
    public var digest: Digest
    public init(number: UInt64, kind: Action.Kind, statement: [UInt8], statementKey: ObjectIdentifier?, values: [BoundValue], verdict: Verdict, rules: [String], policyVersion: String, hold: HoldID?, digest: Digest, microseconds: UInt64) { self.digest = digest }
}
public struct OutcomeEvent {
    public init(number: UInt64, tag: String, rows: UInt64, bytes: UInt64, durationMicroseconds: UInt64, sqlstate: String?, message: String?, microseconds: UInt64) {}
}
public struct RefusalEvent {
    public init(kind: Action.Kind, statement: [UInt8], verdict: Verdict, rules: [String], sqlstate: String, message: String, microseconds: UInt64) {}
}
public final class SessionRecording {
    public let session: SessionID
    let loop: LoopRecorder
    init(session: SessionID, loop: LoopRecorder) { self.session = session; self.loop = loop }
    public func action(_ event: ActionEvent) throws(RecordingError) { loop.pending.append(event.digest) }
    public func outcome(_ event: OutcomeEvent) throws(RecordingError) {}
    public func refused(_ event: RefusalEvent) throws(RecordingError) {}
    public func sealed(hold: HoldID, bytes: [UInt8]) throws(RecordingError) {}
    public func close(reason: String, at: WallTime) throws(RecordingError) {}
}
