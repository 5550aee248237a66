import Foundation

/// All lines of all segments, in order.
struct SegmentLines {
    private let directory: String
    private var numbers: ArraySlice<Int>
    private var reader: LineReader?
    /// The segment that is being read.
    private(set) var name = Segment.name(1)
    /// Where each segment began, for naming the file of an entry later.
    private var starts: [(line: UInt64, name: String)] = []
    private var lineCount: UInt64 = 0

    init(directory: String, findings: inout FindingList) throws {
        self.directory = directory
        let numbers = try Segment.numbers(in: directory)
        self.numbers = numbers[...]
        let last = numbers.last ?? 1
        guard numbers.count < last else { return }
        let present = Set(numbers)
        for number in (1...last).lazy.filter({ !present.contains($0) }).prefix(Limits.findingsMax) {
            findings.add(.missing, Segment.name(number), nil, "the file is missing")
        }
    }

    /// Valid until the next call.
    mutating func next(_ findings: inout FindingList) throws -> UnsafeRawBufferPointer? {
        while true {
            guard let reader = try reader ?? openNext() else { return nil }
            switch try reader.next() {
            case .line(let line):
                lineCount += 1
                return line
            case .end: close(reader, &findings)
            case .torn(let bytes):
                findings.add(.torn, name, nil, "it ends in \(bytes) bytes that are no whole line")
                self.reader = nil
            case .tooLong:
                findings.add(.altered, name, nil, "it has a line longer than any entry")
                self.reader = nil
            }
        }
    }

    /// The file whose line stands at `index`, when nothing is missing.
    func name(of index: UInt64) -> String {
        starts.last { $0.line <= index }?.name ?? name
    }

    private mutating func openNext() throws -> LineReader? {
        guard let number = numbers.popFirst() else { return nil }
        name = Segment.name(number)
        starts.append((lineCount, name))
        let reader = LineReader(try Disk().open(directory + "/" + name, O_RDONLY))
        self.reader = reader
        return reader
    }

    private mutating func close(_ reader: LineReader, _ findings: inout FindingList) {
        // Only the newest segment may have nothing in it: a kill came between its making and its first line.
        if reader.offset == 0, !numbers.isEmpty {
            findings.add(.missing, name, nil, "the file is empty")
        }
        self.reader = nil
    }
}
