import Hummingbird
import Identity
import NIOCore

/// What the handlers of one request share.
struct CallContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// The peer's address, for limits and records.
    let address: String
    /// Who calls; set by `Authentication` before any handler but the login's runs.
    var caller: AuthenticatedPrincipal?
    /// What stands behind the path's `?`.
    var query = CallQuery()

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        address = source.channel.remoteAddress?.ipAddress ?? "unknown"
    }

    var maxUploadSize: Int { ControlLimits.bodyBytesMax }

    /// The caller, where one is needed.
    func authenticated() throws -> AuthenticatedPrincipal {
        guard let caller else { throw CallRefusal.notAuthenticated }
        return caller
    }

    /// A part of the path by its name.
    func parameter(_ name: String) throws -> String {
        guard let value = parameters.get(name) else { throw CallRefusal.notFound("nothing there") }
        return value
    }
}
