/// One node of a parse tree. Immutable; made by `TreeReader`.
final class Node: Sendable {
    let kind: NodeKind
    /// Counts the nodes of one text from 0, parents before children. An inspection marks the nodes that
    /// it visited by this number, and what no one visited is `unknown`.
    let number: Int
    let fields: [Field]

    struct Field: Sendable {
        let name: String
        let value: Value
    }

    /// What a field holds.
    enum Value: Sendable {
        case node(Node)
        case list([Value])
        case text(String)
        case integer(Int64)
        case flag(Bool)
        case null
    }

    init(kind: NodeKind, number: Int, fields: [Field]) {
        self.kind = kind
        self.number = number
        self.fields = fields
    }
}

extension Node {
    subscript(_ name: String) -> Value? {
        for field in fields where field.name == name { return field.value }
        return nil
    }

    func node(_ name: String) -> Node? { self[name]?.node }
    func list(_ name: String) -> [Value] { self[name]?.list ?? [] }
    func nodes(_ name: String) -> [Node] { list(name).compactMap(\.node) }
    func text(_ name: String) -> String? { self[name]?.text }
    /// Numbers that are zero and flags that are false are left out of the tree.
    func integer(_ name: String) -> Int64 { self[name]?.integer ?? 0 }
    func flag(_ name: String) -> Bool { self[name]?.flag ?? false }
    /// A list of String nodes: `["public", "lower"]`.
    func names(_ name: String) -> [String] { list(name).compactMap { $0.node?.stringText } }

    /// What a String node holds.
    var stringText: String? { kind == .string ? text("sval") ?? "" : nil }
}

extension Node.Value {
    var node: Node? { if case .node(let node) = self { node } else { nil } }
    var list: [Node.Value]? { if case .list(let list) = self { list } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
    var integer: Int64? { if case .integer(let integer) = self { integer } else { nil } }
    var flag: Bool? { if case .flag(let flag) = self { flag } else { nil } }

    /// The nodes directly in this value.
    func forEachNode(_ body: (Node) -> Void) {
        switch self {
        case .node(let node): body(node)
        case .list(let list): for value in list { value.forEachNode(body) }
        case .text, .integer, .flag, .null: break
        }
    }
}
