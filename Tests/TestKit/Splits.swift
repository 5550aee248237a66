/// The ways in which a network may cut a message: whole, byte by byte, and in two at each offset.
public func splits(of bytes: [UInt8]) -> [[[UInt8]]] {
    var ways: [[[UInt8]]] = [[bytes], bytes.map { [$0] }]
    if bytes.count > 1 {
        for offset in 1..<bytes.count {
            ways.append([Array(bytes[..<offset]), Array(bytes[offset...])])
        }
    }
    return ways
}
