/// A YAML document reduced to what policies may use, every node with its place.
package struct YAMLTree {
    package enum Content {
        /// `isPlain`: written without quotes, so it may also be a number or a flag.
        case scalar(String, isPlain: Bool)
        case list([YAMLTree])
        case mapping([Entry])
    }

    package struct Entry {
        package let key: String
        package let keyPlace: Place
        package let value: YAMLTree
    }

    package let content: Content
    package let place: Place
}

extension YAMLTree {
    /// What a scalar says by YAML 1.2's core rules, for the kinds that policies know.
    package enum Scalar: Hashable {
        case nothing
        case flag(Bool)
        case number(Int64)
        case text(String)
    }

    /// `nil` for lists and mappings.
    package var scalar: Scalar? {
        guard case .scalar(let text, let isPlain) = content else { return nil }
        guard isPlain else { return .text(text) }
        switch text {
        case "", "~", "null", "Null", "NULL": return .nothing
        case "true", "True", "TRUE": return .flag(true)
        case "false", "False", "FALSE": return .flag(false)
        default: return Int64(text).map { .number($0) } ?? .text(text)
        }
    }

    /// For "expected ..., found ...".
    package var kind: String {
        switch content {
        case .list: return "a list"
        case .mapping: return "a mapping"
        case .scalar: break
        }
        switch scalar {
        case .flag(let flag): return "the flag `\(flag)`"
        case .number(let number): return "the number `\(number)`"
        case .text(let text): return quote(text)
        case .nothing, nil: return "nothing"
        }
    }
}
