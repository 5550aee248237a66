import HTTPTypes
import Hummingbird

/// One call of the API: where it is, who may come, what it takes in its query, and what it does.
struct CallRoute: Sendable {
    typealias Handler = @Sendable (Request, CallContext) async throws -> Response

    enum Access: Sendable {
        /// Only the login, which makes tokens.
        case anyone
        case authenticated
    }

    let method: HTTPRequest.Method
    /// Below `/v1`, with `:name` for its parameters.
    let path: String
    let access: Access
    /// The parameters that its query may have; any other refuses the request.
    let query: Set<String>
    let handler: Handler

    init(
        _ method: HTTPRequest.Method, _ path: String, _ access: Access = .authenticated,
        query: Set<String> = [], _ handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.access = access
        self.query = query
        self.handler = handler
    }

    func add(to router: RouterGroup<CallContext>) {
        router.on(RouterPath(path), method: method) { request, context in
            if access == .authenticated { _ = try context.authenticated() }
            var context = context
            context.query = try CallQuery(request.uri.query, knows: query)
            return try await handler(request, context)
        }
    }
}
