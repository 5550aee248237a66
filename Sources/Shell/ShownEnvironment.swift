/// What a program's environment has besides the usual, a line for each variable, for people who consent to it: sorted by
/// the entries' bytes, masked like its words, and written as `shownCommand` does; then what of the usual it lacks. Of more
/// than `ShellLimits.shownVariablesMax` it is said how many there are.
///
/// - Parameters:
///   - environment: `NAME=VALUE`.
///   - usual: what is not told of.
///   - isMasked: secrets are not shown.
public func shownEnvironment(
    _ environment: [[UInt8]], besides usual: [[UInt8]], isMasked: Bool = true
) -> [String] {
    let known = Set(usual)
    let more = environment.filter { !known.contains($0) }
        .sorted { $0.lexicographicallyPrecedes($1) }
    let names = Set(environment.map(name))
    let missing = usual.map(name).filter { !names.contains($0) }
        .sorted { $0.lexicographicallyPrecedes($1) }
    let count = more.count + missing.count
    var lines = more.prefix(ShellLimits.shownVariablesMax).map {
        "environment: \(shown($0, isMasked: isMasked))"
    }
    lines += missing.prefix(ShellLimits.shownVariablesMax - lines.count)
        .map { "environment: without \(text($0))" }
    if lines.count < count { lines.append("environment: \(count - lines.count) more variables") }
    return lines
}

private func name(_ entry: [UInt8]) -> [UInt8] {
    Array(entry.prefix { $0 != UInt8(ascii: "=") })
}

private func shown(_ entry: [UInt8], isMasked: Bool) -> String {
    // Whoever set it chose its name: what means something to a shell is not hidden.
    let unknown = ProgramFile(path: [], isVerified: false, mode: 0)
    let masked =
        isMasked ? maskedWords([[], entry], of: unknown, isCounted: true).last ?? entry : entry
    let most = ShellLimits.shownVariableBytesMax
    guard masked.count > most else { return text(masked) }
    return "\(text(Array(masked.prefix(most)))) (the first \(most) of \(masked.count) bytes)"
}

private func text(_ word: [UInt8]) -> String {
    String(decoding: shownCommand([word]), as: UTF8.self)
}
