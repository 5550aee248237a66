/// The unanswered messages in the order in which the server answers: a ring that grows to its limit and is reused.
struct ReplyQueue {
    private var slots: [PendingReply]
    private var head = 0
    private(set) var count = 0
    let limit: Int
    /// How many of them may change a statement's name.
    private(set) var statementChanges = 0
    /// The bytes of the texts that they prepare.
    private(set) var textBytes = 0
    /// How many of them change something in a transaction (temporary objects, settings).
    private(set) var sessionChanges = 0

    /// Stands for every Sync, which has nothing of its own, and for every slot that is free.
    private let sync = PendingReply(to: .sync)

    init(limit: Int) {
        self.limit = limit
        slots = Array(repeating: sync, count: 4)
    }

    var isEmpty: Bool { count == 0 }
    var isFull: Bool { count >= limit }

    /// Not of an empty queue.
    var oldest: PendingReply { slots[head] }
    var firstKind: PendingReply.Message? { isEmpty ? nil : slots[head].message }
    /// The oldest one's action; 0 when there is none.
    var firstAction: ActionID { isEmpty ? ActionID(0) : slots[head].action }

    /// The one that is `index` behind the oldest.
    subscript(index: Int) -> PendingReply { slots[(head + index) & (slots.count - 1)] }

    func kind(at index: Int) -> PendingReply.Message { self[index].message }

    func isNamed(_ name: WireName, at index: Int) -> Bool {
        self[index].name == name
    }

    func hasChanges(at index: Int) -> Bool {
        self[index].consequences?.changes.isEmpty == false
    }

    mutating func appendSync() { append(sync) }

    mutating func append(_ reply: PendingReply) {
        if count == slots.count { grow() }
        statementChanges += reply.changesStatements ? 1 : 0
        sessionChanges += reply.consequences == nil ? 0 : 1
        textBytes += reply.preparedBytes
        slots[(head + count) & (slots.count - 1)] = reply
        count += 1
    }

    /// The oldest is answered.
    mutating func dropFirst() {
        guard !isEmpty else { return }
        statementChanges -= slots[head].changesStatements ? 1 : 0
        sessionChanges -= slots[head].consequences == nil ? 0 : 1
        textBytes -= slots[head].preparedBytes
        slots[head] = sync
        head = (head + 1) & (slots.count - 1)
        count -= 1
    }

    private mutating func grow() {
        var larger: [PendingReply] = []
        larger.reserveCapacity(slots.count * 2)
        for index in 0..<count { larger.append(self[index]) }
        while larger.count < slots.count * 2 { larger.append(sync) }
        slots = larger
        head = 0
    }
}

extension PendingReply {
    /// Of the texts that its success keeps in the session's tables.
    fileprivate var preparedBytes: Int {
        let own = message == .parse && !name.isUnnamed ? statement?.text.count ?? 0 : 0
        return consequences.map { own + $0.preparedBytes } ?? own
    }

    /// After it a statement's name may mean another text. A Query drops the unnamed statement.
    fileprivate var changesStatements: Bool {
        switch message {
        case .parse, .closeStatement, .query: true
        case .bind: false
        case .execute: consequences?.changes.isEmpty == false
        case .describeStatement, .describePortal, .closePortal, .sync, .functionCall, .failingParse:
            false
        }
    }
}
