import Vocabulary

/// A pattern over object names, compared component by component. One that begins with `/` is over paths.
///
/// A name stands for itself and everything below it: `public.customers` is the relation and all
/// its columns. So a trailing `*` ("all the rest, or none") adds nothing and is dropped:
/// `public.customers.*` is `public.customers`, and `*` is the pattern of no components.
enum ObjectPattern: Hashable, Sendable {
    enum Component: Hashable, Sendable {
        case literal(String)
        /// Exactly one component, whatever it is.
        case any
    }

    /// `-`: the effect without an object, and nothing else.
    case noObject
    case under([Component])

    static let everything = ObjectPattern.under([])

    /// The pattern covers the whole name. With `mustBeNamed` the first two components (as far as
    /// the name has them) have to be literal.
    func covers(_ name: [String], mustBeNamed: Bool) -> Bool {
        guard case .under(let components) = self else { return name.isEmpty }
        if mustBeNamed {
            guard !name.isEmpty, components.count >= min(2, name.count) else { return false }
            guard !components.prefix(2).contains(.any) else { return false }
        }
        return components.count <= name.count && agrees(components, name)
    }

    /// The pattern and the name have something in common: one is the other, or below it.
    func touches(_ name: [String]) -> Bool {
        guard case .under(let components) = self else { return name.isEmpty }
        return name.isEmpty ? components.isEmpty : agrees(components, name)
    }

    private func agrees(_ components: [Component], _ name: [String]) -> Bool {
        zip(components, name).allSatisfy { pattern, text in
            pattern == .any || pattern == .literal(text)
        }
    }
}

extension ObjectPattern: CustomStringConvertible {
    /// The one spelling of the pattern; reads back to it.
    var description: String {
        guard case .under(let components) = self else { return "-" }
        if components.isEmpty { return "*" }
        let root = Component.literal("/")
        if components == [root] { return "/" }
        if components.first == root {
            return components.dropFirst().map { spell($0, after: ["/"]) }.joined()
        }
        return components.map { spell($0, after: []) }.joined(separator: ".")
    }

    private func spell(_ component: Component, after first: [String]) -> String {
        switch component {
        case .any: (first.first ?? "") + "*"
        case .literal(let text): ObjectName(first + [text]).description
        }
    }

    /// The path that the pattern spells before its first `*`, byte for byte: a program's, or a directory's above it.
    /// `nil` for what is no path, and for the root.
    var literalPath: [UInt8]? {
        guard case .under(let components) = self else { return nil }
        let texts = components.prefix { $0 != .any }.compactMap { component in
            if case .literal(let text) = component { text } else { nil }
        }
        return texts.count > 1 ? ObjectName(texts).path : nil
    }
}

/// Why a text is no pattern.
struct PatternProblem: Error {
    let message: String
}

extension ObjectPattern {
    init(parsing text: String) throws(PatternProblem) {
        if text == "-" {
            self = .noObject
            return
        }
        let isPath = text.utf8.first == UInt8(ascii: "/")
        guard let parts = splitName(text) else {
            throw PatternProblem(
                message: "bad pattern \(quote(text)), expected components joined by "
                    + (isPath ? "`/`, none empty, `.` or `..`, " : "`.`, none empty, ")
                    + "quotes closed")
        }
        let countMax = isPath ? Limits.pathComponentsMax : Limits.patternComponentsMax
        guard parts.count <= countMax else {
            throw PatternProblem(
                message: "bad pattern \(quote(text)), expected at most \(countMax) components")
        }
        var components: [Component] = []
        for part in parts {
            components.append(try Self.component(part, of: text, isPath: isPath))
        }
        while components.last == .any { components.removeLast() }
        self = .under(components)
    }

    private static func component(
        _ part: NameComponent, of text: String, isPath: Bool
    ) throws(PatternProblem) -> Component {
        if part.isQuoted { return .literal(part.text) }
        if part.text == "*" { return .any }
        let isWrong = part.text.utf8.contains { byte in
            byte <= 32 || byte == 127 || byte == UInt8(ascii: "*")
                || (!isPath && (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte))
        }
        guard !isWrong else {
            throw PatternProblem(
                message: "bad pattern \(quote(text)): `*` stands for a whole component, and "
                    + (isPath ? "" : "capitals, ")
                    + "blanks and a literal `*` stand in double quotes")
        }
        return .literal(part.text)
    }
}
