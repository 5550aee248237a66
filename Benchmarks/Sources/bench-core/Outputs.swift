import Glibc
import Recording
import Store
import Vocabulary

/// Output of one terminal session, `mebibytes` in pieces of 4 KiB, 16 in each turn of its loop: how fast the loop records
/// it, how long until all is in the session's file, and what CPU that takes.
func measureOutputs(directory: String, mebibytes: Int) async throws {
    guard let principal = PrincipalName("agent"), let target = TargetName("shell") else { return }
    let store = try SQLiteDatabase(path: directory + "/store")
    let recorder = try await Recorder.open(
        directory: directory + "/recordings", database: store)
    let opened = SessionOpened(
        session: SessionID(rawValue: "ses_\(getpid())"), principal: principal, owner: nil,
        target: target, credential: "pam", address: "-", application: "-",
        at: WallTime(milliseconds: 1_000))
    let piece = lines()
    let start = (monotonicNanoseconds(), processCPU())
    let loopCPU = try record(opened, piece, turns: mebibytes * 16, recorder)
    let taken = monotonicNanoseconds()
    try await recorder.settle()
    let filed = (monotonicNanoseconds(), processCPU())
    await recorder.close()
    let size = Double(mebibytes)
    report(
        [],
        [
            ("taken_mib_s", size / (Double(taken - start.0) / 1e9)),
            ("filed_mib_s", size / (Double(filed.0 - start.0) / 1e9)),
            ("loop_cpu_ms_mib", Double(loopCPU) / 1e6 / size),
            ("cpu_ms_mib", Double(filed.1 - start.1) / 1e6 / size),
        ])
}

/// The loop's CPU in nanoseconds.
private func record(
    _ opened: SessionOpened, _ piece: [UInt8], turns: Int, _ recorder: Recorder
) throws -> UInt64 {
    let loop = try recorder.makeLoopRecorder()
    let session = try loop.begin(opened)
    let start = nanoseconds(of: CLOCK_THREAD_CPUTIME_ID)
    for turn in 0..<turns {
        while loop.isBacklogged { usleep(2_000) }
        for _ in 0..<16 {
            try piece.withUnsafeBytes {
                try session.output($0, stream: .terminal, microseconds: UInt64(turn))
            }
        }
        try loop.commit()
    }
    try session.close(reason: "done", at: WallTime(milliseconds: 2_000))
    try loop.commit()
    return nanoseconds(of: CLOCK_THREAD_CPUTIME_ID) - start
}

/// 4 KiB of what a listing looks like.
private func lines() -> [UInt8] {
    var text = ""
    var number = 0
    while text.utf8.count < 4_096 {
        number += 1
        text +=
            "-rw-r--r-- 1 deploy deploy \(number * 7_919) Nov 21 \u{1B}[01;32mfile-\(number)\u{1B}[0m\r\n"
    }
    return Array(text.utf8.prefix(4_096))
}

private func processCPU() -> UInt64 { nanoseconds(of: CLOCK_PROCESS_CPUTIME_ID) }
