import Vocabulary

/// Texts of one session's statements and lines of its output, in their order, that the search's index keeps as one row: a row of its own for each
/// statement would cost many times what its words do.
struct Passage: Sendable {
    /// One statement of it.
    struct Place: Equatable, Sendable {
        /// The text's place among the session's events.
        let sequence: UInt64
        let at: WallTime
        let byteCount: Int
        /// Lines of output; else a statement.
        let isOutput: Bool
    }

    let session: SessionID
    private(set) var places: [Place] = []
    private(set) var text: [UInt8] = []

    init(of session: SessionID) { self.session = session }

    /// Nothing is added to it any more.
    var isFull: Bool {
        places.count >= Limits.passageStatementsMax || text.count >= Limits.indexedTextBytesMax
    }

    var last: UInt64 { places.last?.sequence ?? 0 }
    var lastAt: Int64 { places.last?.at.milliseconds ?? 0 }

    mutating func append(_ added: IndexedText, sequence: UInt64, at: WallTime) {
        // What is not UTF-8 is replaced now, so that its length is the one that the store gives back.
        let bytes = String(decoding: added.bytes, as: UTF8.self).utf8
        places.append(
            Place(sequence: sequence, at: at, byteCount: bytes.count, isOutput: added.isOutput))
        text.append(contentsOf: bytes)
        text.append(Self.separator)
    }

    private static let separator = UInt8(ascii: "\n")

    /// Its statements, each with its text.
    var statements: [(place: Place, text: ArraySlice<UInt8>)] {
        var start = 0
        return places.compactMap { place in
            guard place.byteCount <= text.count - start else { return nil }
            defer { start += place.byteCount + 1 }
            return (place, text[start..<start + place.byteCount])
        }
    }

    /// Without what stands before or at `sequence`; `nil` when nothing is left.
    func behind(_ sequence: UInt64) -> Passage? {
        guard last > sequence else { return nil }
        guard places[0].sequence <= sequence else { return self }
        var rest = Passage(of: session)
        for (place, text) in statements where place.sequence > sequence {
            let indexed = IndexedText(bytes: Array(text), isOutput: place.isOutput)
            rest.append(indexed, sequence: place.sequence, at: place.at)
        }
        return rest
    }

    // MARK: In the store

    private static let placeBytes = 20
    private static let outputBit: UInt32 = 1 << 31

    /// For each statement: sequence and milliseconds (64 bits each), bytes (32 bits, the highest says that they are
    /// output), big-endian.
    var encodedPlaces: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(places.count * Self.placeBytes)
        for place in places {
            withUnsafeBytes(of: place.sequence.bigEndian) { bytes += $0 }
            withUnsafeBytes(of: place.at.milliseconds.bigEndian) { bytes += $0 }
            let count = UInt32(clamping: place.byteCount) | (place.isOutput ? Self.outputBit : 0)
            withUnsafeBytes(of: count.bigEndian) { bytes += $0 }
        }
        return bytes
    }

    /// `nil` when `encodedPlaces` is none.
    init?(of session: SessionID, encodedPlaces: [UInt8], text: String) {
        guard encodedPlaces.count % Self.placeBytes == 0 else { return nil }
        self.session = session
        self.text = Array(text.utf8)
        places = encodedPlaces.withUnsafeBytes { bytes in
            stride(from: 0, to: bytes.count, by: Self.placeBytes).map { start in
                func read<Number: FixedWidthInteger>(_ offset: Int, _: Number.Type) -> Number {
                    Number(
                        bigEndian: bytes.loadUnaligned(
                            fromByteOffset: start + offset, as: Number.self))
                }
                let count = read(16, UInt32.self)
                return Place(
                    sequence: read(0, UInt64.self),
                    at: WallTime(milliseconds: read(8, Int64.self)),
                    byteCount: Int(count & ~Self.outputBit),
                    isOutput: count & Self.outputBit != 0)
            }
        }
    }
}
