import Vocabulary
import Wire

/// The formats and values of Bind and FunctionCall.
enum ParameterReader {
    enum ResultFormats {
        /// Bind: a count and that many codes.
        case list
        /// FunctionCall: one code.
        case one
    }

    /// Where formats and values lie in a whole frame; `nil` when they are malformed. Allocates nothing.
    static func validate(
        _ frame: UnsafeRawBufferPointer, from start: Int, resultFormats: ResultFormats
    ) -> Range<Int>? {
        var reader = ByteReader(frame, from: start)
        guard let formatCount = reader.uint16(), skipFormats(&reader, Int(formatCount)),
            let count = reader.uint16(), formatCount <= 1 || formatCount == count
        else { return nil }
        for _ in 0..<count {
            guard let length = reader.int32() else { return nil }
            if length == -1 { continue }
            guard reader.range(Int(length)) != nil else { return nil }
        }
        let end = reader.offset
        guard skipResultFormats(&reader, resultFormats), reader.isAtEnd else { return nil }
        return start..<end
    }

    /// The values of what `validate` found. `types` are the declared OIDs; missing ones are 0.
    static func values(in body: UnsafeRawBufferPointer, types: [UInt32]) -> [BoundValue]? {
        var reader = ByteReader(body)
        guard let formatCount = reader.uint16(),
            let formats = reader.range(2 * Int(formatCount)), let count = reader.uint16()
        else { return nil }
        var values: [BoundValue] = []
        values.reserveCapacity(Int(count))
        for index in 0..<Int(count) {
            guard let length = reader.int32() else { return nil }
            let bytes = length == -1 ? nil : reader.copy(Int(length))
            guard length == -1 || bytes != nil else { return nil }
            // One format is for all; none says text.
            let place = formats.lowerBound + (formatCount == 1 ? 0 : 2 * index)
            let isBinary = place < formats.upperBound && body[place + 1] == 1
            values.append(
                BoundValue(
                    bytes: bytes, format: isBinary ? .binary : .text,
                    type: index < types.count ? types[index] : 0))
        }
        return values
    }

    private static func skipFormats(_ reader: inout ByteReader, _ count: Int) -> Bool {
        for _ in 0..<count {
            guard let format = reader.uint16(), format <= 1 else { return false }
        }
        return true
    }

    private static func skipResultFormats(
        _ reader: inout ByteReader, _ formats: ResultFormats
    ) -> Bool {
        switch formats {
        case .list:
            guard let count = reader.uint16() else { return false }
            return skipFormats(&reader, Int(count))
        case .one: return skipFormats(&reader, 1)
        }
    }
}
