/// What the index takes of one session's output: its first `Limits.indexedOutputBytesMax` bytes, each stream by itself.
struct OutputText: Sendable {
    private var streams: [RecordedStream: TerminalText] = [:]
    /// Bytes that were looked at.
    private var bytes = 0

    var isFull: Bool { bytes >= Limits.indexedOutputBytesMax }

    /// The lines that ended; `nil` when there are none. `body` is an event's.
    mutating func take(_ body: UnsafeRawBufferPointer) -> [UInt8]? {
        guard !isFull, let stream = body.first.flatMap(RecordedStream.init(rawValue:)) else {
            return nil
        }
        let part = Array(body.dropFirst().prefix(Limits.indexedOutputBytesMax - bytes))
        bytes += part.count
        let lines = streams[stream, default: TerminalText()].take(part[...])
        let last = isFull ? end() : nil
        let text = lines + (last ?? [])
        return text.isEmpty ? nil : text
    }

    /// Nothing more comes.
    mutating func end() -> [UInt8]? {
        var text: [UInt8] = []
        for stream in [RecordedStream.terminal, .output, .error] {
            text += streams[stream]?.end() ?? []
        }
        streams = [:]
        return text.isEmpty ? nil : text
    }
}
