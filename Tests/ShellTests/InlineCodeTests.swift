import Shell
import Testing
import Vocabulary

@Suite("Code that is given to an interpreter")
struct InlineCodeTests {
    private func isCode(_ path: String, _ words: String, called: String? = nil, terminal: Bool)
        -> Bool
    {
        let words =
            words.isEmpty
            ? [] : words.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        let start = start(file(path), words, called: called, isOnTerminal: terminal)
        return ShellInspector.effects(of: start, parent: nil).contains {
            $0.isFlagged("inline_code")
        }
    }

    static let codeTable: [(String, String)] = [
        ("bash", "-c x"), ("bash", "-lc x"), ("bash", "-cl x"), ("bash", "-ec x"),
        ("bash", "-e -c x"),
        ("bash", "+x -c x"), ("bash", "--norc -c x"), ("bash", "-norc -c x"),
        ("bash", "--rcfile f -c x"),
        ("bash", "-rcfile f -c x"), ("bash", "-o pipefail -c x"), ("bash", "-eo pipefail -c x"),
        ("bash", "-co pipefail x"), ("bash", "-o errexit -o pipefail -c x"),
        ("bash", "+O extglob -c x"),
        ("bash", "-O extglob -c x"), ("bash", "-o -c x"), ("bash", "/dev/fd/63"),
        ("bash", "/proc/self/fd/63"),
        ("bash", "/dev/pts/3"), ("bash", "/dev//fd/63"), ("bash", "/etc/../dev/fd/63"),
        ("bash", "../../dev/fd/63"), ("bash", "-- /dev/fd/63"), ("bash", "-x /dev/fd/9 y"),
        ("dash", "-c x"), ("dash", "+c x"), ("sh", "-c x"), ("zsh", "-oextendedglob -c x"),
        ("zsh", "-fc x"), ("zsh5", "-c x"), ("ksh93", "-c x"), ("mksh", "-c x"),
        ("bash-static", "-c x"),
        ("fish", "-c x"), ("fish", "--command=x"), ("fish", "--comm=x"), ("fish", "-C x"),
        ("tcsh", "-fc x"),
        ("busybox", "sh -c x"), ("busybox", "ash -ec x"), ("busybox", "busybox sh -c x"),
        ("busybox", "awk x"), ("toybox", "sh -c x"),
        ("python3.11", "-c x"), ("python3", "-cx"), ("python3", "-Ic x"), ("python3", "-u -c x"),
        ("python3", "-W ignore -c x"), ("python3", "-Wignore -c x"), ("python3", "-X dev -c x"),
        ("python3", "--check-hash-based-pycs never -c x"), ("python3", "-m timeit x"),
        ("python3", "-mcode"),
        ("python3", "-um timeit x"), ("pypy3", "-c x"), ("python3", "/dev/fd/3"),
        ("perl", "-e x"), ("perl", "-E x"), ("perl", "-ne x"), ("perl", "-pi -e x"),
        ("perl", "-pi.bak -e x"),
        ("perl", "-lane x"), ("perl", "-0777ne x"), ("perl", "-0xFFne x"), ("perl", "-l012e x"),
        ("perl", "-CSDe x"), ("perl", "-F: -ane x"), ("perl", "-I lib -e x"),
        ("perl", "-Ilib -e x"),
        ("perl", "-Mstrict -e x"), ("perl", "-MPOSIX;x"), ("perl", "-M POSIX(x)"),
        ("perl", "-de 1"),
        ("perl5.36.0", "-we x"), ("perl5.36-x86_64-linux-gnu", "-e x"), ("perl", "-s -- /dev/fd/5"),
        ("ruby", "-e x"), ("ruby3.1", "-ne x"), ("ruby", "-rjson -e x"), ("ruby", "-r json -e x"),
        ("ruby", "-W0e x"), ("ruby", "-W:no-deprecated -e x"), ("ruby", "--encoding utf-8 -e x"),
        ("node", "-e x"), ("node", "--eval x"), ("node", "--eval=x"), ("node", "-p x"),
        ("node", "-pe x"),
        ("node", "--print x"), ("node", "--title t -e x"), ("node", "--unheard-of t -e x"),
        ("node", "--require ./a.js -e x"), ("node", "--import data:text/javascript,x"),
        ("nodejs", "-e x"), ("node", "inspect a.js"), ("bun", "-e x"), ("deno", "eval x"),
        ("deno", "run -A data:x"),
        ("php", "-r x"), ("php8.2", "-rx"), ("php", "-d a=b -r x"), ("php", "--run x"),
        ("php", "-B x"),
        ("php", "-d auto_prepend_file=/dev/stdin a.php"),
        ("php", "-d auto_prepend_file=data:x a.php"),
        ("lua5.4", "-e x"), ("lua", "-l m -e x"), ("luajit", "-e x"), ("luajit", "-jv -e x"),
        ("awk", "x"), ("mawk", "{print}"), ("gawk", "-F : x"), ("gawk", "-f a.awk -e x"),
        ("gawk", "--source x"),
        ("gawk", "--sou x"), ("mawk", "-v a=b x f"), ("gawk", "-f /dev/fd/4 x"),
        ("original-awk", "x"),
        ("vim.basic", "-c x"), ("vim", "file -c x"), ("vim", "--cmd x"), ("vim", "+x"),
        ("vim", "file +x"),
        ("nvim", "-es -c x"), ("emacs", "--eval x"), ("emacs", "-eval x"),
        ("emacs", "--batch --ev=x"),
        ("gdb", "-ex x"), ("gdb", "-batch -ex x"), ("gdb", "--eval-command=x"), ("gdb", "--ev x"),
        ("gdb-multiarch", "-iex x"), ("make", "--eval=x"), ("make", "all --eval x"),
        ("make", "-E x"), ("make", "X:=$(shell_id)"), ("make", "all X=$(file_>/a,b)"),
        ("make", "X!=id"), ("make", "SHELL=/home/x/sh"), ("make", "-j4 .SHELLFLAGS=-c"),
        ("make", "-- MAKEFLAGS=--eval=x"), ("libc.so", "/home/x/evil"),
        ("libc.musl-x86_64.so.1", "/home/x/evil"), ("memcheck-amd64-linux", "/home/x/evil"),
        ("box64", "/home/x/evil"),
        ("make", "-f /dev/fd/3"), ("guile", "-c x"), ("Rscript", "-e x"), ("R", "-e x"),
        ("julia", "-E x"),
        ("erl", "-eval x"), ("octave", "--eval x"), ("expect", "-c x"),
        ("perl", "-F: x.pl"), ("perl", "-F/x/,print(1) x.pl"), ("perl", "-d:Peek;x y.pl"),
        ("gawk", "-W source=x"), ("gawk", "-Wsource=x"), ("gawk", "-W sou x"),
        ("gawk", "-W file=/dev/fd/3 x"),
        ("gawk", "-i /dev/fd/3 -f a.awk"), ("gawk", "-l /proc/self/fd/3 -f a.awk"),
        ("gawk", "--include=/dev/fd/3 -f a.awk"), ("mawk", "-W exec /dev/fd/3"),
        ("vim", "-S /dev/fd/3"), ("vim", "-u /dev/fd/3 x"), ("vim", "-s/proc/self/fd/3 x"),
        ("vim", "-es -u /dev/fd/3 x"), ("nvim", "-l /dev/fd/3"),
        ("bash", "--rcfile /dev/fd/3 -i"), ("bash", "-init-file /proc/self/fd/3 -i"),
        ("emacs", "-l /dev/fd/3"), ("emacs", "--batch --load=/dev/fd/3"),
        ("emacs", "-script /proc/self/fd/3"), ("node", "-r /dev/fd/3 x.js"),
        ("node", "--import=/dev/fd/3 x.js"), ("sbcl", "--load /dev/fd/3 x"),
        ("sbcl", "--load=/dev/fd/3 x"), ("php", "-c /dev/fd/3 x.php"),
        ("ld-linux-x86-64.so.2", "/bin/sh x.sh"), ("ld-2.36.so", "/bin/true"),
        ("qemu-aarch64-static", "/bin/true"),
    ]

    @Test("threat 30: code in a word is inline code, in every spelling", arguments: codeTable)
    func code(_ name: String, _ words: String) {
        #expect(isCode("/usr/bin/\(name)", words, terminal: true))
        #expect(isCode("/usr/bin/\(name)", words, terminal: false))
    }

    static let fileTable: [(String, String)] = [
        ("bash", "x.sh"), ("bash", "x.sh -c"), ("bash", "-e x.sh"), ("bash", "-- x.sh -c"),
        ("bash", "-- -c"), ("bash", "-o pipefail x.sh"), ("bash", "--norc x.sh"),
        ("bash", "--version"),
        ("bash", "/dev/shm/x.sh"), ("bash", "/dev/null"), ("dash", "- x.sh -c"),
        ("busybox", "ls -c"),
        ("busybox", "sh x.sh"), ("python3", "x.py"), ("python3", "x.py -c y"),
        ("python3", "-u x.py"),
        ("python3", "-m http.server -c"), ("python3", "-mvenv x"), ("python3", "--version"),
        ("python3", "-V"),
        ("python3", "-W ignore x.py"), ("perl", "x.pl"), ("perl", "-w x.pl -e"),
        ("perl", "-i.bake x.pl"),
        ("perl", "-Ilib/e x.pl"), ("perl", "-MEnglish=e x.pl"), ("perl", "-v"), ("ruby", "x.rb -e"),
        ("ruby", "-rexample x.rb"), ("node", "app.js -e"), ("node", "--inspect app.js -e"),
        ("node", "-v"),
        ("node", "--max-old-space-size=4 app.js"), ("php", "a.php -r"), ("php", "-f a.php"),
        ("lua", "a.lua -e"),
        ("awk", "-f a.awk x"), ("gawk", "--file=a.awk"), ("gawk", "-fa.awk x"),
        ("gawk", "--version"), ("gawk", "-W file=a.awk x"), ("gawk", "-i inplace -f a.awk x"),
        ("mawk", "-W exec a.awk"), ("perl", "-d:Trace x.pl"), ("bash", "--rcfile x.sh y.sh"),
        ("emacs", "-l x.el"), ("node", "-r ./a.js x.js"),
        ("make", "all"), ("make", "-j8 all CFLAGS=-c"), ("make", "$X V=1"),
        ("make", "-f Makefile.e"),
        ("Rscript", "a.R"),
        ("deno", "run -A a.ts"), ("true", "-c x"), ("git", "-c x"), ("tar", "-c -f x -e"),
        ("sed", "-e s/a/b/"),
        ("find", "-exec sh -c"), ("env", "-S sh"), ("xargs", "sh -c x"), ("nohup", "sh -c x"),
        ("qemu-img", "info x"),
    ]

    @Test("a program in a file is none, whatever its own words are", arguments: fileTable)
    func notCode(_ name: String, _ words: String) {
        #expect(!isCode("/usr/bin/\(name)", words, terminal: true))
        #expect(!isCode("/usr/bin/\(name)", words, terminal: false))
    }

    @Test(
        "threat 30: an interpreter that reads its program from what is no terminal has inline code",
        arguments: [
            ("dash", ""), ("bash", "-s"), ("bash", "-s a b"), ("bash", "-x"), ("bash", "-"),
            ("bash", "-i"),
            ("bash", "/dev/stdin"), ("bash", "/dev/fd/0"), ("bash", "/proc/self/fd/0"),
            ("bash", "-o pipefail"),
            ("bash", "--norc"), ("busybox", "sh"), ("python3", ""), ("python3", "-"),
            ("python3", "- a"),
            ("python3", "-u"), ("python3", "-i x.py"), ("perl", ""), ("perl", "-w"), ("perl", "-"),
            ("ruby", ""),
            ("ruby", "-"), ("node", ""), ("node", "-"), ("node", "-i"), ("php", ""), ("php", "-a"),
            ("lua", "-"),
            ("lua", ""), ("lua", "-i a.lua"), ("gawk", "-f -"), ("gawk", "-f /dev/stdin"),
            ("make", "-f -"),
            ("vim", "x"), ("vim", "-es x"), ("gdb", "x"), ("gdb", "-x -"), ("tclsh", ""),
            ("deno", "run -"), ("bash", "--rcfile /dev/stdin -i"), ("gawk", "-i - -f a.awk"),
            ("vim", "-S /dev/stdin"), ("emacs", "-l /dev/stdin"), ("perl", "-d x.pl"),
        ])
    func standardInput(_ name: String, _ words: String) {
        #expect(isCode("/usr/bin/\(name)", words, terminal: false))
        #expect(!isCode("/usr/bin/\(name)", words, terminal: true))
    }

    @Test("threat 30: what a file is decides, and not what its caller called it")
    func called() {
        #expect(isCode("/usr/bin/bash", "-c x", called: "true", terminal: true))
        #expect(isCode("/usr/bin/bash", "-c x", called: "-", terminal: true))
        #expect(!isCode("/usr/bin/true", "-c x", called: "bash", terminal: true))
        #expect(isCode("/usr/bin/busybox", "-c x", called: "sh", terminal: true))
        #expect(isCode("/usr/bin/busybox", "-c x", called: "-sh", terminal: true))
        #expect(isCode("/opt/py", "-c x", terminal: true) == false)
        let named = start(file("/opt/py", names: ["/usr/bin/python3"]), ["-c", "x"])
        #expect(ShellInspector.effects(of: named, parent: nil)[0].isFlagged("inline_code"))
        let linked = start(file("/opt/py", links: ["/usr/bin/python3"]), ["-c", "x"])
        #expect(ShellInspector.effects(of: linked, parent: nil)[0].isFlagged("inline_code"))
    }

    @Test("bytes behind a letter never join with it")
    func bytes() {
        for letters in [[0xCC, 0x81], [0xFF], [0x0D, 0x0A]] as [[UInt8]] {
            var start = start(file("/usr/bin/perl"), ["-e"])
            start.arguments[1] += letters
            #expect(ShellInspector.effects(of: start, parent: nil)[0].isFlagged("inline_code"))
            start.executable = file("/usr/bin/node")
            start.arguments[1] = Array("--eval=".utf8) + letters
            #expect(ShellInspector.effects(of: start, parent: nil)[0].isFlagged("inline_code"))
        }
    }
}
