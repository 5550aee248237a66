import HTTP
import Identity
import Vocabulary

/// What a connection's first request has proved and asked for. Every later one has to say the same: a connection belongs
/// to one principal and one target.
struct EngineDoor: Sendable {
    enum Credential: Sendable {
        case certificate(ClientCertificate)
        case token(String)
    }

    let credential: Credential
    /// As the client wrote it.
    let target: String
    /// Only the path says so, and not the name that TLS was asked for.
    let isByPath: Bool
    /// Parts of the path that say so, in front of the engine's own.
    private let prefixCount: Int

    /// - Parameters:
    ///   - named: the target that TLS was asked for.
    ///   - certificate: one of the gateway's own, which TLS has verified.
    init(
        _ head: RequestHead, named: String?, certificate: ClientCertificate?
    ) throws(EngineReply) {
        isByPath = named == nil
        if head.path.first == EnginePath.prefix, head.path.count > 1 {
            target = head.path[1]
            prefixCount = 2
            if let named, !named.utf8.elementsEqual(target.utf8) {
                throw EngineReply(421, "the path names another target than TLS did")
            }
        } else if let named {
            target = named
            prefixCount = 0
        } else if EnginePath.builder.contains(where: { head.path == [$0] }) {
            throw Self.noBuilder
        } else {
            throw EngineReply(404, "no engine by this path", hint: "it is /engines/NAME/...")
        }
        if let certificate {
            credential = .certificate(certificate)
        } else if let token = try Self.token(head) {
            credential = .token(token)
        } else {
            throw EngineReply(
                401, "this needs a client certificate or a token",
                hint: "eval \"$(sallyport env TARGET)\" sets the certificate up")
        }
    }

    /// What is told to who builds with BuildKit by path.
    static let noBuilder = EngineReply(
        404, "BuildKit's own connections leave out the path of DOCKER_HOST, and so name no engine",
        hint:
            "name it in the server's name, DOCKER_HOST=tcp://NAME.GATEWAY:PORT, or build with DOCKER_BUILDKIT=0"
    )

    /// The engine's own part of a later request's path. Throws where the request is another's.
    func path(of head: RequestHead) throws(EngineReply) -> ArraySlice<String> {
        let isSame =
            switch credential {
            case .certificate: true
            case .token(let token):
                try Self.token(head).map { $0.utf8.elementsEqual(token.utf8) } ?? false
            }
        guard isSame else {
            throw EngineReply(
                401, "the token is another than the connection's first", hint: "connect again")
        }
        guard prefixCount > 0 else {
            guard head.path.first != EnginePath.prefix else { throw Self.otherTarget }
            return head.path[...]
        }
        guard head.path.count >= 2, head.path[0] == EnginePath.prefix,
            head.path[1].utf8.elementsEqual(target.utf8)
        else { throw Self.otherTarget }
        return head.path[prefixCount...]
    }

    private static let otherTarget = EngineReply(
        421, "the path names another target than the connection's first", hint: "connect again")

    private static func token(_ head: RequestHead) throws(EngineReply) -> String? {
        do throws(HTTPRefusal) {
            guard let field = try head.headers.value("Authorization") else { return nil }
            let scheme = "bearer "
            guard field.utf8.count > scheme.utf8.count,
                field.prefix(scheme.count).lowercased() == scheme
            else { return nil }
            return String(field.dropFirst(scheme.count))
        } catch {
            throw EngineReply(error)
        }
    }
}
