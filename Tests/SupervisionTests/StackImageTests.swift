import Testing

@testable import Supervision

@Suite("A new program's stack")
struct StackImageTests {
    static let address: UInt64 = 0x7FFC_0000_1000

    /// Pointers, auxiliary vector and texts, as the kernel places them.
    static func stack(words: [String], environment: [String]) -> [UInt8] {
        let texts = (words + environment + ["/bin/tool"]).map { Array($0.utf8) + [0] }
        let count = 1 + words.count + 1 + environment.count + 1 + 2 * 6
        var pointers: [UInt64] = []
        var next = address + UInt64(count * 8)
        for text in texts {
            pointers.append(next)
            next += UInt64(text.count)
        }
        var values: [UInt64] = [UInt64(words.count)]
        values += pointers[..<words.count] + [0]
        values += pointers[words.count..<(words.count + environment.count)] + [0]
        values += [6, 4096, 11, 1_000, 12, 0, 13, 1_001, 31, pointers[pointers.count - 1], 0, 0]
        var bytes = values.flatMap { value in withUnsafeBytes(of: value.littleEndian, Array.init) }
        for text in texts { bytes += text }
        return bytes
    }

    static func read(_ bytes: [UInt8]) -> StackImage? {
        bytes.withUnsafeBytes { StackImage($0, at: address) }
    }

    @Test("is read whole")
    func whole() throws {
        let image = try #require(
            Self.read(Self.stack(words: ["a", "", "b c"], environment: ["X=1"])))
        #expect(image.arguments == [[97], [], [98, 32, 99]])
        #expect(image.environment == [Array("X=1".utf8)])
        #expect(image.path == Array("/bin/tool".utf8))
        #expect(image.userID == 1_000 && image.effectiveUserID == 0 && image.groupID == 1_001)
    }

    @Test("is nothing when it is cut anywhere, or any byte of its pointers is another")
    func damaged() {
        let bytes = Self.stack(words: ["a", "b"], environment: ["X=1"])
        for count in 0..<bytes.count { #expect(Self.read(Array(bytes[..<count])) == nil) }
        for index in 0..<(6 * 8) {
            var damaged = bytes
            damaged[index] ^= 0x80
            // What it says must not be the same; that it is read without a trap is the other half.
            #expect(Self.read(damaged) != Self.read(bytes), "byte \(index)")
        }
    }

    static let lines: [(String, [String]?)] = [
        ("24 29 0:22 / /proc rw,relatime shared:13 - proc proc rw", ["/proc", "proc"]),
        ("31 29 0:22 / /srv/a\\040b\\134 rw - sysfs none rw", ["/srv/a b\\", "sysfs"]),
        ("31 29 0:22 / /srv rw shared:1 master:2 - cgroup2 none rw", ["/srv", "cgroup2"]),
        ("31 29 0:22 / /srv rw -", nil), ("31 29 0:22 / /srv rw shared:1", nil), ("", nil),
    ]

    @Test("a line of mountinfo gives a path and a type", arguments: lines)
    func mount(_ line: String, _ expected: [String]?) {
        let mount = Mount(line: Array(line.utf8))
        #expect(mount.map { [$0.path, $0.type] } == expected?.map { Array($0.utf8) })
    }
}
