import Vocabulary

/// A program that carries files over its standard streams to or from whoever opened the session: the far end of `sftp`,
/// `scp` and `rsync`. That is an effect of its own, `shell.transfer`, beside the program's.
public struct FileTransfer: Hashable, Sendable {
    public enum Means: String, Sendable {
        case sftp, scp, rsync
    }

    /// As the target sees it.
    public enum Direction: String, Sendable {
        case into = "in"
        case out
    }

    /// The far end of sftp, where Debian has it. A client that asks for SSH's subsystem asks for this program, on the target.
    public static let sftpServer = "/usr/lib/openssh/sftp-server"

    public var means: Means
    /// `nil` where the words do not say: `sftp` goes both ways.
    public var direction: Direction?

    /// `nil` for a program that is no such thing. Goes by names: what hides under another one is still a program that a
    /// rule has to allow.
    public init?(of program: ProgramStart) {
        let names = [program.executable.path, program.script?.path, program.arguments.first]
            .compactMap { $0.map(lastComponent) }
        let words = program.arguments.dropFirst()
        if names.contains("sftp-server") {
            self.init(.sftp, nil)
        } else if names.contains("scp"), let direction = scpDirection(words) {
            self.init(.scp, direction)
        } else if names.contains("rsync"), words.contains(Array("--server".utf8)) {
            self.init(.rsync, words.contains(Array("--sender".utf8)) ? .out : .into)
        } else {
            return nil
        }
    }

    private init(_ means: Means, _ direction: Direction?) {
        self.means = means
        self.direction = direction
    }

    public var effect: Effect {
        var attributes: [String: AttributeValue] = ["means": .text(means.rawValue)]
        attributes["direction"] = direction.map { .text($0.rawValue) }
        return Effect(.shellTransfer, .none, attributes: attributes)
    }
}

/// `scp -t` takes files, `scp -f` gives them: undocumented, and what clients run. Options may stand together.
private func scpDirection(_ words: ArraySlice<[UInt8]>) -> FileTransfer.Direction? {
    var isValue = false
    for word in words {
        guard !isValue else {
            isValue = false
            continue
        }
        guard word.first == UInt8(ascii: "-") else { continue }
        for (index, letter) in word.enumerated().dropFirst() {
            if letter == UInt8(ascii: "t") { return .into }
            if letter == UInt8(ascii: "f") { return .out }
            // The rest of the word is the option's value, or the next word is.
            if "cDFiJlMoPSX".utf8.contains(letter) {
                isValue = index == word.count - 1
                break
            }
        }
    }
    return nil
}
