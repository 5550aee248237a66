import Testing
import Vocabulary

@testable import Identity

/// The directory's limits, each just at it and just above.
@Suite("The limits of the directory")
struct LimitTests {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let limit: Int
        let path: String
        /// Declares exactly so much of what is limited.
        let declare: @Sendable (inout DirectoryDeclaration, Int) -> Void
    }

    static let rows: [Row] = [
        Row(
            testDescription: "people and agents together", limit: Limits.principalsMax, path: ""
        ) { declared, count in
            let there = declared.people.count + declared.agents.count
            declared.people += (0..<count - there).map { .init(name: "person\($0)") }
        },
        Row(
            testDescription: "groups of a person", limit: Limits.listedMax, path: "people.x.groups"
        ) { declared, count in
            declared.people.append(.init(name: "x", groups: (0..<count).map { "g\($0)" }))
        },
        Row(
            testDescription: "accounts of a person", limit: Limits.listedMax,
            path: "people.x.accounts"
        ) { declared, count in
            declared.people.append(.init(name: "x", accounts: (0..<count).map { "pam:x\($0)" }))
        },
        Row(
            testDescription: "bytes of a group's name", limit: PrincipalName.bytesMax,
            path: "people.x.groups"
        ) { declared, count in
            declared.people.append(.init(name: "x", groups: [String(repeating: "g", count: count)]))
        },
        Row(
            testDescription: "bytes of an account", limit: Limits.userBytesMax,
            path: "people.x.accounts"
        ) { declared, count in
            let account = "pam:" + String(repeating: "a", count: count)
            declared.people.append(.init(name: "x", accounts: [account]))
        },
    ]

    @Test("at the limit it is declared, above it is refused with its place", arguments: rows)
    func limits(_ row: Row) throws {
        var declared = declaration()
        row.declare(&declared, row.limit)
        _ = try Directory(declared)
        var above = declaration()
        row.declare(&above, row.limit + 1)
        let error = try #require(throws: DirectoryError.self) { try Directory(above) }
        #expect(error.problems.map { $0.path.joined(separator: ".") } == [row.path])
    }
}
