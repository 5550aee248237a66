import Vocabulary

/// A bound value in PostgreSQL's binary format, as the server would print it (the `*_send` and `*_out` functions of the types;
/// dates in ISO style, times in UTC).
package struct BinaryValue {
    let bytes: [UInt8]
    /// The type's OID (`pg_type.dat`).
    let type: UInt32

    /// `nil` when the type is not known here, or the bytes are not of its form: then they are shown in hexadecimal.
    package var text: String? {
        if let element = Self.elements[type] { return array(of: element) }
        switch type {
        case 16: return single.map { $0 == 0 ? "false" : "true" }
        case 17: return "\\x" + hexText(bytes)
        case 18: return single.flatMap { $0 < 0x80 ? string : nil }
        case 19, 25, 114, 142, 1042, 1043: return string
        case 20, 21, 23: return integer.map(String.init)
        case 26: return bytes.count == 4 ? String(UInt32(truncatingIfNeeded: bits)) : nil
        case 700: return bytes.count == 4 ? "\(Float(bitPattern: UInt32(bits)))" : nil
        case 701: return bytes.count == 8 ? "\(Double(bitPattern: bits))" : nil
        case 1082: return date
        case 1083: return bytes.count == 8 ? integer.flatMap(time) : nil
        case 1114: return timestamp
        case 1184: return timestamp.map { $0.hasSuffix("infinity") ? $0 : $0 + "+00" }
        case 1186: return interval
        case 1700: return numeric
        case 2950: return uuid
        case 3802: return bytes.first == 1 ? BinaryValue(Array(bytes.dropFirst()), 25).text : nil
        default: return nil
        }
    }

    /// What the type is called; its number where it has no name here.
    package static func name(_ type: UInt32) -> String {
        if let element = elements[type] { return name(element) + "[]" }
        return names[type] ?? "type \(type)"
    }

    private static let names: [UInt32: String] = [
        16: "bool", 17: "bytea", 18: "char", 19: "name", 20: "int8", 21: "int2", 23: "int4",
        25: "text",
        26: "oid", 114: "json", 142: "xml", 700: "float4", 701: "float8", 1042: "bpchar",
        1043: "varchar", 1082: "date", 1083: "time", 1114: "timestamp", 1184: "timestamptz",
        1186: "interval", 1700: "numeric", 2950: "uuid", 3802: "jsonb",
    ]

    /// The element types of array types.
    private static let elements: [UInt32: UInt32] = [
        199: 114, 1000: 16, 1001: 17, 1003: 19, 1005: 21, 1007: 23, 1009: 25, 1014: 1042,
        1015: 1043, 1016: 20,
        1021: 700, 1022: 701, 1028: 26, 1115: 1114, 1182: 1082, 1183: 1083, 1185: 1184, 1187: 1186,
        1231: 1700, 2951: 2950, 3807: 3802,
    ]

    package init(_ bytes: [UInt8], _ type: UInt32) {
        self.bytes = bytes
        self.type = type
    }

    private var single: UInt8? { bytes.count == 1 ? bytes[0] : nil }
    private var string: String? { String(validating: bytes, as: UTF8.self) }
    private var bits: UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }

    /// Two's complement, of 2, 4 or 8 bytes.
    private var integer: Int64? {
        guard [2, 4, 8].contains(bytes.count) else { return nil }
        let shift = 64 - 8 * bytes.count
        return Int64(bitPattern: bits << UInt64(shift)) >> Int64(shift)
    }

    private var uuid: String? {
        guard bytes.count == 16 else { return nil }
        return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { hexText(Array(bytes[$0])) }
            .joined(separator: "-")
    }

    // MARK: Time

    private static let daysFrom1970: Int64 = 10_957
    private static let day: Int64 = 86_400_000_000

    private var date: String? {
        guard bytes.count == 4, let days = integer else { return nil }
        switch days {
        case Int64(Int32.max): return "infinity"
        case Int64(Int32.min): return "-infinity"
        default: return era(Self.civil(days), "")
        }
    }

    private var timestamp: String? {
        guard bytes.count == 8, let value = integer else { return nil }
        if value == .max { return "infinity" }
        if value == .min { return "-infinity" }
        var (days, rest) = value.quotientAndRemainder(dividingBy: Self.day)
        if rest < 0 { (days, rest) = (days - 1, rest + Self.day) }
        return time(rest).map { era(Self.civil(days), " " + $0) }
    }

    private func era(_ date: (year: Int64, month: Int64, day: Int64), _ rest: String) -> String {
        let year = date.year > 0 ? date.year : 1 - date.year
        return "\(padded(year, 4))-\(padded(date.month, 2))-\(padded(date.day, 2))" + rest
            + (date.year > 0 ? "" : " BC")
    }

    /// The Gregorian date `days` after 2000-01-01 (the era of 400 years begins on 1 March).
    private static func civil(_ days: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = days + daysFrom1970 + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let year = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * year + year / 4 - year / 100)
        let month = (5 * dayOfYear + 2) / 153
        return (
            year + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9,
            dayOfYear - (153 * month + 2) / 5 + 1
        )
    }

    private func time(_ microseconds: Int64) -> String? {
        guard (0...Self.day).contains(microseconds) else { return nil }
        let seconds = microseconds / 1_000_000
        let clock = [seconds / 3600, seconds / 60 % 60, seconds % 60].map { padded($0, 2) }
        return clock.joined(separator: ":") + fraction(microseconds % 1_000_000)
    }

    private func fraction(_ microseconds: Int64) -> String {
        guard microseconds != 0 else { return "" }
        var digits = padded(microseconds, 6)
        while digits.hasSuffix("0") { digits.removeLast() }
        return "." + digits
    }

    /// Months, days and time apart, as they are kept: the server's own spelling depends on a setting.
    private var interval: String? {
        guard bytes.count == 16 else { return nil }
        let time = BinaryValue(Array(bytes[0..<8]), 20).integer ?? 0
        let days = BinaryValue(Array(bytes[8..<12]), 23).integer ?? 0
        let months = BinaryValue(Array(bytes[12..<16]), 23).integer ?? 0
        return "\(months) months \(days) days \(time) microseconds"
    }

    private func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }

    // MARK: Numbers and arrays

    /// Groups of four decimal digits, the first of weight 10000^`weight`.
    private var numeric: String? {
        var reader = Words(bytes)
        guard let count = reader.uint16(), let rawWeight = reader.uint16(),
            let sign = reader.uint16(), let scale = reader.uint16(), scale <= 0x3FFF
        else { return nil }
        switch sign {
        case 0xC000: return "NaN"
        case 0xD000: return "Infinity"
        case 0xF000: return "-Infinity"
        case 0, 0x4000: break
        default: return nil
        }
        var groups: [Int64] = []
        for _ in 0..<count {
            guard let group = reader.uint16(), group < 10_000 else { return nil }
            groups.append(Int64(group))
        }
        guard reader.isAtEnd else { return nil }
        let weight = Int(Int16(bitPattern: rawWeight))
        // Twelve bytes can stand for 131,072 digits.
        let digitsMax = max(Limits.numberDigitsMax, 8 * bytes.count)
        guard 4 * max(0, weight + 1) + Int(scale) <= digitsMax else { return nil }
        func group(_ index: Int) -> Int64 { groups.indices.contains(index) ? groups[index] : 0 }
        var whole = weight < 0 ? "0" : String(group(0))
        if weight > 0 { for index in 1...weight { whole += padded(group(index), 4) } }
        let fractions = (Int(scale) + 3) / 4
        let digits = (0..<fractions).map { padded(group(weight + 1 + $0), 4) }.joined()
        let part = String(digits.prefix(Int(scale)))
        return (sign == 0x4000 ? "-" : "") + whole + (part.isEmpty ? "" : "." + part)
    }

    /// An array of one dimension, as `{...}`; every text in it in quotes.
    private func array(of element: UInt32) -> String? {
        var reader = Words(bytes)
        guard let dimensions = reader.uint32(), reader.uint32() != nil,
            reader.uint32() == element
        else { return nil }
        if dimensions == 0 { return reader.isAtEnd ? "{}" : nil }
        guard dimensions == 1, let count = reader.uint32(), reader.uint32() == 1 else { return nil }
        var items: [String] = []
        for _ in 0..<count {
            guard let size = reader.uint32() else { return nil }
            if size == UInt32.max {
                items.append("NULL")
                continue
            }
            guard let bytes = reader.bytes(Int(size)),
                let text = BinaryValue(bytes, element).text
            else { return nil }
            items.append([19, 25, 114, 1042, 1043, 3802].contains(element) ? quoted(text) : text)
        }
        return reader.isAtEnd ? "{\(items.joined(separator: ","))}" : nil
    }
}

/// As `array_out` quotes an element, so that two elements never look like one or one like two.
private func quoted(_ text: String) -> String {
    "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
}

/// Integers in network order, in front of what is left.
private struct Words {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) { rest = bytes[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func bytes(_ count: Int) -> [UInt8]? {
        guard count <= rest.count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }

    mutating func uint16() -> UInt16? { bytes(2).map { UInt16($0[0]) << 8 | UInt16($0[1]) } }

    mutating func uint32() -> UInt32? { bytes(4).map { $0.reduce(0) { $0 << 8 | UInt32($1) } } }
}
