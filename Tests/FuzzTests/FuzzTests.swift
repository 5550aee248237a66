import Foundation
import FuzzTargets
import SQL
import Testing

/// The fuzz targets of `Fuzzing/` over their corpus and some mutations of it, the same each time.
@Suite("Fuzz targets")
struct FuzzTests {
    private static let corpus = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../Fuzzing/Corpus").standardizedFileURL

    private static func seeds(_ target: FuzzTarget) throws -> [FuzzCorpus.Seed] {
        try FuzzCorpus(directory: corpus.appendingPathComponent(target.name).path).seeds
    }

    @Test(
        "every input of the corpus, and what a few thousand mutations make of it, keeps the target's properties",
        arguments: FuzzTarget.all)
    func smoke(_ target: FuzzTarget) async throws {
        let seeds = try Self.seeds(target)
        try #require(seeds.count >= 3)
        let broken = await onThread { () -> String? in
            var taken = 0
            for seed in seeds {
                do { taken += try target.run(seed.bytes) ? 1 : 0 } catch {
                    return "\(seed.name): \(error)"
                }
            }
            guard taken > 0 else { return "no input of the corpus is taken for what it should be" }
            var mutator = Mutator(seed: 1, inputs: seeds.map(\.bytes))
            for round in 0..<Self.rounds {
                let input = mutator.next(bytesMax: target.inputBytesMax)
                do { try target.run(input) } catch {
                    let hex = input.map { String($0, radix: 16) }.joined(separator: " ")
                    return "mutation \(round): \(error), by \(hex)"
                }
            }
            return nil
        }
        #expect(broken == nil, "\(broken ?? "")")
    }

    private static let rounds = 2000

    @Test("the corpus has a directory for each target and no other")
    func directories() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.corpus.path)
        #expect(Set(names) == Set(FuzzTarget.all.map(\.name)))
    }

    /// A thread with just the stack that is promised to be enough for the longest text.
    private func onThread<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            let thread = Thread { continuation.resume(returning: work()) }
            thread.stackSize = ParsedText.stackBytesNeeded(textBytes: FuzzTarget.sqlBytesMax)
            thread.start()
        }
    }
}
