import TestKit

/// Makes inputs of inputs; the same seed makes the same ones.
struct Mutator {
    private var random: SeededRandom
    private let inputs: [[UInt8]]

    init(seed: UInt64, inputs: [[UInt8]]) {
        random = SeededRandom(seed: seed)
        self.inputs = inputs
    }

    mutating func next(bytesMax: Int) -> [UInt8] {
        var bytes = pick(inputs) ?? []
        for _ in 0...below(4) { mutate(&bytes) }
        return Array(bytes.prefix(bytesMax))
    }

    private mutating func mutate(_ bytes: inout [UInt8]) {
        let place = below(bytes.count)
        let end = min(bytes.count, place + 1 + below(16))
        switch below(8) {
        case 0 where !bytes.isEmpty: bytes[place] ^= 1 << UInt8(below(8))
        case 1 where !bytes.isEmpty: bytes[place] = UInt8(below(256))
        case 2 where !bytes.isEmpty: bytes[place] = pick([0, 1, 0x7F, 0x80, 0xFF, 0x22, 0x5C]) ?? 0
        case 3: bytes.removeSubrange(place..<end)
        case 4: bytes.insert(contentsOf: Array(bytes[place..<end]), at: below(bytes.count + 1))
        case 5: bytes = Array(bytes[..<place])
        case 6:
            // The head of one with the tail of another.
            let other = pick(inputs) ?? []
            bytes = bytes[..<place] + other.suffix(below(other.count + 1))
        default:
            let run = [UInt8](repeating: UInt8(below(256)), count: 1 + below(64))
            bytes.insert(contentsOf: run, at: place)
        }
    }

    private mutating func below(_ count: Int) -> Int {
        count < 2 ? 0 : Int.random(in: 0..<count, using: &random)
    }

    private mutating func pick<Element>(_ elements: [Element]) -> Element? {
        elements.isEmpty ? nil : elements[below(elements.count)]
    }
}
