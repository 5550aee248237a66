import Glibc
import Vocabulary

/// A moment as ssh-keygen takes it: `YYYYMMDDHHMMSSZ`, in UTC, its second begun.
struct SignatureTime: CustomStringConvertible {
    let time: WallTime

    init(_ time: WallTime) { self.time = time }

    var description: String {
        var seconds = time_t(time.milliseconds / 1_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let numbers = [
            Int(parts.tm_mon) + 1, Int(parts.tm_mday), Int(parts.tm_hour), Int(parts.tm_min),
            Int(parts.tm_sec),
        ]
        let rest = numbers.map { ($0 < 10 ? "0" : "") + String($0) }.joined()
        return String(Int(parts.tm_year) + 1_900) + rest + "Z"
    }
}
