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
    var more = Smallest(ShellLimits.shownVariablesMax)
    var names = Set(usual.map(name))
    for entry in environment {
        if !known.contains(entry) { more.add(entry) }
        names.remove(name(entry))
    }
    let missing = usual.filter { names.contains(name($0)) }.map { Array(name($0)) }
        .sorted { $0.lexicographicallyPrecedes($1) }
    let count = more.count + missing.count
    var lines = more.entries.map { "environment: \(shown($0, isMasked: isMasked))" }
    lines += missing.prefix(ShellLimits.shownVariablesMax - lines.count)
        .map { "environment: without \(text($0))" }
    if lines.count < count { lines.append("environment: \(count - lines.count) more variables") }
    return lines
}

private func name(_ entry: [UInt8]) -> ArraySlice<UInt8> {
    entry.prefix { $0 != UInt8(ascii: "=") }
}

/// The first of many in the order of their bytes, and how many there were: what nobody is shown is not sorted.
private struct Smallest {
    private(set) var entries: [[UInt8]] = []
    private(set) var count = 0
    private let most: Int

    init(_ most: Int) { self.most = most }

    mutating func add(_ entry: [UInt8]) {
        count += 1
        if entries.count == most {
            guard let last = entries.last, entry.lexicographicallyPrecedes(last) else { return }
            entries.removeLast()
        }
        let place = entries.firstIndex { entry.lexicographicallyPrecedes($0) } ?? entries.count
        entries.insert(entry, at: place)
    }
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
