import Vocabulary

/// Which actions a loop may hand out receipts for. Only a commit that returned turns recorded into written.
struct PendingReceipts {
    private var recorded: [Digest] = []
    private var written: [Digest?] = []
    /// Where the next one asked for most likely is: they are asked for in order, session by session.
    private var next = 0

    mutating func record(_ action: Digest) { recorded.append(action) }

    /// The write has returned. What was not asked for after the last one is void.
    mutating func commit() {
        written.removeAll(keepingCapacity: true)
        for action in recorded { written.append(action) }
        recorded.removeAll(keepingCapacity: true)
        next = 0
    }

    /// Nothing was written, or nothing had to be.
    mutating func void() {
        written.removeAll(keepingCapacity: true)
        recorded.removeAll(keepingCapacity: true)
        next = 0
    }

    /// Once for each action that was written.
    mutating func take(_ action: Digest) -> RecordReceipt? {
        for step in 0..<written.count {
            let sum = next + step
            let index = sum < written.count ? sum : sum - written.count
            guard written[index] == action else { continue }
            written[index] = nil
            next = index + 1 == written.count ? 0 : index + 1
            return RecordReceipt(action: action)
        }
        return nil
    }
}
