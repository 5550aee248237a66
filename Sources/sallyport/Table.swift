import Foundation

/// A table for people: fits the width, and cuts the columns that may be cut, never those that people type.
struct Table {
    struct Column {
        let title: String
        /// May be shortened with `…` when the table is too wide.
        var isFlexible = false
        /// For the last one: where it would be left fewer columns than these and needs more, it stands on a line of its own
        /// below the rest of its row.
        var leastWidth: Int?
    }

    let columns: [Column]
    var rows: [[String]] = []

    init(_ columns: [Column]) { self.columns = columns }

    /// The lines, title first; `width` columns of a terminal.
    func lines(width: Int) -> [String] {
        let shown = rows.map { $0.map { visible($0) } }
        var widths = columns.indices.map { index in
            shown.reduce(columnCount(columns[index].title)) { max($0, columnCount($1[index])) }
        }
        let titles = columns.map(\.title)
        guard isLastApart(widths, width) else {
            shrink(&widths, to: width)
            return ([titles] + shown).map { line($0, widths) }
        }
        widths.removeLast()
        shrink(&widths, to: width)
        return [line(titles.dropLast(), widths)]
            + shown.flatMap { row in
                [line(row.dropLast(), widths), "    " + cut(row[row.count - 1], to: width - 4)]
            }
    }

    private func isLastApart(_ widths: [Int], _ width: Int) -> Bool {
        guard let least = columns.last?.leastWidth, let last = widths.last else { return false }
        let others = widths.dropLast().reduce(2 * (widths.count - 1), +)
        return others + min(last, least) > width
    }

    private func shrink(_ widths: inout [Int], to width: Int) {
        let gaps = 2 * (widths.count - 1)
        while widths.reduce(gaps, +) > width {
            let flexible = widths.indices.filter { columns[$0].isFlexible && widths[$0] > 4 }
            guard let widest = flexible.max(by: { widths[$0] < widths[$1] }) else { return }
            widths[widest] -= 1
        }
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var text = ""
        for (index, cell) in cells.enumerated() {
            let width = widths[index]
            let cut = cut(cell, to: width)
            text += cut
            if index < cells.count - 1 {
                text += String(repeating: " ", count: width - columnCount(cut) + 2)
            }
        }
        return text
    }

    private func cut(_ cell: String, to width: Int) -> String {
        columnCount(cell) > width ? prefix(of: cell, columns: width - 1) + "…" : cell
    }
}

/// Prints a list: as JSON for scripts, as a table for people.
func show<Item: Encodable>(
    _ items: [Item], asJSON: Bool, empty: String, _ columns: [Table.Column],
    _ row: (Item) -> [String]
) throws {
    if asJSON { return try printJSON(items) }
    guard !items.isEmpty else { return print(empty) }
    var table = Table(columns)
    table.rows = items.map(row)
    // Elsewhere than on a terminal nothing is cut: what reads it may have to find a word in it.
    let lines = table.lines(width: Terminal.isOutput ? Terminal.width : .max)
    print(Terminal.bold(lines[0]))
    for line in lines.dropFirst() { print(line) }
}

func printJSON(_ value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    print(visibleJSON(String(decoding: try encoder.encode(value), as: UTF8.self)))
}

/// A time for people, in UTC: what auditors compare.
func timeText(_ milliseconds: Int64?) -> String {
    guard let milliseconds else { return "-" }
    let date = Date(timeIntervalSince1970: Double(milliseconds) / 1_000)
    let text = date.formatted(
        .iso8601.year().month().day().time(includingFractionalSeconds: false).dateTimeSeparator(
            .space))
    return text + "Z"
}
