/// A program as recordings, notices and search show it: its words, and before them the file that runs wherever they do not
/// name it, since its caller chooses the first of them.
///
/// `/usr/bin/curl (as ls) --version`; of a script `/srv/app/build.sh (by /usr/bin/dash, as /bin/sh) ./build.sh`. A file that
/// may not be the one at its path is `unlinked`, as in effects: `'/memfd:x (deleted)' (unlinked, as ls)`. A word of a command has no bracket
/// outside of quotes, so none of this can be said by one.
///
/// - Parameters:
///   - words: the program's, as they may be shown.
///   - spelled: the same by `shownCommand`.
public func shownProgram(
    _ program: ProgramStart, _ words: [[UInt8]], spelled: [UInt8]
) -> [UInt8] {
    guard !isNamed(program, by: words) else { return spelled }
    let interpreter = program.executable
    let file = program.script ?? interpreter
    var facts: [[UInt8]] = []
    if !file.isVerified { facts.append(Array("unlinked".utf8)) }
    if program.script != nil {
        let by = interpreter.isVerified ? "by " : "by unlinked "
        facts.append(by.utf8 + shownCommand([interpreter.path]))
    }
    let called = shownCommand([words.first ?? []])
    facts.append("as ".utf8 + called)
    let brackets = Array(" (".utf8) + facts.joined(separator: Array(", ".utf8)) + [0x29]
    return shownCommand([file.path]) + brackets + spelled.dropFirst(called.count)
}

/// Whoever reads the words knows which file it is.
private func isNamed(_ program: ProgramStart, by words: [[UInt8]]) -> Bool {
    guard isName(words.first ?? [], of: program.executable) else { return false }
    guard let script = program.script else { return true }
    // The kernel puts the script's name before its words, as its caller wrote it.
    return isName(program.executedAs, of: script)
        && words.dropFirst().contains(program.executedAs)
}

/// It is the file's path, or its name where everybody looks for programs and only administrators put any. Login shells are
/// called with a hyphen before their names.
private func isName(_ called: [UInt8], of file: ProgramFile) -> Bool {
    guard file.isVerified else { return false }
    if called == file.path { return true }
    let (directory, name) = parts(file.path)
    guard !file.isReplaceable, usualDirectories.contains(directory) else { return false }
    guard called.contains(UInt8(ascii: "/")) else {
        return called == name || called == [UInt8(ascii: "-")] + name
    }
    let (calledDirectory, calledName) = parts(called)
    // Where those are one directory, both are its paths.
    return calledName == name
        && (calledDirectory == "/bin" && directory == "/usr/bin"
            || calledDirectory == "/sbin" && directory == "/usr/sbin")
}

private func parts(_ path: [UInt8]) -> (directory: String, name: [UInt8]) {
    let slash = path.lastIndex(of: UInt8(ascii: "/")) ?? path.startIndex
    return (String(decoding: path[..<slash], as: UTF8.self), Array(path[slash...].dropFirst()))
}

private let usualDirectories: Set<String> = [
    "/bin", "/sbin", "/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin",
]
