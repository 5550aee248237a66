/// The gateway asks a runner on another host for one more connection.
public struct SessionWanted: Hashable, Sendable {
    /// Good once; `ShellLimits.sessionNumberBytes`.
    public var number: [UInt8]

    public init(number: [UInt8]) { self.number = number }
}

/// The connection that was asked for under this number.
public struct SessionBrought: Hashable, Sendable {
    public var number: [UInt8]

    public init(number: [UInt8]) { self.number = number }
}

/// A runner's request for its next certificate, PEM.
public struct CertificateWanted: Hashable, Sendable {
    public var request: String

    public init(request: String) { self.request = request }
}

/// It, PEM.
public struct CertificateIssued: Hashable, Sendable {
    public var certificate: String

    public init(certificate: String) { self.certificate = certificate }
}

extension SessionWanted: FrameBody {
    public static var type: FrameType { .wanted }

    public func write(to writer: inout BodyWriter) { writer.bytes(number) }

    public init(from reader: inout BodyReader) throws(BodyError) {
        number = try reader.sessionNumber()
    }
}

extension SessionBrought: FrameBody {
    public static var type: FrameType { .brought }

    public func write(to writer: inout BodyWriter) { writer.bytes(number) }

    public init(from reader: inout BodyReader) throws(BodyError) {
        number = try reader.sessionNumber()
    }
}

extension CertificateWanted: FrameBody {
    public static var type: FrameType { .certificateWanted }

    public func write(to writer: inout BodyWriter) { writer.text(request) }

    public init(from reader: inout BodyReader) throws(BodyError) {
        request = try reader.text(most: ShellLimits.runnerFrameBytesMax)
    }
}

extension CertificateIssued: FrameBody {
    public static var type: FrameType { .certificate }

    public func write(to writer: inout BodyWriter) { writer.text(certificate) }

    public init(from reader: inout BodyReader) throws(BodyError) {
        certificate = try reader.text(most: ShellLimits.runnerFrameBytesMax)
    }
}

extension BodyReader {
    fileprivate mutating func sessionNumber() throws(BodyError) -> [UInt8] {
        let number = try bytes(most: ShellLimits.sessionNumberBytes)
        guard number.count == ShellLimits.sessionNumberBytes else {
            throw BodyError("a session's number of \(number.count) bytes")
        }
        return number
    }
}
