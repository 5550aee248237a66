import ControlAPI
import Foundation

/// What a player shows on, and is told by.
protocol PlayScreen {
    mutating func write(_ bytes: [UInt8])
    /// Waits so long, or without end, for a key; `nil` when the time is over.
    mutating func key(within microseconds: UInt64?) -> Character?
}

/// Plays a recorded terminal in its own time.
///
/// Space pauses and goes on, `.` shows the next output and pauses, `]` or `n` goes to the next command, `[` or `p` to the one
/// before, `q` ends.
struct Player<Screen: PlayScreen> {
    var screen: Screen
    /// How much faster; 0: all at once.
    let speed: Double
    /// No pause is longer, in microseconds of the player's time.
    let idleMicroseconds: Double
    /// Without a filter.
    let isRaw: Bool
    /// The session from its beginning.
    let open: () async throws -> any EventSource

    private var filter = TerminalFilter()
    private var isPaused = false
    private var hasTerminal = true
    private var last: UInt64 = 0
    /// The places of the commands that were passed.
    private var commands: [UInt64] = []
    private var goal = Goal.none

    /// To where everything is shown at once.
    private enum Goal: Equatable {
        case none
        case nextCommand
        case event(UInt64)
    }

    private enum Step {
        case goOn
        case back
        case end
    }

    init(
        screen: Screen, speed: Double, idleMicroseconds: Double, isRaw: Bool,
        open: @escaping () async throws -> any EventSource
    ) {
        self.screen = screen
        self.speed = speed
        self.idleMicroseconds = idleMicroseconds
        self.isRaw = isRaw
        self.open = open
    }

    mutating func run() async throws {
        defer { screen.write(TerminalFilter.reset) }
        while try await playOnce() {}
    }

    /// From the beginning; true when it is to begin anew.
    private mutating func playOnce() async throws -> Bool {
        var source = try await open()
        last = 0
        commands = []
        filter = TerminalFilter()
        while let event = try await source.next() {
            switch take(event) {
            case .goOn: continue
            case .back:
                screen.write(TerminalFilter.reset + TerminalFilter.clear)
                return true
            case .end: return false
            }
        }
        return false
    }

    private mutating func take(_ event: EventItem) -> Step {
        if event.kind == "shell" { hasTerminal = event.columns != nil }
        let step = wait(for: event)
        guard step == .goOn else { return step }
        last = event.microseconds
        if let output = event.output { show(output) }
        if event.isProgram {
            commands.append(event.sequence)
            if goal == .nextCommand { goal = .none }
        }
        if goal == .event(event.sequence) { goal = .none }
        return .goOn
    }

    private mutating func show(_ output: [UInt8]) {
        var bytes = output
        if !hasTerminal {
            bytes = output.flatMap { $0 == UInt8(ascii: "\n") ? [UInt8(ascii: "\r"), $0] : [$0] }
        }
        screen.write(isRaw ? bytes : filter.take(bytes))
    }

    // MARK: Time and keys

    private mutating func wait(for event: EventItem) -> Step {
        var left = pause(before: event)
        while goal == .none {
            if isPaused {
                // What shows nothing does not wait for a step.
                guard event.output != nil || event.isProgram else { return .goOn }
                guard let key = screen.key(within: nil) else { return .end }
                if key == "." { return .goOn }
                if let step = step(key) { return step }
                continue
            }
            let start = monotonicMicroseconds()
            guard let key = screen.key(within: left) else { return .goOn }
            let waited = monotonicMicroseconds() - start
            left = left > waited ? left - waited : 0
            if key == "." {
                isPaused = true
                return .goOn
            }
            if let step = step(key) { return step }
        }
        return .goOn
    }

    private func pause(before event: EventItem) -> UInt64 {
        guard speed > 0, event.microseconds > last else { return 0 }
        return UInt64(min(Double(event.microseconds - last) / speed, idleMicroseconds))
    }

    /// `nil` when the wait goes on.
    private mutating func step(_ key: Character) -> Step? {
        switch key {
        case " ": isPaused.toggle()
        case "]", "n": goal = .nextCommand
        case "[", "p":
            goal = commands.count >= 2 ? .event(commands[commands.count - 2]) : .none
            return .back
        case "q", "\u{3}", "\u{4}": return .end
        default: break
        }
        return nil
    }
}

private func monotonicMicroseconds() -> UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return UInt64(time.tv_sec) * 1_000_000 + UInt64(time.tv_nsec) / 1_000
}
