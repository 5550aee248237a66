import ControlAPI
import Testing

@testable import sallyport

@Suite("The programs of a session as a tree")
struct ProgramTreeTests {
    @Test(
        "each stands behind the one that started it, with decision, rules, how it ended and how long it took"
    )
    func tree() {
        var session = ShellSession()
        session.shell()
        session.program(1, parent: nil, "bash", at: 0)
        session.program(2, parent: 1, "make all", at: 1_000_000)
        session.program(3, parent: 1, "git log", at: 2_000_000)
        session.refused(4, parent: 2, "curl http://x", at: 3_000_000)
        session.output("text", at: 3_500_000)
        session.ended(3, "exited 0", at: 4_000_000)
        session.ended(2, "signal 9", at: 5_000_000)
        let tree = ProgramTree(session.events)
        #expect(
            tree.lines == [
                "     0.000s  #1 allow  bash  [p/r]",
                "     1.000s    #2 allow  make all  → signal 9  (1.500 ms)  [p/r]",
                "     3.000s      #4 deny  curl http://x  → refused by p/no  [p/no]",
                "     2.000s    #3 allow  git log  → exited 0  (1.500 ms)  [p/r]",
            ])
        #expect(tree.programs.map(\.number) == [1, 2, 3, 4])
        #expect(tree.programs.map(\.tag) == [nil, "signal 9", "exited 0", nil])
        #expect(tree.programs.last?.refusal == "refused by p/no")
    }

    @Test("threat 34: parents that are not there, or make a circle, leave no program out")
    func hostile() {
        var session = ShellSession()
        session.program(5, parent: 9, "circle", at: 0)
        session.program(9, parent: 5, "child", at: 0)
        session.program(7, parent: 7, "own", at: 0)
        session.program(8, parent: 3, "orphan", at: 0)
        for number in 100..<400 as Range<UInt64> {
            session.program(number, parent: number - 1, "deep\u{1B}[2J", at: 0)
        }
        let lines = ProgramTree(session.events).lines
        #expect(lines.count == 304)
        #expect(lines.allSatisfy { $0.utf8.count < 200 && !$0.contains("\u{1B}[2J") })
    }
}
