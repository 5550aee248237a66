/// What the kernel put on a new program's stack (System V ABI, "process initialization"): words, environment and the auxiliary
/// vector. Nothing of it can be another's to change: the memory is new, and its only thread has not run.
struct StackImage: Equatable {
    var arguments: [[UInt8]]
    var environment: [[UInt8]]
    /// The path that execve was given: a script's, not its interpreter's.
    var path: [UInt8]
    var userID: UInt32
    var effectiveUserID: UInt32
    var groupID: UInt32

    private enum Auxiliary: UInt64 {
        case userID = 11
        case effectiveUserID = 12
        case groupID = 13
        case path = 31
    }

    /// - Parameters:
    ///   - bytes: from the stack pointer to the stack's end.
    ///   - address: the stack pointer.
    /// - Returns: `nil` when something points out of `bytes` or does not end in them.
    init?(_ bytes: UnsafeRawBufferPointer, at address: UInt64) {
        var words = Words(bytes: bytes, address: address)
        guard let count = words.next(), count <= UInt64(bytes.count / 8) else { return nil }
        arguments = []
        arguments.reserveCapacity(Int(count))
        for _ in 0..<count {
            guard let pointer = words.next(), let text = words.text(at: pointer) else { return nil }
            arguments.append(text)
        }
        guard words.next() == 0 else { return nil }
        environment = []
        while true {
            guard let pointer = words.next() else { return nil }
            if pointer == 0 { break }
            guard let text = words.text(at: pointer) else { return nil }
            environment.append(text)
        }
        var ids: [UInt64?] = [nil, nil, nil]
        var path: [UInt8]?
        while true {
            guard let key = words.next(), let value = words.next() else { return nil }
            if key == 0 { break }
            switch Auxiliary(rawValue: key) {
            case .userID: ids[0] = value
            case .effectiveUserID: ids[1] = value
            case .groupID: ids[2] = value
            case .path: path = words.text(at: value)
            case nil: break
            }
        }
        guard let path, let user = ids[0], let effective = ids[1], let group = ids[2] else {
            return nil
        }
        self.path = path
        userID = UInt32(truncatingIfNeeded: user)
        effectiveUserID = UInt32(truncatingIfNeeded: effective)
        groupID = UInt32(truncatingIfNeeded: group)
    }
}

private struct Words {
    let bytes: UnsafeRawBufferPointer
    let address: UInt64
    private var position = 0

    init(bytes: UnsafeRawBufferPointer, address: UInt64) {
        self.bytes = bytes
        self.address = address
    }

    mutating func next() -> UInt64? {
        guard position + 8 <= bytes.count else { return nil }
        defer { position += 8 }
        return bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self)
    }

    func text(at pointer: UInt64) -> [UInt8]? {
        guard pointer >= address, pointer - address < UInt64(bytes.count) else { return nil }
        let rest = bytes[Int(pointer - address)...]
        guard let end = rest.firstIndex(of: 0) else { return nil }
        return Array(rest[..<end])
    }
}
