/// One policy file as read: the loader itself touches no disk.
public struct PolicyFile: Hashable, Sendable {
    /// How errors name the file.
    public let path: String
    public let text: String

    public init(path: String, text: String) {
        self.path = path
        self.text = text
    }
}

/// Where something stands in a file. Line and column count from 1; 0 is the file as a whole.
public struct Place: Hashable, Sendable {
    public let path: String
    public let line: Int
    public let column: Int

    public init(path: String, line: Int, column: Int) {
        self.path = path
        self.line = line
        self.column = column
    }
}

extension Place: CustomStringConvertible {
    /// `path:line:column`, as compilers write it.
    public var description: String { line == 0 ? path : "\(path):\(line):\(column)" }
}

/// One reason why a set of policies does not load.
public struct PolicyProblem: Hashable, Sendable, CustomStringConvertible {
    public let place: Place
    /// What was expected and what stood there; lower case, no full stop.
    public let message: String

    public init(place: Place, message: String) {
        self.place = place
        self.message = message
    }

    public var description: String { "\(place): \(message)" }
}

/// Everything that is wrong with the files, in the order of path, line and column.
public struct PolicyErrors: Error, Hashable, Sendable, CustomStringConvertible {
    public let problems: [PolicyProblem]

    /// One problem a line.
    public var description: String {
        problems.map(\.description).joined(separator: "\n")
    }
}

/// Collects what is wrong while the files are read.
package final class ProblemLog {
    package init() {}

    package private(set) var problems: [PolicyProblem] = []
    private var count = 0

    package var isEmpty: Bool { count == 0 }

    package func report(_ place: Place, _ message: String) {
        count += 1
        if count <= Limits.problemsMax {
            problems.append(PolicyProblem(place: place, message: message))
        }
    }

    /// What was collected, in the order of the files.
    package var errors: PolicyErrors {
        var sorted = problems.sorted { left, right in
            (left.place.path, left.place.line, left.place.column, left.message)
                < (right.place.path, right.place.line, right.place.column, right.message)
        }
        if count > Limits.problemsMax, let last = sorted.last {
            let more = "and \(count - Limits.problemsMax) more problems"
            sorted.append(PolicyProblem(place: last.place, message: more))
        }
        return PolicyErrors(problems: sorted)
    }
}

/// User text in backticks: capped, with control characters shown as `?`.
package func quote(_ text: String) -> String {
    var shown = ""
    for character in text.prefix(Limits.quotedCharactersMax) {
        let isControl = character.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
        shown.append(isControl ? "?" : character)
    }
    let isWhole = text.count <= Limits.quotedCharactersMax
    return "`" + shown + (isWhole ? "`" : "...`")
}
