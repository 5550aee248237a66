import Foundation

/// A request's query, read strictly: what would be ignored might have been meant to narrow the answer.
package struct CallQuery: Sendable {
    private var values: [String: String] = [:]

    package init() {}

    /// Throws `CallRefusal` for a parameter that is not among `known`, occurs twice or is not percent-encoded UTF-8.
    package init(_ text: String?, knows known: Set<String>) throws {
        guard let text, !text.isEmpty else { return }
        for part in text.split(separator: "&", omittingEmptySubsequences: false) {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = String(pair[0]).removingPercentEncoding,
                let value = pair.count == 2 ? String(pair[1]).removingPercentEncoding : ""
            else { throw CallRefusal.bad("the query is not percent-encoded UTF-8") }
            guard known.contains(name) else {
                throw CallRefusal.bad(
                    "this call has no query parameter `\(name.prefix(40))`",
                    hint: known.isEmpty ? "it has none" : "one of \(list(known))")
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw CallRefusal.bad("the query parameter `\(name)` occurs twice")
            }
        }
    }

    package subscript(name: String) -> String? { values[name] }

    /// A parameter that `read` understands; `nil` when it is left out.
    func value<Value>(
        _ name: String, _ expected: String, _ read: (String) -> Value?
    ) throws -> Value? {
        guard let text = values[name] else { return nil }
        guard let value = read(text) else {
            throw CallRefusal.bad(
                "the query parameter `\(name)` is `\(text.prefix(40))`", hint: "write \(expected)")
        }
        return value
    }

    package func number(_ name: String) throws -> UInt64? {
        try value(name, "a number from 0 on") { text in
            text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? UInt64(text) : nil
        }
    }

    func flag(_ name: String) throws -> Bool {
        try value(name, "1, or leave it out") { $0 == "1" ? true : nil } ?? false
    }

    func isOff(_ name: String) throws -> Bool {
        try value(name, "0, or leave it out") { $0 == "0" ? true : nil } ?? false
    }
}

private func list(_ names: Set<String>) -> String {
    names.sorted().map { "`\($0)`" }.joined(separator: ", ")
}
