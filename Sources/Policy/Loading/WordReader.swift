let wordKeys = ["arguments", "any_argument", "no_argument"]

/// Reads what a rule says of a program's words; `nil` when any of it is wrong.
func readWordConditions(_ fields: FieldReader, _ log: ProblemLog) -> WordConditions? {
    var conditions = WordConditions()
    var isRead = true
    if let tree = fields["arguments"] { isRead = readPositions(tree, into: &conditions, log) }
    if let tree = fields["any_argument"] {
        conditions.any = readGlobs(tree, log)
        isRead = isRead && conditions.any != nil
    }
    if let tree = fields["no_argument"] {
        conditions.none = readGlobs(tree, log)
        isRead = isRead && conditions.none != nil
    }
    return isRead ? conditions : nil
}

/// A list of globs or of lists of them, which may be empty (no words at all) and may end in `...`.
private func readPositions(
    _ tree: YAMLTree, into conditions: inout WordConditions, _ log: ProblemLog
) -> Bool {
    guard case .list(var items) = tree.content else {
        log.report(tree.place, "expected a list of globs, one for each word, found \(tree.kind)")
        return false
    }
    if case .text("...") = items.last?.scalar {
        conditions.allowsMore = true
        items.removeLast()
    }
    guard items.count <= Limits.globsMax else {
        log.report(tree.place, "expected at most \(Limits.globsMax) globs")
        return false
    }
    let positions = items.map { item -> [Glob]? in
        if case .list = item.content { return readGlobs(item, log) }
        if case .text("...") = item.scalar {
            log.report(item.place, "expected `...` at the end alone; the word itself is `[...]`")
            return nil
        }
        return readGlob(item, log).map { [$0] }
    }
    conditions.positions = positions.compactMap { $0 }
    return conditions.positions?.count == items.count
}

private func readGlobs(_ tree: YAMLTree, _ log: ProblemLog) -> [Glob]? {
    guard let globs = tree.list(of: "globs", log, { readGlob($0, log) }) else { return nil }
    guard globs.count <= Limits.globsMax else {
        log.report(tree.place, "expected at most \(Limits.globsMax) globs")
        return nil
    }
    return globs
}

/// As `text`, but a word may be empty.
private func readGlob(_ tree: YAMLTree, _ log: ProblemLog) -> Glob? {
    guard case .text(let text) = tree.scalar else {
        _ = tree.text("a glob", log)
        return nil
    }
    do throws(PatternProblem) {
        return try Glob(parsing: text)
    } catch {
        log.report(tree.place, error.message)
        return nil
    }
}
