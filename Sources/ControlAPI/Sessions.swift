/// One row of `GET /v1/sessions`, and the head of one session's story.
public struct SessionItem: Codable, Sendable, Hashable {
    public var id: String
    public var principal: String
    public var owner: String?
    public var target: String
    public var credential: String
    public var address: String
    public var application: String
    public var opened: Int64
    public var closed: Int64?
    public var reason: String?
    public var actions: Int64
    public var holds: Int64
    /// Commands that did not leave; `nil` of a session that ended before they were counted.
    public var refused: Int64?
    /// Bytes that its programs wrote.
    public var output: Int64
    public var bytes: Int64
    /// What it waits for, of one that goes on only while people watch it.
    public var waiting: String?

    public init(
        id: String, principal: String, owner: String?, target: String, credential: String,
        address: String, application: String, opened: Int64, closed: Int64?, reason: String?,
        actions: Int64, holds: Int64, refused: Int64?, output: Int64, bytes: Int64
    ) {
        self.id = id
        self.principal = principal
        self.owner = owner
        self.target = target
        self.credential = credential
        self.address = address
        self.application = application
        self.opened = opened
        self.closed = closed
        self.reason = reason
        self.actions = actions
        self.holds = holds
        self.refused = refused
        self.output = output
        self.bytes = bytes
    }
}

/// One event of a session's recording.
public struct EventItem: Codable, Sendable, Hashable {
    public var sequence: UInt64
    /// Since the session was opened.
    public var microseconds: UInt64
    /// `opened`, `action`, `outcome`, `refused`, `rows`, `notice`, `sealed`, `closed`, `lost`, `shell`, `output`,
    /// `resized`, `input`.
    public var kind: String
    public var number: UInt64?
    /// Of `action`: `query`, `parse`, `execute`, `function-call`, `exec`, `login`.
    public var action: String?
    /// Of a program: the number of the one that started it; left out for a session's first.
    public var parent: UInt64?
    /// Of a program: which file runs; left out of recordings of before it was recorded.
    public var program: ProgramFileItem?
    public var statement: String?
    /// Text as it is, other bytes as `\x` and hexadecimal digits; `null` is SQL's NULL.
    public var values: [String?]?
    public var verdict: String?
    public var rules: [String]?
    public var hold: String?
    public var tag: String?
    public var rows: UInt64?
    /// Of `rows`: the first rows of a result, cell by cell, like `values`.
    public var cells: [[String?]]?
    public var bytes: UInt64?
    public var duration: UInt64?
    public var sqlstate: String?
    public var text: String?
    /// Of `output`: `terminal`, `output`, `error`.
    public var stream: String?
    /// Of `output` and `input`: its bytes in base64.
    public var data: String?
    /// Of `shell` and `resized`: the terminal's width; its height is `rows`.
    public var columns: UInt64?
    /// Of `shell`: the variable `TERM`.
    public var term: String?

    public init(sequence: UInt64, microseconds: UInt64, kind: String) {
        self.sequence = sequence
        self.microseconds = microseconds
        self.kind = kind
    }
}

/// Which file a program is and where it was started, whatever its words call it. Paths are texts like `values`, digests
/// SHA-256 in hexadecimal digits.
public struct ProgramFileItem: Codable, Sendable, Hashable {
    /// The file that runs: for a script, its interpreter.
    public var path: String
    public var digest: String?
    public var script: String?
    public var scriptDigest: String?
    /// One of them may not be the file that is found at its path.
    public var isUnlinked: Bool
    public var directory: String
    public var user: UInt64

    public init(
        path: String, digest: String?, script: String?, scriptDigest: String?, isUnlinked: Bool,
        directory: String, user: UInt64
    ) {
        self.path = path
        self.digest = digest
        self.script = script
        self.scriptDigest = scriptDigest
        self.isUnlinked = isUnlinked
        self.directory = directory
        self.user = user
    }
}

/// `GET /v1/sessions/{id}`.
public struct SessionStory: Codable, Sendable {
    public var session: SessionItem
    public var events: [EventItem]
    /// More events may follow; ask with `?after=` the last one's sequence.
    public var isPart: Bool

    public init(session: SessionItem, events: [EventItem], isPart: Bool) {
        self.session = session
        self.events = events
        self.isPart = isPart
    }
}

/// `GET /v1/search`.
public struct SearchAnswer: Codable, Sendable, Hashable {
    public var hits: [SearchItem]
    /// Older statements were not looked at, or did not fit: there may be more.
    public var isPart: Bool
    /// Recordings with output that is not in the index: `session=` looks through one.
    public var partlyIndexed: Int?
    /// With `session`: more of it is to be looked through; ask with `after=` this.
    public var next: UInt64?

    public init(hits: [SearchItem], isPart: Bool, partlyIndexed: Int? = nil, next: UInt64? = nil) {
        self.hits = hits
        self.isPart = isPart
        self.partlyIndexed = partlyIndexed
        self.next = next
    }
}

/// One statement, or line of output, that a search found.
public struct SearchItem: Codable, Sendable, Hashable {
    public var session: String
    public var principal: String
    public var target: String
    public var at: Int64
    /// The same since the session was opened.
    public var milliseconds: Int64
    public var sequence: UInt64
    public var isOutput: Bool
    public var text: String

    public init(
        session: String, principal: String, target: String, at: Int64, milliseconds: Int64,
        sequence: UInt64, isOutput: Bool, text: String
    ) {
        self.session = session
        self.principal = principal
        self.target = target
        self.at = at
        self.milliseconds = milliseconds
        self.isOutput = isOutput
        self.sequence = sequence
        self.text = text
    }
}

/// A session that people have to watch, and who are not there.
public struct WaitingSession: Codable, Sendable, Hashable {
    public var id: String
    public var principal: String
    public var target: String
    public var waiting: String

    public init(id: String, principal: String, target: String, waiting: String) {
        self.id = id
        self.principal = principal
        self.target = target
        self.waiting = waiting
    }
}
