import Testing

@testable import Holds

/// What happened in all worlds together: worlds in which too little happens prove nothing.
struct Tally: CustomStringConvertible {
    private var ends: [HoldState: Int] = [:]
    private var sent = 0
    private var sentAgain = 0
    private var survived = 0
    private var released = 0
    private var rounds = 0
    private var steps = 0
    private var words: [String: Int] = [:]

    mutating func add(_ world: World) {
        for hold in world.watch.seen.values {
            ends[hold.row.state, default: 0] += 1
            rounds = max(rounds, hold.row.round)
        }
        sent += world.watch.sent.count
        sentAgain += world.watch.sentAgain.count
        survived += world.watch.survived.count
        released += world.watch.survived.intersection(world.watch.sentAgain).count
        steps += world.steps
        for word in ["dead", "stop", "killed", "power cut", "no start"] {
            words[word, default: 0] += world.story.count { $0.contains(word) }
        }
    }

    func check() {
        for state in HoldState.allCases where state.isEnd {
            #expect(ends[state, default: 0] > 0, "no world ended \(state.rawValue): too tame")
        }
        #expect(rounds > 1, "no world went back to pending")
        #expect(sent > 0)
        #expect(sentAgain > 0)
        #expect(survived > 0, "no retry hold lived through a restart")
        #expect(released > 0, "none of those was let go")
    }

    var description: String {
        let ends = ends.sorted { $0.key.rawValue < $1.key.rawValue }
        return
            "\(ends.map { "\($0.key.rawValue) \($0.value)" }), sent \(sent), again \(sentAgain), survived \(survived), of them released \(released), rounds \(rounds), "
            + "steps \(steps), \(words.sorted { $0.key < $1.key })"
    }
}
