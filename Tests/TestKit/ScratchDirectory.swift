import Foundation

/// A private directory that is removed with the value.
public final class ScratchDirectory: Sendable {
    public let path: String

    /// - Parameter inMemory: where nothing needs to outlive a power cut, and the system has such a place.
    public init(inMemory: Bool = false) throws {
        let memory = "/dev/shm/"
        let parent =
            inMemory && access(memory, W_OK) == 0 ? memory : NSTemporaryDirectory()
        path = parent + "sallyport-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public func file(_ name: String) -> String { path + "/" + name }
}
