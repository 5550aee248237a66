import CPAM
import Glibc

/// Takes libpam's calls of the conversation to the daemon and brings the answers back.
final class PAMQuestioner {
    private let socket: PacketSocket

    init(_ socket: PacketSocket) { self.socket = socket }

    /// The structure that libpam keeps. It borrows `self`, which has to outlive the handle.
    var conversation: pam_conv {
        pam_conv(conv: converse, appdata_ptr: Unmanaged.passUnretained(self).toOpaque())
    }

    /// The answers to the questions among `messages`; `nil` when there are none to be had.
    fileprivate func ask(_ messages: [PAMMessage]) -> [[UInt8]]? {
        let questions = messages.count { $0.kind.wantsAnswer }
        guard (try? socket.send(PAMReply.messages(messages).packet)) != nil else { return nil }
        guard questions > 0 else { return [] }
        guard var packet = try? socket.receive(deadline: .max) else { return nil }
        defer { wipe(&packet) }
        guard case .answers(let answers) = PAMRequest(packet: packet), answers.count == questions
        else { return nil }
        return answers
    }
}

/// libpam's callback. It gives the responses away: the module that asked frees them.
private func converse(
    _ count: Int32, _ messages: UnsafeMutablePointer<UnsafePointer<pam_message>?>?,
    _ responses: UnsafeMutablePointer<UnsafeMutablePointer<pam_response>?>?,
    _ context: UnsafeMutableRawPointer?
) -> Int32 {
    guard let messages, let responses, let context, (1...Limits.messagesMax).contains(Int(count))
    else { return PAM_CONV_ERR }
    let questioner = Unmanaged<PAMQuestioner>.fromOpaque(context).takeUnretainedValue()
    guard let asked = read(messages, count: Int(count)), var answers = questioner.ask(asked) else {
        return PAM_CONV_ERR
    }
    defer { for index in answers.indices { wipe(&answers[index]) } }
    guard let given = respond(to: asked, with: answers) else { return PAM_BUF_ERR }
    responses.pointee = given
    return PAM_SUCCESS
}

/// `nil` for a style that Linux-PAM does not define (binary prompts among them).
private func read(
    _ messages: UnsafeMutablePointer<UnsafePointer<pam_message>?>, count: Int
) -> [PAMMessage]? {
    var read: [PAMMessage] = []
    for index in 0..<count {
        guard let message = messages[index]?.pointee,
            let code = UInt8(exactly: message.msg_style),
            let kind = PAMMessage.Kind(code: code)
        else { return nil }
        read.append(PAMMessage(kind: kind, text: message.msg.map(cappedText) ?? ""))
    }
    return read
}

/// What a module wrote as UTF-8, repaired where it is none, cut at a character.
private func cappedText(_ pointer: UnsafePointer<CChar>) -> String {
    var text = String(cString: pointer)
    while text.utf8.count > Limits.messageBytesMax { text.unicodeScalars.removeLast() }
    return text
}

/// As many responses as messages, in memory of `malloc`; `nil` when there is none.
private func respond(
    to messages: [PAMMessage], with answers: [[UInt8]]
) -> UnsafeMutablePointer<pam_response>? {
    guard let raw = calloc(messages.count, MemoryLayout<pam_response>.stride) else { return nil }
    let responses = raw.bindMemory(to: pam_response.self, capacity: messages.count)
    var rest = answers[...]
    for (index, message) in messages.enumerated() where message.kind.wantsAnswer {
        guard let answer = rest.popFirst(), let text = cString(answer) else {
            release(responses, count: messages.count)
            return nil
        }
        responses[index].resp = text
    }
    return responses
}

private func cString(_ bytes: [UInt8]) -> UnsafeMutablePointer<CChar>? {
    guard let raw = calloc(bytes.count + 1, 1) else { return nil }
    raw.copyMemory(from: bytes, byteCount: bytes.count)
    return raw.assumingMemoryBound(to: CChar.self)
}

private func release(_ responses: UnsafeMutablePointer<pam_response>, count: Int) {
    for index in 0..<count {
        guard let text = responses[index].resp else { continue }
        explicit_bzero(text, strlen(text))
        free(text)
    }
    free(responses)
}
