/// Lists of texts as C wants them: arrays of pointers with a null behind them, into one block.
struct CTexts {
    typealias List = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>

    private var block: [CChar] = []
    /// Where each text begins in `block`; `nil` at the end of a list.
    private var offsets: [Int?] = []
    /// Where each list begins in `offsets`.
    private var starts: [Int] = []

    init(_ lists: [[UInt8]]...) {
        for list in lists {
            starts.append(offsets.count)
            for text in list {
                offsets.append(block.count)
                block.append(contentsOf: text.lazy.map { CChar(bitPattern: $0) })
                block.append(0)
            }
            offsets.append(nil)
        }
        // So that there is an address.
        block.append(0)
    }

    /// The lists in the order of `init`, of which there must be six. Valid while `body` runs.
    func withPointers<Result>(_ body: (List, List, List, List, List, List) -> Result) -> Result {
        precondition(starts.count == 6)
        var block = block
        return block.withUnsafeMutableBufferPointer { block in
            var pointers = offsets.map { offset in
                offset.flatMap { offset in block.baseAddress?.advanced(by: offset) }
            }
            return pointers.withUnsafeMutableBufferPointer { pointers in
                guard let base = pointers.baseAddress else { preconditionFailure("no lists") }
                return body(
                    base + starts[0], base + starts[1], base + starts[2], base + starts[3],
                    base + starts[4], base + starts[5])
            }
        }
    }
}
