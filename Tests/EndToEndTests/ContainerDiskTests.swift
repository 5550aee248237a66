import Foundation
import TestKit
import Testing

/// Builds whose context finds no room on the gateway's disk: what the ledger and the recordings need stays free.
@Suite(
    "A build without room for its context", .serialized, .realParts,
    .enabled(if: SmallDisk.canMount, "needs the right to mount a tmpfs"))
struct ContainerDiskTests {
    private static let builds = """
        policy: builds
        targets: { kind: docker }
        rules:
          - { rule: builds, effects: [build, image.pull, image.tag], decide: allow }
        """
    /// With more free than what has to stay free.
    private static let largeMegabytes = 2_048

    /// A gateway whose disk has less free than what has to stay free, and a context.
    private func opened() async throws -> (WireGateway, SmallDisk, [UInt8]) {
        var mounted: SmallDisk?
        let wire = try await WireGateway(policies: [WireGateway.policy(), Self.builds]) { home in
            mounted = try SmallDisk(on: home + "/var", megabytes: 64)
        }
        return (wire, try #require(mounted), try context(in: wire.gateway.directory))
    }

    /// Larger than what one read takes.
    private func context(in directory: ScratchDirectory) throws -> [UInt8] {
        try "FROM bb:latest\nCOPY file /file\n".write(
            toFile: directory.file("Dockerfile"), atomically: true, encoding: .utf8)
        try String(repeating: "0123456789abcdef", count: 40_000).write(
            toFile: directory.file("file"), atomically: true, encoding: .utf8)
        let archive = directory.file("context.tar")
        let made = try Command(
            "tar", ["-cf", archive, "-C", directory.path, "Dockerfile", "file"]
        ).runToEnd()
        guard made.status == 0 else { throw Failure("tar: \(made)") }
        return try Array(Data(contentsOf: URL(fileURLWithPath: archive)))
    }

    private func expectNoRoom(_ response: RawResponse, isLast: Bool = false) throws {
        #expect(response.status == 507 && response.isLast == isLast, "\(response)")
        #expect(response["content-type"] == "application/json", "\(response)")
        let body = try JSONSerialization.jsonObject(with: Data(response.body.utf8))
        let message = try #require((body as? [String: Any])?["message"] as? String)
        #expect(message.hasPrefix("sallyport: the build's context cannot be kept"), "\(message)")
    }

    /// Of the session that was opened last.
    private func expectRecord(_ wire: WireGateway) async throws {
        let session = try #require(
            wire.gateway.ledgerBodies("session-opened").last?["session"] as? String)
        let entry = try #require(wire.gateway.ledgerBodies("refused").last)
        #expect(entry["session"] as? String == session)
        #expect((entry["reason"] as? String)?.contains("cannot be kept") == true, "\(entry)")
        try await until("it is recorded") {
            let story = try await wire.gateway.person("alice", ["session", session]).out
            return story.contains("cannot be kept") && story.contains("POST /engines/box/build")
        }
    }

    @Test(
        "is refused in the engine's own form, and recorded; what still comes of it is thrown away, and the next request is served"
    )
    func refused() async throws {
        let (wire, disk, context) = try await opened()
        defer { withExtendedLifetime(disk) {} }
        for (isChunked, isLate) in [(false, false), (false, true), (true, false), (true, true)] {
            let (client, peer) = try wire.session()
            let begin =
                wire.head(
                    "POST /build?t=bb",
                    [
                        isChunked
                            ? "Transfer-Encoding: chunked" : "Content-Length: \(context.count)"
                    ]) + (isChunked ? "\(String(context.count, radix: 16))\r\n" : "")
            let end = isChunked ? "\r\n0\r\n\r\n" : ""
            let half = context.count / 2
            client.send(Array(begin.utf8) + (isLate ? context[..<half] : context[...]))
            if !isLate { client.send(end) }
            try expectNoRoom(try client.response())
            if isLate { client.send(context[half...] + Array(end.utf8)) }
            #expect(try wire.isAlive(client, peer))
            try await expectRecord(wire)
            client.close()
            #expect(try peer.rest() == "")
        }
    }

    @Test("ends the connection where the client wanted that, or asked whether to send it")
    func closed() async throws {
        let (wire, disk, context) = try await opened()
        defer { withExtendedLifetime(disk) {} }
        for field in ["Connection: close", "Expect: 100-continue"] {
            let (client, peer) = try wire.session()
            let fields = [field, "Content-Length: \(context.count)"]
            client.send(wire.head("POST /build?t=bb", fields))
            client.send(Array(context[..<5_000]))
            try expectNoRoom(try client.response(), isLast: true)
            #expect(try client.rest() == "")
            #expect(try peer.rest() == "")
        }
    }

    @Test("goes through when there is room again, byte by byte")
    func roomAgain() async throws {
        let (wire, disk, context) = try await opened()
        defer { withExtendedLifetime(disk) {} }
        let (client, peer) = try wire.session()
        let head = wire.head("POST /build?t=bb", ["Content-Length: \(context.count)"])
        client.send(Array(head.utf8) + context)
        try expectNoRoom(try client.response())
        try disk.grow(megabytes: Self.largeMegabytes)
        client.send(Array(head.utf8) + context)
        try peer.answerImage()
        let request = try peer.request()
        #expect(request.line.hasPrefix("POST /v1.41/build?"), "\(request.line)")
        #expect(request.body == String(decoding: context, as: UTF8.self))
        try peer.answer(200, "{\"stream\":\"made\"}")
        #expect(try client.response().status == 200)
        #expect(try wire.isAlive(client, peer))
        client.close()
        #expect(try peer.rest() == "")
    }

    @Test("`docker build` says why, and builds when there is room again", .engine)
    func dockerBuild() async throws {
        var mounted: SmallDisk?
        let containers = try ContainerGateway { home in
            mounted = try SmallDisk(on: home + "/var", megabytes: 64)
        }
        let disk = try #require(mounted)
        defer { withExtendedLifetime(disk) {} }
        let agent = try await containers.agent()
        let context = containers.gateway.directory.file("context")
        try FileManager.default.createDirectory(
            atPath: context, withIntermediateDirectories: true)
        try "FROM bb:latest\nCOPY file /file\n".write(
            toFile: context + "/Dockerfile", atomically: true, encoding: .utf8)
        // Does not fit into what lies between the client and the gateway.
        try Data(repeating: 0x61, count: 16 << 20).write(
            to: URL(fileURLWithPath: context + "/file"))
        let tag = "built:\(containers.prefix)-room"
        let build = agent.docker(["build", "--tag", tag, context])
        let said = try await build.run()
        #expect(said.status == 1, "\(said)")
        #expect(said.err.contains("sallyport: the build's context cannot be kept"), "\(said)")
        #expect(try containers.engine.docker(["images", "--quiet", tag]).isEmpty)
        try disk.grow(megabytes: Self.largeMegabytes)
        let again = try await build.run()
        #expect(again.status == 0, "\(again)")
        try containers.engine.docker(["rmi", "--force", tag])
    }
}
