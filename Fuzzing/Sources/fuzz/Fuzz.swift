import FuzzTargets
import Glibc

/// libFuzzer calls this once, before anything else. `FUZZ_TARGET` names the target; with `FUZZ_SEEDS` the target's
/// corpus, of the directory that it names, is written to the directory that `FUZZ_SEEDS_OUT` names, and that is all.
@_cdecl("LLVMFuzzerInitialize")
public func initialize(_ count: UnsafeMutableRawPointer, _ words: UnsafeMutableRawPointer) -> CInt {
    guard let directory = variable("FUZZ_SEEDS"), let out = variable("FUZZ_SEEDS_OUT") else {
        _ = target.name
        return 0
    }
    do {
        for seed in try FuzzCorpus(directory: directory).seeds {
            try seed.write(to: out)
        }
        exit(0)
    } catch {
        stop("\(error)")
    }
}

@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try target.run(Array(UnsafeBufferPointer(start: bytes, count: count)))
    } catch {
        stop("\(target.name): \(error)")
    }
    return 0
}

private let target: FuzzTarget = {
    guard let name = variable("FUZZ_TARGET"), let target = FuzzTarget.named(name) else {
        stop("FUZZ_TARGET names one of: \(FuzzTarget.all.map(\.name).joined(separator: " "))")
    }
    return target
}()

private func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

/// libFuzzer keeps the input of a process that aborts.
private func stop(_ reason: String) -> Never {
    let line = Array("fuzz: \(reason)\n".utf8)
    _ = write(STDERR_FILENO, line, line.count)
    abort()
}
