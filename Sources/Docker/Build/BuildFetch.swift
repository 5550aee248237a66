import Vocabulary

/// An address from which the engine itself fetches a file for a build, as itself and in its own network. It follows where
/// it is sent on to.
public struct BuildFetch: Hashable, Sendable {
    /// In lower case; `nil` when nobody knows before the build.
    public let host: String?
    public let port: Int?
    public let isSecure: Bool?
    /// As far as it is known.
    public let address: String

    private static let schemes = [("http://", 80), ("https://", 443)]

    /// `nil` for a source that is no address, whatever its variables are.
    init?(_ source: DockerfileWord, line: Int) throws(DockerRefusal) {
        do throws(DockerRefusal) {
            try self.init(source.text, isWhole: source.isWhole)
        } catch {
            throw .dockerfile(error.message, line: line)
        }
    }

    /// - Parameter isWhole: nothing follows that nobody knows.
    init?(_ text: String, isWhole: Bool = true) throws(DockerRefusal) {
        address = text + (isWhole ? "" : "...")
        guard
            let (scheme, port) = Self.schemes.first(where: { text.utf8.starts(with: $0.0.utf8) })
        else {
            // Variables may make it one.
            guard !isWhole,
                Self.schemes.contains(where: { $0.0.utf8.starts(with: text.utf8) })
            else { return nil }
            (host, self.port, isSecure) = (nil, nil, nil)
            return
        }
        isSecure = port == 443
        let rest = text.utf8.dropFirst(scheme.utf8.count)
        let authority = String(decoding: rest.prefix { !"/?#".utf8.contains($0) }, as: UTF8.self)
        // What follows may be more of the host's name.
        guard isWhole || authority.utf8.count < rest.count else {
            (host, self.port) = (nil, nil)
            return
        }
        let name = authority.lowercased()
        guard text.utf8.allSatisfy({ 0x21...0x7E ~= $0 && $0 != UInt8(ascii: "\\") }),
            Self.isHost(name)
        else { throw DockerRefusal(400, "`\(shown(text))` is no plain address") }
        let parts = name.parts(":")
        host = parts[0]
        self.port = parts.count == 2 ? Int(parts[1]) : port
    }

    /// A name or an address in lower case, with a port or none.
    private static func isHost(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard let host = parts.first, parts.count <= 2, host.count <= 253 else { return false }
        if parts.count == 2 {
            guard 1...5 ~= parts[1].count, parts[1].allSatisfy(isDigit) else { return false }
        }
        return host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy
        {
            guard let first = $0.first, let last = $0.last else { return false }
            return isAlphanumeric(first) && isAlphanumeric(last)
                && $0.allSatisfy { isAlphanumeric($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte
    }

    var effect: Effect {
        var attributes: [String: AttributeValue] = ["url": .text(mask(address))]
        if let port { attributes["port"] = .number(Int64(port)) }
        if let isSecure { attributes["secure"] = .flag(isSecure) }
        let name = host.flatMap { ObjectName(path: Array("/\($0)".utf8)) }
        return Effect(
            .buildFetch, name.map { .exactly($0) } ?? .anything, attributes: attributes)
    }
}
