import Foundation

/// Reads a file line by line through one buffer. Not `Sendable`.
final class LineReader {
    enum Step {
        /// A whole line without its newline; valid until the next call.
        case line(UnsafeRawBufferPointer)
        /// Bytes without a newline at the file's end.
        case torn(byteCount: Int)
        /// More than `Limits.lineBytesMax` without a newline.
        case tooLong
        case end
    }

    private let file: DiskFile
    /// Owned: freed in `deinit`.
    private var buffer: UnsafeMutableRawBufferPointer
    private var start = 0
    private var end = 0
    /// Where in the file the buffer's end is.
    private var fileOffset: UInt64
    /// Nothing from here on is read: bytes that may still be taken back.
    var limit: UInt64 = .max

    init(_ file: DiskFile, from offset: UInt64 = 0) {
        self.file = file
        fileOffset = offset
        buffer = .allocate(byteCount: Limits.readBytes, alignment: 16)
    }

    deinit { buffer.deallocate() }

    /// Where the next line begins.
    var offset: UInt64 { fileOffset - UInt64(end - start) }

    func next() throws(DiskError) -> Step {
        var searched = 0
        while true {
            let found = UnsafeRawBufferPointer(rebasing: buffer[(start + searched)..<end])
            if let base = found.baseAddress, let newline = memchr(base, 0x0A, found.count) {
                let count = searched + (UnsafeRawPointer(newline) - base)
                defer { start += count + 1 }
                return .line(UnsafeRawBufferPointer(rebasing: buffer[start..<start + count]))
            }
            searched = end - start
            guard searched <= Limits.lineBytesMax else { return .tooLong }
            guard try fill() else { return searched == 0 ? .end : .torn(byteCount: searched) }
        }
    }

    /// Makes room behind what is left, and reads into it; false at the file's end.
    private func fill() throws(DiskError) -> Bool {
        let left = end - start
        if left * 2 > buffer.count {
            let larger = UnsafeMutableRawBufferPointer.allocate(
                byteCount: buffer.count * 2, alignment: 16)
            larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<end]))
            buffer.deallocate()
            buffer = larger
        } else if let base = buffer.baseAddress {
            memmove(base, base + start, left)
        }
        start = 0
        end = left
        let room = min(UInt64(buffer.count - end), limit > fileOffset ? limit - fileOffset : 0)
        let count = try file.read(
            into: UnsafeMutableRawBufferPointer(rebasing: buffer[end..<end + Int(room)]),
            at: fileOffset)
        end += count
        fileOffset += UInt64(count)
        return count > 0
    }
}
