/// How one family of interpreters reads its words.
final class Interpreter: Sendable {
    let grammar: OptionGrammar
    /// Words that, alone, only make it say something about itself.
    private let information: WordList

    func tellsAboutItself(_ word: [UInt8]) -> Bool { information.contains(word) }

    /// By a file's name: `python3.11`, `bash-static` and `vim.basic` are python, bash and vim.
    static func named(_ name: String) -> Interpreter? {
        if let exact = families[name] { return exact }
        let letters = name.prefix { $0.isLetter }.lowercased()
        return families[letters]
    }

    private static let families: [String: Interpreter] = {
        var families: [String: Interpreter] = [:]
        for (names, interpreter) in table {
            for name in names.split(separator: " ") { families[String(name)] = interpreter }
        }
        return families
    }()

    fileprivate init(_ grammar: OptionGrammar, _ information: WordList = "--version --help") {
        self.grammar = grammar
        self.information = information
    }
}

/// The families. Letters and words are those of the programs' own manuals.
private let table: [(String, Interpreter)] = [
    (
        "sh bash dash ash zsh ksh mksh lksh pdksh oksh loksh rbash rksh rzsh posh yash csh tcsh bsd-csh hush osh",
        Interpreter(
            OptionGrammar(
                code: "c", next: "oO", longValues: "rcfile init-file", standardInputFlags: "s",
                plusIsOption: true, dashEndsOptions: true,
                singleDashLong: "norc noprofile rcfile init-file posix login restricted"))
    ),
    (
        "fish",
        Interpreter(
            OptionGrammar(
                code: "cC", values: "dofDp", longCode: "command init-command",
                longValues: "debug debug-output features profile profile-startup",
                abbreviates: true), "--version -v --help -h")
    ),
    (
        "python pypy jython micropython",
        Interpreter(
            OptionGrammar(
                code: "c", values: "WXQ", modules: "m",
                codeModules: "code timeit pdb idlelib asyncio IPython",
                longValues: "check-hash-based-pycs", standardInputFlags: "i"),
            "--version -V -VV --help -h")
    ),
    (
        "perl",
        Interpreter(
            OptionGrammar(
                code: "eEF", values: "I", attached: "ixDV", afterColon: "d", octals: "0l",
                letters: [UInt8(ascii: "C"): "IOEioSDAaL0123456789"], usedModules: "mM",
                standardInputFlags: "d"),
            "--version -v -V --help -h")
    ),
    (
        "ruby jruby mruby truffleruby",
        Interpreter(
            OptionGrammar(
                code: "e", values: "CEIXr", attached: "iFx", afterColon: "W", octals: "0",
                longValues: """
                    encoding external-encoding internal-encoding enable disable dump parser \
                    backtrace-limit
                    """), "--version -v --help -h")
    ),
    (
        "node nodejs bun qjs",
        Interpreter(
            OptionGrammar(
                code: "ep", values: "rC", longCode: "eval print",
                longFlags: """
                    inspect inspect-brk inspect-wait trace-warnings no-warnings enable-source-maps \
                    experimental-modules expose-gc preserve-symlinks test watch check interactive \
                    no-deprecation trace-deprecation throw-deprecation smol hot
                    """,
                longValues: "require import loader experimental-loader conditions title env-file",
                longMayTakeValue: true, codeInValues: "data:", codeCommands: "inspect",
                standardInputFlags: "i"),
            "--version -v --help -h")
    ),
    (
        "deno",
        Interpreter(
            OptionGrammar(
                longCode: "eval", longMayTakeValue: true, codeCommands: "eval repl",
                permutes: true), "--version -V --help -h")
    ),
    (
        "php",
        Interpreter(
            OptionGrammar(
                code: "rBRE", values: "cdStz", files: "fF",
                longCode: "run process-begin process-code process-end",
                longValues: "define php-ini server docroot zend-extension rf rc re rz ri",
                longFiles: "file process-file", codeInValues: "php: data: /dev/ /proc/",
                standardInputFlags: "a"), "--version -v -i -m --help -h")
    ),
    (
        "lua luajit texlua luatex",
        Interpreter(
            OptionGrammar(
                code: "e", values: "lj", attached: "Ob", standardInputFlags: "i"), "-v")
    ),
    (
        "awk gawk mawk nawk original-awk goawk bwk",
        Interpreter(
            OptionGrammar(
                code: "e", values: "Fvil", attached: "dDLop", longBehind: "W", files: "fE",
                longCode: "source",
                longValues: "assign field-separator include load", longFiles: "file exec",
                abbreviates: true, operandIsCode: true, operandIsFile: false,
                standardInput: .never),
            "--version -V --help -h")
    ),
    (
        "vim vi view ex rvim rview gvim gview vimdiff nvim evim nvi elvis",
        Interpreter(
            OptionGrammar(
                code: "c", values: "diqrstTuUwWPSl", longCode: "cmd remote-expr remote-send",
                longValues: "servername startuptime log listen socketid", permutes: true,
                operandIsFile: false, standardInput: .always, plusIsCode: true),
            "--version --help -h")
    ),
    (
        "emacs",
        Interpreter(
            OptionGrammar(
                values: "ltudDLfx", longCode: "eval execute", longValues: "load script",
                permutes: true, abbreviates: true, operandIsFile: false, standardInput: .never,
                singleDashLong: "eval execute batch script load funcall"))
    ),
    (
        "gdb gdbtui",
        Interpreter(
            OptionGrammar(
                values: "dsecpblt", files: "x", longCode: "ex iex eval-command init-eval-command",
                longValues:
                    "directory symbols exec core pid cd tty args se data-directory interpreter",
                longFiles: "command init-command ix", permutes: true, abbreviates: true,
                operandIsFile: false, standardInput: .always,
                singleDashLong: """
                    ex iex eval-command init-eval-command command init-command ix batch \
                    quiet nx nh args directory symbols exec core pid cd tty se
                    """))
    ),
    (
        "make gmake",
        Interpreter(
            OptionGrammar(
                code: "E", values: "CIoW", attached: "jlO", files: "f", longCode: "eval",
                longValues: "directory include-dir old-file what-if new-file assume-new assume-old",
                longFiles: "file makefile", operandsMayAssignCode: true, permutes: true,
                abbreviates: true, operandIsFile: false, standardInput: .never))
    ),
    (
        "tclsh wish expect guile racket rscript r littler octave julia erl elixir iex ghci ghc runghc ocaml "
            + "sbcl clisp ecl scala groovy clojure clj jshell raku rakudo crystal nu elvish xonsh irb ipython",
        Interpreter(
            OptionGrammar(
                code: "ceE", files: "f", longCode: "eval execute expression command evaluate",
                longFiles: "file", longMayTakeValue: true, singleDashLong: "eval"))
    ),
]
