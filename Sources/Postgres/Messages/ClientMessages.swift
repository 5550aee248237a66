import Vocabulary
import Wire

/// Encoders for what a client sends: the gateway's own logins, catalogue queries and tests use them.
public enum ClientMessages {
    public static let sslRequest: [UInt8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]
    public static let gssEncryptionRequest: [UInt8] = [0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x30]
    public static let sync = empty(ClientMessageType.sync)
    public static let flush = empty(ClientMessageType.flush)
    public static let terminate = empty(ClientMessageType.terminate)
    public static let copyDone = empty(ClientMessageType.copyDone)

    /// `version` is major << 16 | minor.
    public static func startup(
        _ parameters: [(name: String, value: String)], version: UInt32 = 3 << 16
    ) -> [UInt8] {
        frame(nil) { body in
            body.uint32(version)
            for (name, value) in parameters {
                body.terminated(name)
                body.terminated(value)
            }
            body.uint8(0)
        }
    }

    /// The 16 bytes that ask for a session's command to be cancelled, on a connection of their own.
    public static func cancelRequest(_ key: BackendKey) -> [UInt8] {
        frame(nil) { body in
            body.uint32(80_877_102)
            body.uint32(key.processID)
            body.uint32(key.secret)
        }
    }

    public static func password(_ bytes: [UInt8]) -> [UInt8] {
        frame(ClientMessageType.password) { body in
            body.copy(bytes)
            body.uint8(0)
        }
    }

    public static func saslInitialResponse(mechanism: String, _ data: [UInt8]) -> [UInt8] {
        frame(ClientMessageType.password) { body in
            body.terminated(mechanism)
            body.uint32(UInt32(truncatingIfNeeded: data.count))
            body.copy(data)
        }
    }

    public static func saslResponse(_ data: [UInt8]) -> [UInt8] {
        frame(ClientMessageType.password) { $0.copy(data) }
    }

    public static func query(_ text: String) -> [UInt8] {
        frame(ClientMessageType.query) { $0.terminated(text) }
    }

    public static func parse(name: String = "", text: String, types: [UInt32] = []) -> [UInt8] {
        frame(ClientMessageType.parse) { body in
            body.terminated(name)
            body.terminated(text)
            body.uint16(UInt16(truncatingIfNeeded: types.count))
            types.forEach { body.uint32($0) }
        }
    }

    /// One format code for each value.
    public static func bind(
        portal: String = "", statement: String = "", values: [BoundValue] = []
    ) -> [UInt8] {
        frame(ClientMessageType.bind) { body in
            body.terminated(portal)
            body.terminated(statement)
            body.values(values)
            body.uint16(0)
        }
    }

    public static func execute(portal: String = "", rowsMax: UInt32 = 0) -> [UInt8] {
        frame(ClientMessageType.execute) { body in
            body.terminated(portal)
            body.uint32(rowsMax)
        }
    }

    public static func describe(statement name: String) -> [UInt8] {
        named(ClientMessageType.describe, "S", name)
    }

    public static func describe(portal name: String) -> [UInt8] {
        named(ClientMessageType.describe, "P", name)
    }

    public static func close(statement name: String) -> [UInt8] {
        named(ClientMessageType.close, "S", name)
    }

    public static func close(portal name: String) -> [UInt8] {
        named(ClientMessageType.close, "P", name)
    }

    public static func functionCall(_ function: UInt32, _ arguments: [BoundValue]) -> [UInt8] {
        frame(ClientMessageType.functionCall) { body in
            body.uint32(function)
            body.values(arguments)
            body.uint16(0)
        }
    }

    public static func copyData(_ bytes: [UInt8]) -> [UInt8] {
        frame(ClientMessageType.copyData) { $0.copy(bytes) }
    }

    public static func copyFail(_ reason: String) -> [UInt8] {
        frame(ClientMessageType.copyFail) { $0.terminated(reason) }
    }

    private static func empty(_ type: UInt8) -> [UInt8] { frame(type) { _ in } }

    private static func named(_ type: UInt8, _ kind: Unicode.Scalar, _ name: String) -> [UInt8] {
        frame(type) { body in
            body.uint8(UInt8(ascii: kind))
            body.terminated(name)
        }
    }

    private static func frame(_ type: UInt8?, _ body: (inout ByteWriter) -> Void) -> [UInt8] {
        var writer = ByteWriter()
        writer.frame(type, body)
        return writer.bytes
    }
}

extension ByteWriter {
    /// Format codes, then length-prefixed values; -1 is NULL.
    fileprivate mutating func values(_ values: [BoundValue]) {
        uint16(UInt16(truncatingIfNeeded: values.count))
        for value in values { uint16(value.format == .binary ? 1 : 0) }
        uint16(UInt16(truncatingIfNeeded: values.count))
        for value in values {
            guard let bytes = value.bytes else {
                int32(-1)
                continue
            }
            uint32(UInt32(truncatingIfNeeded: bytes.count))
            copy(bytes)
        }
    }
}
