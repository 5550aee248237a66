/// The words behind a program's name, as rules see them.
///
/// A file that is several programs by the name that it is called (busybox as `sh`, git as `git-push`) gets that name as
/// its first word, so that `exec -a git-push git origin` cannot hide from a rule on `push`.
func programWords(_ file: ProgramFile, _ arguments: [[UInt8]]) -> [[UInt8]] {
    let words = Array(arguments.dropFirst())
    guard let own = calledNames(file).first(where: manyPrograms.contains) else { return words }
    var called = lastComponent(arguments.first ?? [])
    if called.first == "-" { called.removeFirst() }
    if own == "git" {
        guard called.hasPrefix("git-") else { return words }
        called.removeFirst(4)
    } else if called.hasPrefix(own) || called.isEmpty {
        return words
    }
    return [Array(called.utf8)] + words
}

/// What a file is called: the last components of all its names, the one that it runs by first.
func calledNames(_ file: ProgramFile) -> [String] {
    ([file.path] + file.names + file.links).map(lastComponent)
}

/// Files that are another program by another name.
private let manyPrograms: Set<String> = [
    "busybox", "toybox", "coreutils", "git", "systemctl", "kmod", "lvm", "rustup",
]

/// Of which the first word is the program that runs.
func isApplets(_ name: String) -> Bool { name == "busybox" || name == "toybox" }

/// A dynamic loader, or an emulator, that runs the program which its words name without the kernel loading it. Musl's is
/// its C library, and valgrind's tools are named by what they run on.
func isLoader(_ file: ProgramFile) -> Bool {
    calledNames(file).contains { name in
        switch name.utf8.first {
        case UInt8(ascii: "l"):
            name.hasPrefix("ld-linux") || name.hasPrefix("ld-musl") || name.hasPrefix("ld.so")
                || name.hasPrefix("libc.so") || name.hasPrefix("libc.musl")
                || name.hasPrefix("ld64.so") || (name.hasPrefix("ld-") && name.contains(".so"))
        case UInt8(ascii: "q"):
            name.hasPrefix("qemu-")
                && !["system", "img", "nbd", "io", "ga"].contains { name.hasPrefix("qemu-" + $0) }
        case UInt8(ascii: "b"): name == "box64" || name == "box86"
        default:
            name.hasSuffix("-amd64-linux") || name.hasSuffix("-x86-linux")
                || name.hasSuffix("-arm64-linux")
        }
    }
}
