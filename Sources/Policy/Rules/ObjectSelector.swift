import Vocabulary

/// A rule's `objects`: some patterns, without some others.
struct ObjectSelector: Hashable, Sendable {
    /// Never empty; `*` when the rule names none.
    let only: [ObjectPattern]
    let except: [ObjectPattern]

    static let everything = ObjectSelector(only: [.everything], except: [])

    /// For allow and review: every object that the names may stand for is within. `names` are all names of it.
    func covers(_ names: [[String]], mustBeNamed: Bool) -> Bool {
        names.contains { name in only.contains { $0.covers(name, mustBeNamed: mustBeNamed) } }
            && !names.contains { name in except.contains { $0.touches(name) } }
    }

    /// For deny and hold: some object that the names may stand for is within. Being excepted from
    /// a deny or hold is a permission, so it needs what a permission needs.
    func touches(_ names: [[String]], mustBeNamed: Bool) -> Bool {
        names.contains { name in only.contains { $0.touches(name) } }
            && !names.contains { name in
                except.contains { $0.covers(name, mustBeNamed: mustBeNamed) }
            }
    }

    /// Covers an object of which nothing is known.
    var coversAnything: Bool { only.contains(.everything) && except.isEmpty }
}
