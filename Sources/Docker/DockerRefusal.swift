/// Why a call is not one that the engine gets: it is malformed, or says something that nobody here knows the meaning of.
public struct DockerRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// As the engine would answer: 400, 404, 413 or 501.
    public let status: Int
    /// What is wrong and, where there is something, what to do.
    public let message: String

    public init(_ status: Int = 400, _ message: String) {
        self.status = status
        self.message = message
    }

    public var description: String { message }
}
