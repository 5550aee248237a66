import Vocabulary

/// What a transaction's end may undo: temporary objects and settings.
///
/// At ReadyForQuery with status I it is known how the transaction ended: committed whole, undone whole, or (savepoints,
/// several transactions in one Query) neither, and then what was touched is only possible.
struct TransactionalTables {
    private struct Setting {
        /// `nil`: some value that no statement showed.
        var value: String?
        var isLocal: Bool
    }

    private struct State {
        var temporaries = TemporaryObjects()
        var droppingOnCommit: Set<ObjectName> = []
        var settings: [String: Setting] = [:]
    }

    /// Grows with everything that may change what names mean.
    private(set) var version: UInt64 = 0
    private var now = State()
    /// As of the transaction's start.
    private var before = State()
    private(set) var isTouched = false
    private var sawUndoing = false
    /// The last thing that ended was undone: a ROLLBACK, or an error.
    private var endsUndone = false

    /// A statement completed with this tag. `ROLLBACK TO` has the tag of `ROLLBACK`.
    mutating func completed(tag: String) {
        endsUndone = tag == "ROLLBACK"
        sawUndoing = sawUndoing || endsUndone
        // With AND CHAIN no ReadyForQuery says so.
        if tag == "COMMIT" || tag == "PREPARE TRANSACTION" { end() }
    }

    mutating func failed() {
        version += 1
        endsUndone = true
        sawUndoing = true
    }

    mutating func apply(_ change: SessionChange) {
        version += 1
        // Its tag says how it ended.
        if case .transactionEnds = change { return }
        isTouched = true
        switch change {
        case .createTemporary(let name, let dropsOnCommit):
            now.temporaries.sure.insert(name)
            now.temporaries.possible.remove(name)
            if dropsOnCommit { now.droppingOnCommit.insert(name) }
        case .dropTemporary(let name):
            now.temporaries.sure.remove(name)
            now.temporaries.possible.remove(name)
            now.droppingOnCommit.remove(name)
        case .blurTemporaries: now.temporaries.blur()
        case .discard(.temporary): now.temporaries = TemporaryObjects()
        case .discard(.all): now = State()
        case .setting(let name, let value, let isLocal):
            now.settings[name] = Setting(value: value, isLocal: isLocal)
        case .blurSettings:
            for name in now.settings.keys {
                now.settings[name] = Setting(value: nil, isLocal: false)
            }
            now.settings["search_path"] = Setting(value: nil, isLocal: false)
        case .prepare, .deallocate, .deallocateAll, .declare, .closePortal, .closeAllPortals,
            .discard, .schemaChanged, .transactionEnds:
            break
        }
    }

    /// ReadyForQuery came with this status.
    mutating func readyForQuery(_ status: TransactionStatus) {
        if status == .idle { end() }
    }

    /// The transaction has ended, and all is known of it.
    private mutating func end() {
        defer { (sawUndoing, endsUndone) = (false, false) }
        guard isTouched else { return }
        isTouched = false
        version += 1
        if !sawUndoing {
            commit()
        } else if endsUndone && !now.temporaries.areUnsure {
            now = before
        } else {
            blur()
        }
        before = now
    }

    private mutating func commit() {
        now.temporaries.sure.subtract(now.droppingOnCommit)
        now.droppingOnCommit = []
        for (name, setting) in now.settings where setting.isLocal {
            now.settings[name] = before.settings[name]
        }
    }

    /// Some of it was undone: nothing that differs is sure.
    private mutating func blur() {
        let touched = now.temporaries.sure.symmetricDifference(before.temporaries.sure)
        now.temporaries.possible.formUnion(before.temporaries.possible)
        now.temporaries.possible.formUnion(touched)
        now.temporaries.sure.subtract(touched)
        now.temporaries.possible.subtract(now.temporaries.sure)
        now.temporaries.areUnsure = now.temporaries.areUnsure || before.temporaries.areUnsure
        for (name, setting) in now.settings where setting.value != before.settings[name]?.value {
            now.settings[name] = Setting(value: nil, isLocal: false)
        }
    }
}

extension TransactionalTables {
    /// As the replies made them; what failed or unanswered statements touch is only possible.
    func temporaries(with queue: ReplyQueue) -> TemporaryObjects {
        var objects = now.temporaries
        if sawUndoing { doubt(&objects) }
        forEachChange(in: queue) { change in
            switch change {
            case .transactionEnds: doubt(&objects)
            case .createTemporary(let name, _), .dropTemporary(let name):
                objects.sure.remove(name)
                objects.possible.insert(name)
            case .blurTemporaries, .discard(.all), .discard(.temporary): objects.blur()
            case .prepare, .deallocate, .deallocateAll, .declare, .closePortal, .closeAllPortals,
                .discard, .setting, .blurSettings, .schemaChanged:
                break
            }
        }
        return objects
    }

    func setting(_ name: String, with queue: ReplyQueue) -> String?? {
        var value: String?? = now.settings[name].map { $0.value }
        let isOfTransaction = isOfTransaction(name)
        if sawUndoing, isOfTransaction { value = .some(nil) }
        forEachChange(in: queue) { change in
            switch change {
            case .setting(name, _, _), .blurSettings, .discard(.all): value = .some(nil)
            case .transactionEnds where isOfTransaction: value = .some(nil)
            default: break
            }
        }
        return value
    }

    /// Whether the transaction's end may bring another value back.
    func isOfTransaction(_ name: String) -> Bool {
        guard let setting = now.settings[name] else { return before.settings[name] != nil }
        return setting.isLocal || setting.value != before.settings[name]?.value
    }

    private func doubt(_ objects: inout TemporaryObjects) {
        objects.doubt(before.temporaries)
        for name in now.droppingOnCommit {
            objects.sure.remove(name)
            objects.possible.insert(name)
        }
    }

    private func forEachChange(in queue: ReplyQueue, _ body: (SessionChange) -> Void) {
        guard queue.sessionChanges > 0 else { return }
        for index in 0..<queue.count where queue.hasChanges(at: index) {
            queue[index].changes.forEach { $0.forEach(body) }
        }
    }
}

extension TemporaryObjects {
    /// Any of them may be gone, and others may be there.
    fileprivate mutating func blur() {
        possible.formUnion(sure)
        sure = []
        areUnsure = true
    }

    /// Part of what happened since `before` may be undone.
    fileprivate mutating func doubt(_ before: TemporaryObjects) {
        let touched = sure.symmetricDifference(before.sure)
        possible.formUnion(touched)
        sure.subtract(touched)
    }
}
