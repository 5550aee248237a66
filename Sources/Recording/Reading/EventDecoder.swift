import Vocabulary

/// Turns the bytes of a session's events into events, looking up texts and rulings that came before.
struct EventDecoder {
    private var statements: [UInt32: [UInt8]] = [:]
    private var rulings: [UInt32: Ruling] = [:]
    private var statementBytes = 0
    private var oldest: UInt32 = 1
    private var newest: UInt32 = 0
    /// Events are missing, so a definition may be too.
    var isPartial = false

    private struct Ruling {
        let verdict: Verdict
        let policyVersion: String
        let rules: [String]
    }

    /// What one event's bytes are.
    enum Result {
        case event(RecordedEvent.Content)
        /// Remembered for later events.
        case definition
    }

    /// `nil` when the bytes are no event. `body` is what stands behind kind and time.
    mutating func decode(_ kind: EventKind, _ body: ArraySlice<UInt8>) -> Result? {
        var cursor = EventCursor(body)
        guard let result = decode(kind, &cursor), cursor.isAtEnd else { return nil }
        return result
    }

    private mutating func decode(_ kind: EventKind, _ cursor: inout EventCursor) -> Result? {
        switch kind {
        case .bound: nil
        case .statement: statement(&cursor)
        case .ruling: ruling(&cursor)
        case .opened: opened(&cursor).map { .event(.opened($0)) }
        case .action: action(&cursor).map { .event(.action($0)) }
        case .outcome: outcome(&cursor).map { .event(.outcome($0)) }
        case .refused: refusal(&cursor).map { .event(.refused($0)) }
        case .sealed: sealed(&cursor).map { .event($0) }
        case .notice: cursor.text().map { .event(.notice($0)) }
        case .rows: rows(&cursor).map { .event($0) }
        case .lost: cursor.integer(UInt64.self).map { .event(.lost(events: $0)) }
        case .closed: closed(&cursor).map { .event($0) }
        case .shell: shell(&cursor).map { .event(.shell($0)) }
        case .output: output(&cursor).map { .event($0) }
        case .resized: size(&cursor).map { .event(.resized($0)) }
        case .input: cursor.slice(cursor.remaining).map { .event(.input(bytes: Array($0))) }
        }
    }

    private mutating func statement(_ cursor: inout EventCursor) -> Result? {
        guard let number: UInt32 = cursor.integer(), let text = cursor.blob() else { return nil }
        forgetStatements(before: number)
        statementBytes += text.count - (statements[number]?.count ?? 0)
        statements[number] = text
        newest = number
        return .definition
    }

    /// The writer refers to no text older than its table keeps, so neither is one kept here.
    private mutating func forgetStatements(before number: UInt32) {
        if number <= newest { oldest = min(oldest, number) }
        while oldest < number, !statements.isEmpty,
            number - oldest > Limits.statementsMax
                || statementBytes - (statements[newest]?.count ?? 0) > Limits.statementTableBytesMax
        {
            // Numbers may jump, by accident or by malice, over billions.
            if statements[oldest] == nil { oldest = statements.keys.min() ?? number }
            guard oldest < number else { break }
            statementBytes -= statements.removeValue(forKey: oldest)?.count ?? 0
            oldest += 1
        }
    }

    private mutating func ruling(_ cursor: inout EventCursor) -> Result? {
        guard let number: UInt32 = cursor.integer(),
            let verdict = cursor.integer(UInt8.self).flatMap(EventCode.verdict),
            let policyVersion = cursor.text(), let count = cursor.count(least: 4)
        else { return nil }
        var rules: [String] = []
        for _ in 0..<count {
            guard let rule = cursor.text() else { return nil }
            rules.append(rule)
        }
        if number > Limits.rulingsMax { rulings[number - UInt32(Limits.rulingsMax)] = nil }
        rulings[number] = Ruling(verdict: verdict, policyVersion: policyVersion, rules: rules)
        return .definition
    }

    private func lookUp(_ statement: UInt32) -> [UInt8]? {
        statements[statement] ?? (isPartial ? [] : nil)
    }

    private func lookUp(ruling: UInt32) -> Ruling? {
        // What is not known any more is shown as the strictest.
        rulings[ruling] ?? (isPartial ? Ruling(verdict: .deny, policyVersion: "", rules: []) : nil)
    }

    private func action(_ cursor: inout EventCursor) -> RecordedAction? {
        guard let number: UInt64 = cursor.integer(),
            let kind = cursor.integer(UInt8.self).flatMap(EventCode.kind),
            let statement = cursor.integer(UInt32.self).flatMap({ lookUp($0) }),
            let ruling = cursor.integer(UInt32.self).flatMap({ lookUp(ruling: $0) }),
            let digest = cursor.digest(), let hold = cursor.text(),
            let count = cursor.count(least: 5)
        else { return nil }
        var values: [RecordedValue] = []
        values.reserveCapacity(count)
        for _ in 0..<count {
            guard let value = value(&cursor) else { return nil }
            values.append(value)
        }
        var parent: UInt64 = 0
        var program: RecordedProgram?
        if kind == .exec {
            guard let number: UInt64 = cursor.integer() else { return nil }
            parent = number
            // Events of before do not have it.
            if !cursor.isAtEnd {
                guard let known = RecordedProgram(&cursor) else { return nil }
                program = known
            }
        }
        return RecordedAction(
            number: number, kind: kind, statement: statement, values: values,
            verdict: ruling.verdict, rules: ruling.rules, policyVersion: ruling.policyVersion,
            hold: hold.isEmpty ? nil : HoldID(rawValue: hold), digest: digest,
            parent: parent == 0 ? nil : parent, program: program)
    }

    private func value(_ cursor: inout EventCursor) -> RecordedValue? {
        guard let form: UInt8 = cursor.integer(), let type: UInt32 = cursor.integer() else {
            return nil
        }
        var value = RecordedValue(
            bytes: nil, format: form & EventCode.isBinary == 0 ? .text : .binary, type: type,
            whole: nil)
        if form & EventCode.isNull != 0 { return value }
        if form & EventCode.isCut != 0 {
            guard let count: UInt64 = cursor.integer(), let digest = cursor.digest() else {
                return nil
            }
            value.whole = RecordedValue.Whole(count: count, digest: digest)
        }
        guard let bytes = cursor.blob() else { return nil }
        value.bytes = bytes
        return value
    }

    private func refusal(_ cursor: inout EventCursor) -> RecordedRefusal? {
        guard let statement = cursor.integer(UInt32.self).flatMap({ lookUp($0) }),
            let ruling = cursor.integer(UInt32.self).flatMap({ lookUp(ruling: $0) }),
            let sqlstate = cursor.text(), let message = cursor.text()
        else { return nil }
        var refusal = RecordedRefusal(
            statement: statement, verdict: ruling.verdict, rules: ruling.rules, sqlstate: sqlstate,
            message: message)
        if cursor.isAtEnd { return refusal }
        guard let number: UInt64 = cursor.integer(), let parent: UInt64 = cursor.integer() else {
            return nil
        }
        var program = RefusalEvent.Program(number: number, parent: parent == 0 ? nil : parent)
        if !cursor.isAtEnd {
            guard let file = RecordedProgram(&cursor) else { return nil }
            program.file = file
        }
        refusal.program = program
        return refusal
    }
}

// MARK: Events that refer to nothing

func opened(_ cursor: inout EventCursor) -> SessionOpened? {
    guard let session = cursor.text(), let principal = cursor.text().flatMap({ PrincipalName($0) }),
        let owner = cursor.text(), let target = cursor.text().flatMap({ TargetName($0) }),
        let credential = cursor.text(), let address = cursor.text(),
        let application = cursor.text(), let at = cursor.time()
    else { return nil }
    return SessionOpened(
        session: SessionID(rawValue: session), principal: principal, owner: PrincipalName(owner),
        target: target, credential: credential, address: address, application: application, at: at)
}

func outcome(_ cursor: inout EventCursor) -> OutcomeEvent? {
    guard let number: UInt64 = cursor.integer(), let rows: UInt64 = cursor.integer(),
        let bytes: UInt64 = cursor.integer(), let microseconds: UInt64 = cursor.integer(),
        let tag = cursor.text(), let error: UInt8 = cursor.integer()
    else { return nil }
    var event = OutcomeEvent(
        number: number, tag: tag, rows: rows, bytes: bytes, microseconds: microseconds)
    if error & EventCode.hasState != 0 {
        guard let sqlstate = cursor.text() else { return nil }
        event.sqlstate = sqlstate
    }
    if error & EventCode.hasMessage != 0 {
        guard let message = cursor.text() else { return nil }
        event.message = message
    }
    return event
}

private func sealed(_ cursor: inout EventCursor) -> RecordedEvent.Content? {
    guard let hold = cursor.text(), let bytes = cursor.blob() else { return nil }
    return .sealed(hold: HoldID(rawValue: hold), bytes: bytes)
}

private func closed(_ cursor: inout EventCursor) -> RecordedEvent.Content? {
    guard let reason = cursor.text(), let at = cursor.time() else { return nil }
    return .closed(reason: reason, at: at)
}

private func rows(_ cursor: inout EventCursor) -> RecordedEvent.Content? {
    guard let number: UInt64 = cursor.integer(), let count = cursor.count(least: 4) else {
        return nil
    }
    var rows: [[RecordedCell]] = []
    for _ in 0..<count {
        guard let columns = cursor.count(least: 1) else { return nil }
        var row: [RecordedCell] = []
        for _ in 0..<columns {
            guard let cell = cell(&cursor) else { return nil }
            row.append(cell)
        }
        rows.append(row)
    }
    return .rows(number: number, rows: rows)
}

private func cell(_ cursor: inout EventCursor) -> RecordedCell? {
    guard let form: UInt8 = cursor.integer() else { return nil }
    if form & EventCode.isNull != 0 { return RecordedCell(bytes: nil, wholeCount: nil) }
    var wholeCount: UInt64?
    if form & EventCode.isCut != 0 {
        guard let count: UInt64 = cursor.integer() else { return nil }
        wholeCount = count
    }
    guard let bytes = cursor.blob() else { return nil }
    return RecordedCell(bytes: bytes, wholeCount: wholeCount)
}

private func shell(_ cursor: inout EventCursor) -> ShellStart? {
    guard let form: UInt8 = cursor.integer(), let size = size(&cursor), let term = cursor.text(),
        let count = cursor.count(least: 4)
    else { return nil }
    var command: [[UInt8]] = []
    for _ in 0..<count {
        guard let word = cursor.blob() else { return nil }
        command.append(word)
    }
    let isTerminal = form & EventCode.isTerminal != 0
    return ShellStart(size: isTerminal ? size : nil, term: term, command: command)
}

private func output(_ cursor: inout EventCursor) -> RecordedEvent.Content? {
    guard let stream = cursor.integer(UInt8.self).flatMap(RecordedStream.init(rawValue:)),
        let bytes = cursor.slice(cursor.remaining)
    else { return nil }
    return .output(stream, bytes: Array(bytes))
}

private func size(_ cursor: inout EventCursor) -> TerminalSize? {
    guard let columns: UInt16 = cursor.integer(), let rows: UInt16 = cursor.integer() else {
        return nil
    }
    return TerminalSize(columns: columns, rows: rows)
}
