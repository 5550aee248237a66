import Yams

extension YAMLTree {
    /// Reads one document; problems go to the log and make the answer `nil`.
    package static func compose(_ file: PolicyFile, _ log: ProblemLog) -> YAMLTree? {
        let whole = Place(path: file.path, line: 0, column: 0)
        guard file.text.utf8.count <= Limits.fileBytesMax else {
            log.report(whole, "expected at most \(Limits.fileBytesMax) bytes")
            return nil
        }
        do {
            // The parser owns the anchors, which nodes refer to weakly: it has to outlive the reading.
            let parser = try Parser(yaml: file.text, encoding: .utf8)
            return try withExtendedLifetime(parser) {
                guard let root = try parser.singleRoot() else {
                    log.report(whole, "expected a YAML document, found nothing")
                    return nil
                }
                return YAMLReader(path: file.path, log: log).tree(root)
            }
        } catch let error as YamlError {
            let (place, message) = explain(error, in: file)
            log.report(place, message)
        } catch {
            log.report(whole, "cannot be read as YAML")
        }
        return nil
    }

    private static func explain(_ error: YamlError, in file: PolicyFile) -> (Place, String) {
        func place(_ mark: Mark) -> Place {
            Place(path: file.path, line: mark.line, column: mark.column)
        }
        switch error {
        case .composer(_, let problem, let mark, _) where problem.contains("another document"):
            return (place(mark), "expected a single document, found another")
        case .composer(_, let problem, let mark, _), .scanner(_, let problem, let mark, _),
            .parser(_, let problem, let mark, _):
            return (place(mark), "not YAML: \(problem)")
        case .duplicatedKeysInMapping(let keys, let context):
            let names = keys.map(quote).joined(separator: ", ")
            return (place(context.mark), "expected each key once, \(names) is given again")
        case .reader(let problem, let offset, _, _):
            return (placeOf(offset ?? 0, in: file), "not YAML: \(problem)")
        default:
            return (Place(path: file.path, line: 0, column: 0), "cannot be read as YAML")
        }
    }

    private static func placeOf(_ offset: Int, in file: PolicyFile) -> Place {
        let before = file.text.utf8.prefix(offset)
        let newline = UInt8(ascii: "\n")
        let line = before.count { $0 == newline } + 1
        let column = before.reversed().prefix { $0 != newline }.count + 1
        return Place(path: file.path, line: line, column: column)
    }
}

/// Turns nodes into trees, refusing what policies do without: anchors, aliases, tags, keys that
/// are no text.
private struct YAMLReader {
    let path: String
    let log: ProblemLog

    func tree(_ node: Node) -> YAMLTree? {
        let place = place(of: node)
        // An alias needs an anchor, so that refusing anchors refuses both.
        guard node.anchor == nil else {
            log.report(place, "anchors and aliases are not for policies, expected the value itself")
            return nil
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            return accept(scalar.tag, isQuoted: !isPlain, place)
                ? YAMLTree(content: .scalar(scalar.string, isPlain: isPlain), place: place) : nil
        case .sequence(let sequence):
            guard accept(sequence.tag, isQuoted: false, place) else { return nil }
            let items = sequence.map(tree)
            return whole(items).map { YAMLTree(content: .list($0), place: place) }
        case .mapping(let mapping):
            guard accept(mapping.tag, isQuoted: false, place) else { return nil }
            let entries = mapping.map { entry($0.key, $0.value) }
            return whole(entries).map { YAMLTree(content: .mapping($0), place: place) }
        case .alias:
            log.report(place, "anchors and aliases are not for policies, expected the value itself")
            return nil
        }
    }

    private func entry(_ key: Node, _ value: Node) -> YAMLTree.Entry? {
        let keyPlace = place(of: key)
        let read = tree(value)
        guard case .scalar(let scalar) = key, key.anchor == nil else {
            log.report(keyPlace, "expected a word as key")
            return nil
        }
        return read.map {
            YAMLTree.Entry(key: scalar.string, keyPlace: keyPlace, value: $0)
        }
    }

    /// Quoted scalars come tagged as text; all else must have no tag.
    private func accept(_ tag: Tag, isQuoted: Bool, _ place: Place) -> Bool {
        let name = tag.rawValue
        if name.isEmpty || (isQuoted && name == Tag.Name.str.rawValue) { return true }
        log.report(place, "tags are not for policies, expected the value without \(quote(name))")
        return false
    }

    private func place(of node: Node) -> Place {
        Place(path: path, line: node.mark?.line ?? 0, column: node.mark?.column ?? 0)
    }

    /// All or nothing, after every element was looked at.
    private func whole<Value>(_ values: [Value?]) -> [Value]? {
        let present = values.compactMap { $0 }
        return present.count == values.count ? present : nil
    }
}
