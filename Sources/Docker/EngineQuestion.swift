/// What the gateway asks the engine about an object that a call names. Every text in it is printable ASCII.
public enum EngineQuestion: Hashable, Sendable {
    case container(String)
    case image(String)
    case network(String)
    case volume(String)
    case exec(String)
    /// About the engine itself.
    case engine

    /// The segments behind the version, of a GET.
    public var path: [String] {
        switch self {
        case .container(let name): ["containers", name, "json"]
        case .image(let name): ["images"] + name.parts("/") + ["json"]
        case .network(let name): ["networks", name]
        case .volume(let name): ["volumes", name]
        case .exec(let id): ["exec", id, "json"]
        case .engine: ["info"]
        }
    }
}
