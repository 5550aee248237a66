import TestKit

/// Statements over a small schema in which everything is named alike: a column as its table, an alias as a column, an output as
/// a system column. Most are valid, and which are is the server's business.
struct StatementGenerator {
    /// Every column is an `int`; one row in each table, so that sub-selects give one value.
    static let schema = """
        CREATE SCHEMA s;
        CREATE TABLE public.a (id int PRIMARY KEY, a int, b int, c int);
        CREATE TABLE public.b (id int PRIMARY KEY, b int, a int, x int);
        CREATE TABLE public.c (id int PRIMARY KEY, s int, x int, y int, UNIQUE (x, y));
        CREATE TABLE s.a (id int PRIMARY KEY, a int, s int, x int);
        CREATE TABLE public.p (id int, a int, b int) PARTITION BY RANGE (id);
        CREATE TABLE public.q PARTITION OF public.p FOR VALUES FROM (0) TO (9);
        CREATE VIEW public.v WITH (security_invoker) AS SELECT id, a AS x, c FROM public.a;
        CREATE VIEW public.w WITH (security_invoker) AS
            SELECT b.id, b.x AS a, c.y AS v FROM public.b JOIN public.c USING (id);
        CREATE FUNCTION public.f(public.a) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION public.g(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
        INSERT INTO public.a VALUES (1, 1, 1, 1);
        INSERT INTO public.b VALUES (1, 1, 1, 1);
        INSERT INTO public.c VALUES (1, 1, 1, 1);
        INSERT INTO s.a VALUES (1, 1, 1, 1);
        INSERT INTO public.p VALUES (1, 1, 1);
        REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC;
        """

    /// A name after FROM, and what it offers.
    struct Relation {
        let words: String
        let name: String
        let columns: [String]
        var isWritable = true
        var hasKey = true
    }

    static let relations = [
        Relation(words: "a", name: "a", columns: ["id", "a", "b", "c"]),
        Relation(words: "public.a", name: "a", columns: ["id", "a", "b", "c"]),
        Relation(words: "b", name: "b", columns: ["id", "b", "a", "x"]),
        Relation(words: "c", name: "c", columns: ["id", "s", "x", "y"]),
        Relation(words: "s.a", name: "a", columns: ["id", "a", "s", "x"]),
        Relation(words: "p", name: "p", columns: ["id", "a", "b"], hasKey: false),
        Relation(words: "v", name: "v", columns: ["id", "x", "c"]),
        Relation(words: "w", name: "w", columns: ["id", "a", "v"], isWritable: false),
    ]
    static let names = ["a", "b", "c", "id", "s", "x", "y", "v", "f", "ctid", "xmin", "excluded"]
    static let systemColumns = ["ctid", "xmin", "xmax", "cmin", "tableoid"]

    /// What a name means in one query.
    struct Level {
        var items: [Item] = []
        var ctes: [Item] = []
    }

    struct Item {
        let name: String
        var columns: [String]
        var schema: String?
    }

    var random: SeededRandom
    /// From the outermost query to the innermost.
    var levels: [Level] = []
    var depth = 0

    init(seed: UInt64) { random = SeededRandom(seed: seed) }

    mutating func statement() -> String {
        levels = []
        depth = 0
        switch roll(10) {
        case 0: return insert(returning: nil)
        case 1: return update(returning: nil)
        case 2: return delete(returning: nil)
        case 3: return merge()
        case 4: return wrapped()
        default: return query(columns: nil).text
        }
    }

    /// A query inside of another statement.
    private mutating func wrapped() -> String {
        let inner = query(columns: nil).text
        switch roll(5) {
        case 0: return "EXPLAIN \(inner)"
        case 1: return "EXPLAIN ANALYZE \(inner)"
        case 2: return "COPY (\(inner)) TO STDOUT"
        case 3: return "DECLARE cursor CURSOR FOR \(inner)"
        default: return "EXPLAIN \(update(returning: nil))"
        }
    }

    // MARK: Chance

    mutating func roll(_ sides: Int) -> Int { Int.random(in: 0..<sides, using: &random) }
    mutating func chance(_ percent: Int) -> Bool { roll(100) < percent }
    mutating func pick<T>(_ values: [T]) -> T { values[roll(values.count)] }
    mutating func name() -> String { pick(Self.names) }

    /// A name that no item of this query has.
    mutating func freeName(_ items: [Item]) -> String {
        let free = Self.names.filter { name in !items.contains { $0.name == name } }
        return free.isEmpty ? "z\(items.count)" : pick(free)
    }

    mutating func list(_ count: Int, _ make: (inout Self) -> String) -> String {
        var parts: [String] = []
        for _ in 0..<count { parts.append(make(&self)) }
        return parts.joined(separator: ", ")
    }
}
