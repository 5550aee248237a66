/// Patterns by their components, so that finding those that match a name costs a look-up for each
/// component of the name, however many patterns there are.
struct PatternTrie: Sendable {
    private struct Node: Sendable {
        var literal: [String: Int] = [:]
        var any: Int?
        /// Rules with a pattern that ends here, ascending.
        var here: [Int32] = []
        /// Rules with a pattern that ends further down, ascending.
        var below: [Int32] = []
    }

    private var nodes = [Node()]
    /// Rules with the pattern `-`.
    private var noObject: [Int32] = []
    private(set) var isEmpty = true

    /// Rules have to be inserted in ascending order.
    mutating func insert(_ pattern: ObjectPattern, rule: Int32) {
        isEmpty = false
        guard case .under(let components) = pattern else {
            if noObject.last != rule { noObject.append(rule) }
            return
        }
        var place = 0
        for component in components {
            if nodes[place].below.last != rule { nodes[place].below.append(rule) }
            place = child(of: place, component)
        }
        if nodes[place].here.last != rule { nodes[place].here.append(rule) }
    }

    private mutating func child(of parent: Int, _ component: ObjectPattern.Component) -> Int {
        let new = nodes.count
        switch component {
        case .any:
            if let known = nodes[parent].any { return known }
            nodes[parent].any = new
        case .literal(let text):
            if let known = nodes[parent].literal[text] { return known }
            nodes[parent].literal[text] = new
        }
        nodes.append(Node())
        return new
    }

    /// Calls `found` with the rules of every pattern that covers the whole name, until it returns
    /// true; rules may come more than once.
    func covering(_ name: [String], mustBeNamed: Bool, _ found: (Int32) -> Bool) -> Bool {
        guard !name.isEmpty else {
            return noObject.contains(where: found)
                || (!mustBeNamed && nodes[0].here.contains(where: found))
        }
        let named = mustBeNamed ? min(2, name.count) : 0
        return covering(name[...], from: 0, named: named, found)
    }

    private func covering(
        _ rest: ArraySlice<String>, from place: Int, named: Int, _ found: (Int32) -> Bool
    ) -> Bool {
        if named <= 0, nodes[place].here.contains(where: found) { return true }
        guard let first = rest.first else { return false }
        if let next = nodes[place].literal[first],
            covering(rest.dropFirst(), from: next, named: named - 1, found)
        {
            return true
        }
        guard named <= 0, let next = nodes[place].any else { return false }
        return covering(rest.dropFirst(), from: next, named: named - 1, found)
    }

    /// The same for every pattern that has anything in common with the name.
    func touching(_ name: [String], _ found: (Int32) -> Bool) -> Bool {
        guard !name.isEmpty else {
            return noObject.contains(where: found) || nodes[0].here.contains(where: found)
        }
        return touching(name[...], from: 0, found)
    }

    private func touching(
        _ rest: ArraySlice<String>, from place: Int, _ found: (Int32) -> Bool
    ) -> Bool {
        if nodes[place].here.contains(where: found) { return true }
        guard let first = rest.first else { return nodes[place].below.contains(where: found) }
        if let next = nodes[place].literal[first], touching(rest.dropFirst(), from: next, found) {
            return true
        }
        guard let next = nodes[place].any else { return false }
        return touching(rest.dropFirst(), from: next, found)
    }
}
