import Foundation
import TestKit

/// A library of a few functions that a program gets between itself and the system, built when it is needed.
final class PreloadedLibrary: Sendable {
    /// Where a test tells the library what to do, in files.
    let directory: ScratchDirectory

    /// - Parameter program: its text in C.
    init(_ program: String) throws {
        directory = try ScratchDirectory()
        let source = directory.file("library.c")
        try program.write(toFile: source, atomically: true, encoding: .utf8)
        let made = try Command(
            "cc", ["-shared", "-fPIC", "-Wall", "-o", directory.file("library.so"), source]
        ).runToEnd()
        guard made.status == 0 else { throw Failure("cc: \(made)") }
    }

    /// For the program.
    ///
    /// - Parameter variable: names the library the file in which it looks.
    func environment(_ variable: String, _ file: String) -> [String: String] {
        ["LD_PRELOAD": directory.file("library.so"), variable: directory.file(file)]
    }
}
