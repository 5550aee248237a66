/// The parse tree of one text, flat: what libpg_query says of it, in the order in which it says it. Two
/// allocations hold all of it, whatever the size.
final class Tree: Sendable {
    /// A value's own values stand behind it, to the end of its span.
    let cells: [Cell]
    /// What the text values hold, UTF-8, end to end.
    let bytes: [UInt8]

    init(cells: [Cell], bytes: [UInt8]) {
        self.cells = cells
        self.bytes = bytes
    }

    /// What the cell holds, when it holds a text.
    func text(_ place: Int) -> String? {
        let cell = cells[place]
        guard cell.holds == .text else { return nil }
        return bytes.withUnsafeBytes {
            String(decoding: UnsafeRawBufferPointer(rebasing: $0[cell.text]), as: UTF8.self)
        }
    }

    /// One value: a node, a list, or something plain.
    struct Cell: Sendable {
        /// A flag (0, 1), an integer, or a text's place in `bytes`: its offset above its length, 32 bits each.
        var plain: Int64 = 0
        /// How many cells it takes, itself and those behind it.
        var span: UInt32 = 1
        /// Which field of the node around it it is; `nil` where nobody asks for that field, and in lists.
        let field: NodeField?
        let holds: Holds
        /// Of a node.
        var kind = NodeKind.list
    }

    enum Holds: Sendable {
        case node, list, text, integer, flag, null
    }
}

extension Tree.Cell {
    init(_ field: NodeField?, text: Range<Int>) {
        self.init(
            plain: Int64(text.lowerBound) << 32 | Int64(text.count), field: field, holds: .text)
    }

    var text: Range<Int> {
        let start = Int(plain >> 32)
        return start..<start + Int(plain & 0xFFFF_FFFF)
    }
}
