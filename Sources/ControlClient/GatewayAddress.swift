/// `HOST:PORT` or `[IPV6]:PORT` of a gateway.
public struct GatewayAddress: Sendable, Hashable, CustomStringConvertible {
    public let host: String
    public let port: Int

    /// Reads the text of `--gateway` or `SALLYPORT_GATEWAY`; the port defaults to 7443. `nil` when it is no address.
    public init?(_ text: String) {
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            guard let port = Self.port(rest) else { return nil }
            self.port = port
        } else {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = String(parts[0])
            guard let port = Self.port(parts.count == 2 ? ":" + parts[1] : "") else { return nil }
            self.port = port
        }
        guard !host.isEmpty else { return nil }
    }

    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }

    private static func port(_ text: some StringProtocol) -> Int? {
        if text.isEmpty { return 7443 }
        let digits = text.dropFirst()
        guard text.hasPrefix(":"), digits.allSatisfy({ $0.isASCII && $0.isNumber }),
            let port = Int(digits), (1...65_535).contains(port)
        else { return nil }
        return port
    }
}
