/// Everything that is wrong with a declaration, not only the first thing.
public struct DirectoryError: Error, Hashable, CustomStringConvertible {
    /// In the order of the declaration; never empty.
    public let problems: [Problem]

    public struct Problem: Hashable, Sendable, CustomStringConvertible {
        /// Where, below `identity`: `["agents", "deploy-bot", "owner"]`.
        public let path: [String]
        /// What is wrong and what to do.
        public let reason: String

        public var description: String { "\(path.joined(separator: ".")): \(reason)" }
    }

    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}
