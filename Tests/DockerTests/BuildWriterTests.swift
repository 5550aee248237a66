import Foundation
import TestKit
import Testing

@testable import Docker

/// Archives as the programs write them that people build with.
@Suite("Archives of other programs", .realParts)
struct BuildWriterTests {
    private static let writers = [
        ["tar", "--format=gnu"], ["tar", "--format=posix"], ["tar", "--format=oldgnu"],
        ["python3", "PAX_FORMAT"], ["python3", "GNU_FORMAT"],
    ]

    @Test("names that are long, that are linked or that are no ASCII are read", arguments: writers)
    func written(_ writer: [String]) async throws {
        let directory = try ScratchDirectory()
        let context = directory.file("context")
        let long = String(repeating: "long-", count: 30)
        let files = FileManager.default
        try files.createDirectory(
            atPath: "\(context)/\(long)/\(long)", withIntermediateDirectories: true)
        try Data("FROM judged\n".utf8).write(to: URL(fileURLWithPath: "\(context)/Dockerfile"))
        try Data("x".utf8).write(to: URL(fileURLWithPath: "\(context)/\(long)/\(long)/\u{E9}"))
        try files.linkItem(atPath: "\(context)/\(long)/\(long)/\u{E9}", toPath: "\(context)/hard")
        try files.createSymbolicLink(
            atPath: "\(context)/\(long)/soft", withDestinationPath: "\(long)/../\(long)")
        let archive = directory.file("archive")
        let command =
            writer[0] == "tar"
            ? Command("tar", [writer[1], "-C", context, "-cf", archive, "."])
            : Command(
                "python3",
                [
                    "-c",
                    "import sys, tarfile; tarfile.open(sys.argv[1], 'w', format=tarfile.\(writer[1]))"
                        + ".add(sys.argv[2], '.')", archive, context,
                ])
        let output = try await command.run()
        #expect(output.status == 0, "\(output)")
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: archive)))
        #expect(try BuildArchive.plan([bytes]).imageNames == ["docker.io/library/judged:latest"])
    }
}
