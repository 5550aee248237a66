import Wire

/// The errors of the gateway's own for a command that it cannot read.
extension ErrorFields {
    static func malformed(_ message: String) -> ErrorFields {
        ErrorFields(code: "08P01", "invalid message format in \(message)")
    }

    static let badName = ErrorFields(
        code: "42622", "the name of this statement or portal cannot be used here",
        hint: "use at most \(Limits.nameBytesMax) ASCII bytes")

    static func tooLarge(_ header: FrameHeader, _ limits: Limits) -> ErrorFields {
        switch header.type {
        case ClientMessageType.query, ClientMessageType.parse: textTooLarge(limits)
        case ClientMessageType.bind, ClientMessageType.functionCall:
            ErrorFields(
                code: "54000", "the command's values are larger than the gateway takes",
                detail:
                    "the message has \(header.frameBytes) bytes; at most \(limits.bindBytesMax) are taken",
                hint: "send large values in parts, or with COPY FROM STDIN")
        default:
            ErrorFields(
                code: "54000", "the message is larger than the gateway takes",
                detail:
                    "it has \(header.frameBytes) bytes; at most \(limits.smallFrameBytesMax) are taken"
            )
        }
    }

    static func textTooLarge(_ limits: Limits) -> ErrorFields {
        ErrorFields(
            code: "54000", "the statement's text is larger than the gateway takes",
            detail: "at most \(limits.textBytesMax) bytes are taken",
            hint: "send values as parameters, or with COPY FROM STDIN")
    }

    static let tooManyStatements = ErrorFields(
        code: "53400", "this session has too many prepared statements",
        hint: "close or DEALLOCATE some")

    static let tooManyPortals = ErrorFields(
        code: "53400", "this session has too many open portals", hint: "close some")

    static let needsSync = ErrorFields(
        code: "0A000", "the gateway cannot tell how the server will read this text",
        detail: "it has a backslash in a plain literal or a character that is not ASCII, and an"
            + " earlier command of the same pipeline may have changed the settings that decide it",
        hint: "send Sync, and wait for ReadyForQuery, before this command")

    static func settings(_ standardConformingStrings: String, _ clientEncoding: String)
        -> ErrorFields
    {
        ErrorFields(
            code: "0A000", "the gateway reads no command under this session's settings",
            detail: "the server reports standard_conforming_strings"
                + " `\(standardConformingStrings.prefix(20))` and client_encoding `\(clientEncoding.prefix(20))`;"
                + " they must be `on` and `UTF8`",
            hint: "connect again")
    }
}

extension MachineFailure {
    static func badLength(_ blame: Blame, _ type: UInt8, _ length: Int) -> MachineFailure {
        MachineFailure(blame, "invalid message length \(length) for message type \(shown(type))")
    }

    static func unknownType(_ blame: Blame, _ type: UInt8) -> MachineFailure {
        MachineFailure(blame, "invalid message type \(shown(type))")
    }

    static func malformed(_ message: String, _ blame: Blame = .client) -> MachineFailure {
        MachineFailure(blame, "invalid message format in \(message)")
    }

    static func unexpected(_ type: UInt8) -> MachineFailure {
        MachineFailure(
            .upstream, "the target sent message type \(shown(type)) where the protocol has none")
    }

    private static func shown(_ type: UInt8) -> String {
        type > 0x20 && type < 0x7f ? "`\(Character(Unicode.Scalar(type)))`" : "\(type)"
    }
}
