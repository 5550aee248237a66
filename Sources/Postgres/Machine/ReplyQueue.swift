/// The unanswered messages in the order in which the server answers: a ring that grows to its limit and is reused.
struct ReplyQueue {
    private var slots: [PendingReply]
    private var head = 0
    private(set) var count = 0
    let limit: Int
    /// How many of them may change a statement's name.
    private(set) var statementChanges = 0
    /// The texts that they are about to keep under a statement's name, and under a portal's, bytes.
    private(set) var statementTextBytes = 0
    private(set) var portalTextBytes = 0
    /// How many of them change something in a transaction (temporary objects, settings).
    private(set) var sessionChanges = 0

    private static let empty = PendingReply(kind: .sync)

    init(limit: Int) {
        self.limit = limit
        slots = Array(repeating: Self.empty, count: 16)
    }

    var isEmpty: Bool { count == 0 }
    var isFull: Bool { count >= limit }

    /// The oldest, read in place; not of an empty queue.
    var oldest: PendingReply { _read { yield slots[head] } }
    var firstKind: PendingReply.Kind? { isEmpty ? nil : slots[head].kind }
    /// The oldest one's action; 0 when there is none.
    var firstAction: ActionID { isEmpty ? ActionID(0) : slots[head].action }

    /// The one that is `index` behind the oldest.
    subscript(index: Int) -> PendingReply {
        _read { yield slots[(head + index) & (slots.count - 1)] }
    }

    func kind(at index: Int) -> PendingReply.Kind { slots[(head + index) & (slots.count - 1)].kind }

    func isNamed(_ name: WireName, at index: Int) -> Bool {
        slots[(head + index) & (slots.count - 1)].name == name
    }

    func hasChanges(at index: Int) -> Bool {
        slots[(head + index) & (slots.count - 1)].consequences?.changes.isEmpty == false
    }

    mutating func append(_ reply: consuming PendingReply) {
        if count == slots.count { grow() }
        statementChanges += reply.changesStatements ? 1 : 0
        statementTextBytes += reply.statementTextBytes
        portalTextBytes += reply.portalTextBytes
        sessionChanges += reply.consequences == nil ? 0 : 1
        slots[(head + count) & (slots.count - 1)] = reply
        count += 1
    }

    /// The oldest is answered. What it refers to is let go; the rest of its slot is overwritten some day.
    mutating func dropFirst() {
        guard !isEmpty else { return }
        statementChanges -= slots[head].changesStatements ? 1 : 0
        statementTextBytes -= slots[head].statementTextBytes
        portalTextBytes -= slots[head].portalTextBytes
        sessionChanges -= slots[head].consequences == nil ? 0 : 1
        slots[head].letGo()
        head = (head + 1) & (slots.count - 1)
        count -= 1
    }

    private mutating func grow() {
        var larger: [PendingReply] = []
        larger.reserveCapacity(slots.count * 2)
        for index in 0..<count { larger.append(self[index]) }
        while larger.count < slots.count * 2 { larger.append(Self.empty) }
        slots = larger
        head = 0
    }
}

extension PendingReply {
    fileprivate mutating func letGo() {
        if statement != nil { statement = nil }
        if consequences != nil { consequences = nil }
        if replacement != nil { replacement = nil }
    }

    /// After it a statement's name may mean another text. A Query drops the unnamed statement.
    fileprivate var changesStatements: Bool {
        switch kind {
        case .parse, .closeStatement, .query: true
        case .bind: false
        case .execute: consequences?.changes.isEmpty == false
        case .describeStatement, .describePortal, .closePortal, .sync, .functionCall, .failingParse:
            false
        }
    }
}
