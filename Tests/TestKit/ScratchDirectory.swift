import Foundation

/// A private directory that is removed with the value.
public final class ScratchDirectory: Sendable {
    public let path: String

    public init() throws {
        path = NSTemporaryDirectory() + "sallyport-" + UUID().uuidString
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    public func file(_ name: String) -> String { path + "/" + name }
}
