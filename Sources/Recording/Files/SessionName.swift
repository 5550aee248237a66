import Vocabulary

/// An identity names a file.
func isIdentity(_ session: SessionID) -> Bool {
    let bytes = session.rawValue.utf8
    return !bytes.isEmpty && bytes.count <= Limits.sessionBytesMax
        && bytes.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
}
