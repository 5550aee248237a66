/// What the daemon tells a helper. One packet of a SOCK_SEQPACKET socket each, so that nothing can be split
/// or joined; inside, RFC 4251's `byte`, `uint32` and `string`.
enum PAMRequest: Hashable {
    case start(PAMStart)
    /// One for each question of the last messages, in their order.
    case answers([[UInt8]])
}

/// What a helper tells the daemon, which believes none of it unread.
enum PAMReply: Hashable {
    /// One call of the conversation. When any of them is a question the helper waits for answers.
    case messages([PAMMessage])
    case finished(PAMFinish)
}

struct PAMStart: Hashable {
    let service: String
    /// A private configuration directory; empty for the system's.
    let directory: String
    let user: String
    let remoteHost: String
    /// After which the helper ends itself, in case that the daemon is gone.
    let seconds: UInt32
}

struct PAMFinish: Hashable {
    enum Stage: UInt8, CaseIterable {
        case start, authenticate, account, user
    }

    /// The last step that was tried.
    let stage: Stage
    /// A code of Linux-PAM; 0 is success.
    let code: Int32
    /// `PAM_USER` at the end.
    let user: String
}

extension PAMRequest {
    var packet: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Limits.packetBytesMax)
        switch self {
        case .start(let start):
            bytes.append(1)
            for text in [start.service, start.directory, start.user, start.remoteHost] {
                bytes += sshString(text.utf8)
            }
            bytes += uint32Bytes(start.seconds)
        case .answers(let answers):
            bytes.append(2)
            for answer in answers { bytes += sshString(answer) }
        }
        return bytes
    }

    init?(packet: [UInt8]) {
        var reader = SSHReader(packet)
        switch reader.byte() {
        case 1:
            guard let service = reader.text(), let directory = reader.text(),
                let user = reader.text(), let remoteHost = reader.text(),
                let seconds = reader.uint32(), reader.isAtEnd
            else { return nil }
            self = .start(
                PAMStart(
                    service: service, directory: directory, user: user, remoteHost: remoteHost,
                    seconds: seconds))
        case 2:
            var answers: [[UInt8]] = []
            while !reader.isAtEnd {
                guard let answer = reader.string(), isAnswer(answer),
                    answers.count < Limits.messagesMax
                else { return nil }
                answers.append(answer)
            }
            self = .answers(answers)
        default: return nil
        }
    }
}

extension PAMReply {
    var packet: [UInt8] {
        switch self {
        case .messages(let messages):
            return messages.reduce(into: [1]) { bytes, message in
                bytes.append(message.kind.code)
                bytes += sshString(message.text.utf8)
            }
        case .finished(let finish):
            return [2, finish.stage.rawValue] + uint32Bytes(UInt32(bitPattern: finish.code))
                + sshString(finish.user.utf8)
        }
    }

    init?(packet: [UInt8]) {
        var reader = SSHReader(packet)
        switch reader.byte() {
        case 1:
            var messages: [PAMMessage] = []
            while !reader.isAtEnd {
                guard let kind = reader.byte().flatMap(PAMMessage.Kind.init(code:)),
                    let text = reader.text(), text.utf8.count <= Limits.messageBytesMax,
                    messages.count < Limits.messagesMax
                else { return nil }
                messages.append(PAMMessage(kind: kind, text: text))
            }
            guard !messages.isEmpty else { return nil }
            self = .messages(messages)
        case 2:
            guard let stage = reader.byte().flatMap(PAMFinish.Stage.init(rawValue:)),
                let code = reader.uint32(), let user = reader.text(),
                user.utf8.count <= Limits.userBytesMax, reader.isAtEnd
            else { return nil }
            self = .finished(PAMFinish(stage: stage, code: Int32(bitPattern: code), user: user))
        default: return nil
        }
    }
}

extension PAMMessage.Kind {
    fileprivate var code: UInt8 {
        switch self {
        case .hidden: 1
        case .shown: 2
        case .error: 3
        case .info: 4
        }
    }

    /// Linux-PAM's `PAM_PROMPT_ECHO_OFF`, `PAM_PROMPT_ECHO_ON`, `PAM_ERROR_MSG`, `PAM_TEXT_INFO`.
    init?(code: UInt8) {
        guard let kind = Self.allCases.first(where: { $0.code == code }) else { return nil }
        self = kind
    }
}

extension SSHReader {
    /// UTF-8 without NUL, which C would take as its end.
    fileprivate mutating func text() -> String? {
        guard let bytes = string(), !bytes.contains(0) else { return nil }
        return String(validating: bytes, as: UTF8.self)
    }
}

/// PAM's answers are C strings: a NUL would make two passwords equal that are not.
func isAnswer(_ bytes: [UInt8]) -> Bool {
    bytes.count <= Limits.answerBytesMax && !bytes.contains(0)
}

private func uint32Bytes(_ value: UInt32) -> [UInt8] {
    [UInt8(value >> 24), UInt8(value >> 16 & 255), UInt8(value >> 8 & 255), UInt8(value & 255)]
}
