/// Ranks of rules that matched, each once, ascending. The first few are held inline, because
/// most commands match one to three rules.
struct HitList {
    private static let inlineMax = 8
    private var few = InlineArray<8, Int32>(repeating: 0)
    private var fewCount = 0
    /// Used instead of `few` once there are more; sorted and made unique by `ranks`.
    private var many: [Int32] = []

    mutating func insert(_ rank: Int32) {
        guard many.isEmpty else {
            many.append(rank)
            return
        }
        var place = fewCount
        while place > 0, few[place - 1] >= rank {
            if few[place - 1] == rank { return }
            place -= 1
        }
        guard fewCount < Self.inlineMax else {
            spill(rank)
            return
        }
        var shifted = fewCount
        while shifted > place {
            few[shifted] = few[shifted - 1]
            shifted -= 1
        }
        few[place] = rank
        fewCount += 1
    }

    private mutating func spill(_ rank: Int32) {
        for index in 0..<fewCount { many.append(few[index]) }
        many.append(rank)
    }

    var isEmpty: Bool { fewCount == 0 }

    /// Calls `body` with the ranks in ascending order.
    func forEach(_ body: (Int32) -> Void) {
        if many.isEmpty {
            for index in 0..<fewCount { body(few[index]) }
        } else {
            for rank in map({ Int32($0) }) { body(rank) }
        }
    }

    /// Maps the ranks in ascending order.
    func map<Value>(_ transform: (Int) -> Value) -> [Value] {
        if many.isEmpty {
            if fewCount == 0 { return [] }
            return [Value](unsafeUninitializedCapacity: fewCount) { buffer, count in
                for index in 0..<fewCount {
                    buffer.initializeElement(at: index, to: transform(Int(few[index])))
                }
                count = fewCount
            }
        }
        var values: [Value] = []
        var last: Int32 = -1
        for rank in many.sorted() where rank != last {
            values.append(transform(Int(rank)))
            last = rank
        }
        return values
    }
}
