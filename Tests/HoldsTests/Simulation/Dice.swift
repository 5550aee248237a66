import Synchronization
import TestKit

/// All chance of one world.
final class Dice: Sendable {
    private let random: Mutex<SeededRandom>

    init(seed: UInt64) { random = Mutex(SeededRandom(seed: seed)) }

    func roll(_ range: ClosedRange<Int>) -> Int {
        random.withLock { Int.random(in: range, using: &$0) }
    }

    /// True so many times in a thousand.
    func chance(_ perMille: Int) -> Bool { roll(0...999) < perMille }

    func pick<Element>(_ list: [Element]) -> Element? {
        list.isEmpty ? nil : list[roll(0...(list.count - 1))]
    }

    func bytes(_ count: Int) -> [UInt8] {
        random.withLock { random in
            (0..<(count + 7) / 8).flatMap { _ in
                withUnsafeBytes(of: random.next().littleEndian) { Array($0) }
            }
        }.dropLast((8 - count % 8) % 8)
    }
}
