import Foundation

func write(_ text: String, to path: String) throws { try write(bytes: Array(text.utf8), to: path) }

func write(bytes: [UInt8], to path: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: path))
}

/// The project's own `policies/`.
let examplesDirectory = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("policies").path
