/// What peers may send at most. Each bound has its reason.
public enum HTTPLimits {
    /// A head with the empty line at its end: the credentials of all registries for a build are the largest field.
    public static let headBytesMax = 64 << 10
    /// Fields of a head; the clients that we know send ten.
    public static let headersMax = 100
    /// A request's path and query: the arguments and labels of a build are in it.
    public static let targetBytesMax = 16 << 10
    /// The longest registered method, UPDATEREDIRECTREF, has 17.
    public static let methodBytesMax = 20
    /// A name of 255 bytes, a colon and a port.
    public static let hostBytesMax = 261
    /// Of a Content-Length, which is an `Int` then.
    public static let lengthDigitsMax = 18
    /// Hexadecimal, of a chunk's size, which is an `Int` then.
    public static let chunkDigitsMax = 15
}
