import Vocabulary

/// What stands before a stock SSH client's bytes: who calls, which target it means, and the one key that it will log in with.
public struct SSHOpening: Hashable, Sendable {
    /// What such clients name in ALPN (RFC 7301).
    public static let applicationProtocol = "sallyport-ssh"

    /// A token (`spt_...`).
    public var token: String
    /// `nil`: nothing is opened, the gateway only says what a client's configuration needs.
    public var target: String?
    /// `ssh-ed25519 AAAA...`, as in a `.pub` file.
    public var publicKey: String

    public init(token: String, target: String?, publicKey: String) {
        self.token = token
        self.target = target
        self.publicKey = publicKey
    }
}

/// What an SSH client has to know of the gateway.
public struct SSHReady: Hashable, Sendable {
    /// The user name that it logs in with: the gateway's own account, whatever the target's is.
    public var user: String
    /// `ssh-ed25519 AAAA...`, as in a file of known hosts.
    public var hostKey: String

    public init(user: String, hostKey: String) {
        self.user = user
        self.hostKey = hostKey
    }
}

extension SSHOpening: FrameBody {
    public static var type: FrameType { .sshOpen }

    public func write(to writer: inout BodyWriter) {
        writer.text(token)
        writer.optional(target) { $0.text($1) }
        writer.text(publicKey)
    }

    public init(from reader: inout BodyReader) throws(BodyError) {
        let most = ShellLimits.openingBytesMax
        token = try reader.text(most: most)
        target = try reader.optional { r throws(BodyError) in try r.text(most: most) }
        publicKey = try reader.text(most: most)
    }
}

extension SSHReady: FrameBody {
    public static var type: FrameType { .sshReady }

    public func write(to writer: inout BodyWriter) {
        writer.text(user)
        writer.text(hostKey)
    }

    public init(from reader: inout BodyReader) throws(BodyError) {
        user = try reader.text(most: messageBytesMax)
        hostKey = try reader.text(most: messageBytesMax)
    }
}
