import Foundation

/// A private directory that is removed with the value.
public final class ScratchDirectory: Sendable {
    public let path: String

    /// - Parameter inMemory: where nothing needs to outlive a power cut, and the system has such a place.
    public convenience init(inMemory: Bool = false) throws {
        let memory = "/dev/shm/"
        try self.init(in: inMemory && access(memory, W_OK) == 0 ? memory : NSTemporaryDirectory())
    }

    /// - Parameter parent: with its slash.
    public init(in parent: String) throws {
        path = parent + "sallyport-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public func file(_ name: String) -> String { path + "/" + name }
}
