/// One node of a parse tree.
struct Node: Sendable, Equatable {
    fileprivate let tree: Tree
    /// Its cell. Numbers the nodes of one text, parents before children: an inspection marks those that it
    /// visited by this number, and what no one visited is `unknown`.
    let number: Int

    init(_ tree: Tree, _ number: Int) {
        self.tree = tree
        self.number = number
    }

    var kind: NodeKind { tree.cells[number].kind }
    /// What its fields hold.
    var fields: Values { Values(inside: number, of: tree) }

    /// What a field holds, or an element of a list.
    struct Value: Sendable {
        fileprivate let tree: Tree
        fileprivate let number: Int
    }

    /// The values directly in a node or a list, in order.
    struct Values: Sequence {
        private let tree: Tree
        private let start: Int
        private let end: Int

        fileprivate init(inside number: Int, of tree: Tree) {
            self.tree = tree
            start = number + 1
            end = number + Int(tree.cells[number].span)
        }

        fileprivate init(noneOf tree: Tree) {
            self.tree = tree
            start = 0
            end = 0
        }

        static let empty = Values(noneOf: Tree(cells: [], bytes: []))

        func makeIterator() -> Iterator { Iterator(tree: tree, place: start, end: end) }
        var isEmpty: Bool { start == end }
        var count: Int { reduce(0) { count, _ in count + 1 } }
        var first: Value? { first { _ in true } }
        var last: Value? { reduce(nil as Value?) { $1 } }

        struct Iterator: IteratorProtocol {
            fileprivate let tree: Tree
            fileprivate var place: Int
            fileprivate let end: Int

            mutating func next() -> Value? {
                guard place < end else { return nil }
                defer { place += Int(tree.cells[place].span) }
                return Value(tree: tree, number: place)
            }
        }
    }
}

extension Node {
    static func == (left: Node, right: Node) -> Bool {
        left.tree === right.tree && left.number == right.number
    }

    subscript(_ field: NodeField) -> Value? {
        place(field).map { Value(tree: tree, number: $0) }
    }

    private func place(_ field: NodeField) -> Int? {
        var place = number + 1
        let end = number + Int(tree.cells[number].span)
        while place < end {
            if tree.cells[place].field == field { return place }
            place += Int(tree.cells[place].span)
        }
        return nil
    }

    func node(_ field: NodeField) -> Node? {
        guard let place = place(field), tree.cells[place].holds == .node else { return nil }
        return Node(tree, place)
    }

    func list(_ field: NodeField) -> Values {
        guard let place = place(field), tree.cells[place].holds == .list else {
            return Values(noneOf: tree)
        }
        return Values(inside: place, of: tree)
    }

    func nodes(_ field: NodeField) -> [Node] {
        guard let place = place(field), tree.cells[place].holds == .list else { return [] }
        return Values(inside: place, of: tree).compactMap(\.node)
    }

    func text(_ field: NodeField) -> String? { place(field).flatMap(tree.text) }

    /// Numbers that are zero and flags that are false are left out of the tree.
    func integer(_ field: NodeField) -> Int64 {
        guard let place = place(field), tree.cells[place].holds == .integer else { return 0 }
        return tree.cells[place].plain
    }

    func flag(_ field: NodeField) -> Bool {
        guard let place = place(field), tree.cells[place].holds == .flag else { return false }
        return tree.cells[place].plain != 0
    }

    /// The numbers and kinds of this node and of all in it.
    func forEachInside(_ body: (Int, NodeKind) -> Void) {
        for place in number..<number + Int(tree.cells[number].span)
        where tree.cells[place].holds == .node {
            body(place, tree.cells[place].kind)
        }
    }
    /// A list of String nodes: `["public", "lower"]`.
    func names(_ field: NodeField) -> [String] { list(field).compactMap { $0.node?.stringText } }

    /// What a String node holds.
    var stringText: String? { kind == .string ? text(.sval) ?? "" : nil }
}

extension Node.Value {
    private var cell: Tree.Cell { tree.cells[number] }

    /// `nil` in a list, and for a field that nobody asks for.
    var field: NodeField? { cell.field }
    var node: Node? { cell.holds == .node ? Node(tree, number) : nil }
    var list: Node.Values? { cell.holds == .list ? Node.Values(inside: number, of: tree) : nil }
    var integer: Int64? { cell.holds == .integer ? cell.plain : nil }
    var flag: Bool? { cell.holds == .flag ? cell.plain != 0 : nil }

    var text: String? { tree.text(number) }

    /// The nodes directly in this value.
    func forEachNode(_ body: (Node) -> Void) {
        switch cell.holds {
        case .node: body(Node(tree, number))
        case .list: for value in Node.Values(inside: number, of: tree) { value.forEachNode(body) }
        case .text, .integer, .flag, .null: break
        }
    }
}
