/// Patterns by their components, so that finding those that match a name costs a look-up for each
/// component of the name, however many patterns there are.
///
/// Its arrays hold plain numbers only, and are walked as spans: looking a name up counts no references.
final class PatternTrie: Sendable {
    fileprivate struct Node: Sendable {
        /// Where its literal children stand in `edges`, ascending by word.
        var literal: Range<Int>
        var any: Int?
        /// Where the rules with a pattern that ends here stand in `rules`, ascending.
        var here: Range<Int>
        /// The same for those with a pattern that ends further down.
        var below: Range<Int>
    }

    fileprivate struct Edge: Sendable {
        let word: Int32
        let child: Int
    }

    private let nodes: [Node]
    private let edges: [Edge]
    private let rules: [Int32]
    /// Rules with the pattern `-`.
    private let noObject: [Int32]
    var isEmpty: Bool { rules.isEmpty && noObject.isEmpty }

    init(_ builder: PatternTrieBuilder) {
        var nodes: [Node] = []
        var edges: [Edge] = []
        var rules: [Int32] = []
        func added(_ more: [Int32]) -> Range<Int> {
            rules += more
            return rules.count - more.count..<rules.count
        }
        for node in builder.nodes {
            let children = node.literal.sorted { $0.key < $1.key }
            edges += children.map { Edge(word: $0.key, child: $0.value) }
            nodes.append(
                Node(
                    literal: edges.count - children.count..<edges.count, any: node.any,
                    here: added(node.here), below: added(node.below)))
        }
        self.nodes = nodes
        self.edges = edges
        self.rules = rules
        noObject = builder.noObject
    }

    /// Adds the rules of every pattern that covers the whole name.
    func covering(_ name: NumberedName, mustBeNamed: Bool, into hits: inout HitList) {
        let (nodes, edges, rules) = (nodes, edges, rules)
        if name.count == 0 {
            for rule in noObject { hits.insert(rule) }
            if !mustBeNamed { insert(nodes[0].here, rules.span, &hits) }
            return
        }
        let named = mustBeNamed ? min(2, name.count) : 0
        cover(name, 0, at: 0, named, nodes.span, edges.span, rules.span, &hits)
    }

    /// Adds the rules of every pattern that has anything in common with the name.
    func touching(_ name: NumberedName, into hits: inout HitList) {
        let (nodes, edges, rules) = (nodes, edges, rules)
        if name.count == 0 {
            for rule in noObject { hits.insert(rule) }
            return insert(nodes[0].here, rules.span, &hits)
        }
        touch(name, 0, at: 0, nodes.span, edges.span, rules.span, &hits)
    }
}

/// From `component` on, at the node in that place; of the next `named` components a `*` covers none.
private func cover(
    _ name: NumberedName, _ component: Int, at place: Int, _ named: Int,
    _ nodes: Span<PatternTrie.Node>, _ edges: Span<PatternTrie.Edge>, _ rules: Span<Int32>,
    _ hits: inout HitList
) {
    let node = nodes[place]
    if named <= 0 { insert(node.here, rules, &hits) }
    guard component < name.count else { return }
    if let next = child(of: node, name[component], edges) {
        cover(name, component + 1, at: next, named - 1, nodes, edges, rules, &hits)
    }
    if named <= 0, let next = node.any {
        cover(name, component + 1, at: next, named - 1, nodes, edges, rules, &hits)
    }
}

private func touch(
    _ name: NumberedName, _ component: Int, at place: Int, _ nodes: Span<PatternTrie.Node>,
    _ edges: Span<PatternTrie.Edge>, _ rules: Span<Int32>, _ hits: inout HitList
) {
    let node = nodes[place]
    insert(node.here, rules, &hits)
    guard component < name.count else { return insert(node.below, rules, &hits) }
    if let next = child(of: node, name[component], edges) {
        touch(name, component + 1, at: next, nodes, edges, rules, &hits)
    }
    if let next = node.any {
        touch(name, component + 1, at: next, nodes, edges, rules, &hits)
    }
}

private func insert(_ range: Range<Int>, _ rules: Span<Int32>, _ hits: inout HitList) {
    for place in range { hits.insert(rules[place]) }
}

private func child(
    of node: PatternTrie.Node, _ word: Int32?, _ edges: Span<PatternTrie.Edge>
) -> Int? {
    guard let word else { return nil }
    var (low, high) = (node.literal.lowerBound, node.literal.upperBound)
    while low < high {
        let middle = (low + high) / 2
        if edges[middle].word < word { low = middle + 1 } else { high = middle }
    }
    return low < node.literal.upperBound && edges[low].word == word ? edges[low].child : nil
}

/// A trie that grows.
struct PatternTrieBuilder {
    fileprivate struct Node {
        var literal: [Int32: Int] = [:]
        var any: Int?
        var here: [Int32] = []
        var below: [Int32] = []
    }

    fileprivate var nodes = [Node()]
    fileprivate var noObject: [Int32] = []

    /// Rules have to be inserted in ascending order.
    mutating func insert(
        _ pattern: ObjectPattern, rule: Int32, _ numbers: inout ComponentNumbers
    ) {
        guard case .under(let components) = pattern else {
            if noObject.last != rule { noObject.append(rule) }
            return
        }
        var place = 0
        for component in components {
            if nodes[place].below.last != rule { nodes[place].below.append(rule) }
            place = child(of: place, component, &numbers)
        }
        if nodes[place].here.last != rule { nodes[place].here.append(rule) }
    }

    private mutating func child(
        of parent: Int, _ component: ObjectPattern.Component, _ numbers: inout ComponentNumbers
    ) -> Int {
        let new = nodes.count
        switch component {
        case .any:
            if let known = nodes[parent].any { return known }
            nodes[parent].any = new
        case .literal(let text):
            let word = numbers.number(text)
            if let known = nodes[parent].literal[word] { return known }
            nodes[parent].literal[word] = new
        }
        nodes.append(Node())
        return new
    }
}
