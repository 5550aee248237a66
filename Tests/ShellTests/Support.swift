import Shell
import Vocabulary

func words(_ texts: String...) -> [[UInt8]] { texts.map { Array($0.utf8) } }
func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

func file(
    _ path: String, names: [String] = [], links: [String] = [], mode: UInt32 = 0o755,
    isVerified: Bool = true, isReplaceable: Bool = false
) -> ProgramFile {
    ProgramFile(
        path: Array(path.utf8), isVerified: isVerified, names: names.map { Array($0.utf8) },
        links: links.map { Array($0.utf8) }, mode: mode, isReplaceable: isReplaceable)
}

func start(
    _ file: ProgramFile, _ words: [String], called: String? = nil, script: ProgramFile? = nil,
    executedAs: String = "", environment: [String] = [], effectiveUserID: UInt32? = nil,
    isOnTerminal: Bool = true
) -> ProgramStart {
    ProgramStart(
        number: 1, parent: 0, isMain: true, executable: file, script: script,
        executedAs: Array(executedAs.utf8),
        arguments: ([called ?? text(file.path)] + words).map { Array($0.utf8) },
        environment: environment.map { Array($0.utf8) }, directory: Array("/srv/app".utf8),
        userID: 1_000, effectiveUserID: effectiveUserID, groupID: 1_000, isOnTerminal: isOnTerminal)
}

extension Effect {
    func isFlagged(_ name: String) -> Bool { attributes[name] == .flag(true) }
    var words: [String]? { arguments?.map(text) }
}

extension ShellInspector {
    static func effects(of start: ProgramStart, parent: [UInt8]?) -> [Effect] {
        effects(of: start, ProgramCode(of: start), parent: parent)
    }
}

extension ProgramStart {
    func retryEncoding(session: String) -> [UInt8]? {
        retryEncoding(session: session, ProgramCode(of: self))
    }
}
