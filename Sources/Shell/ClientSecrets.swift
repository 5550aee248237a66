import Vocabulary

/// Where well-known clients take secrets in their words, and as much of their other options as tells whether a word is an
/// option or the value of the one before it.
///
/// A word hides only where the client surely takes a secret there: where that is unclear it is shown.
struct ClientSecrets: Sendable {
    /// Letters behind which the next word is the secret.
    var next: ByteSet = ""
    /// Letters behind which the rest of the word is the secret.
    var attached: ByteSet = ""
    /// Letters that take a value, in the same word or the next.
    var values: ByteSet = ""
    /// Letters that take none, or only one in the same word.
    var flags: ByteSet = ""
    /// Long options behind which the next word is the secret, that take none, and that take another value in the next word.
    var longNext: WordList = ""
    var longFlags: WordList = ""
    var longValues: WordList = ""
    /// Behind its first operand are words of something else: a command of the server's, another program.
    var endsAtOperand = false

    static func of(_ file: ProgramFile) -> ClientSecrets? {
        // Whoever may write the file, or named what is no file, says what its words mean.
        guard file.isVerified, !file.isReplaceable else { return nil }
        return calledNames(file).lazy.compactMap(named).first
    }

    private static func named(_ name: String) -> ClientSecrets? {
        if name.hasPrefix("mysql") || name.hasPrefix("mariadb") { return mysql }
        return clients[name]
    }

    private static let mysql = ClientSecrets(
        attached: "p", values: "uhPDeS", flags: "pABCENHXtsvVfnbGUI?",
        longFlags: """
            batch silent skip-column-names raw force quick single-transaction routines triggers \
            events no-data all-databases verbose compress
            """)
    private static let redis = ClientSecrets(
        next: "a", values: "hpsnridDtuX", flags: "xc", longNext: "pass",
        longFlags: "no-auth-warning raw no-raw csv json tls",
        longValues: "user cert key cacert sni", endsAtOperand: true)
    private static let ldap = ClientSecrets(
        next: "w", attached: "w", values: "HDbshpfyYURXOoElzTFeSdP", flags: "xnvcALutWZIQNkM")
    private static let clients: [String: ClientSecrets] = [
        "sshpass": ClientSecrets(
            next: "p", attached: "p", values: "fdP", flags: "ev", endsAtOperand: true),
        "redis-cli": redis, "valkey-cli": redis,
        "curl": ClientSecrets(
            next: "uU", attached: "uU", values: "AbcdDeEFHKmoPrtTwxXyYzQC",
            flags: "sSfkLivgGINOJan012346#ZqljpRBM", longNext: "user proxy-user",
            longFlags: """
                silent show-error fail location insecure verbose include head get compressed \
                basic digest
                """),
        "ldapsearch": ldap, "ldapadd": ldap, "ldapmodify": ldap, "ldapdelete": ldap,
        "ldapwhoami": ldap,
        "smbclient": ClientSecrets(
            next: "U", attached: "U", values: "cDILMmnOpRTWdlstb", flags: "NkgPEeqV",
            longNext: "user"),
    ]
}

/// Goes along a client's words, and says of each whether it is a secret or has one.
struct ClientReader {
    enum Place {
        /// Nothing of it is known to be a secret.
        case none
        /// All of it is.
        case secret
        /// All of it but its first two bytes.
        case attached
    }

    private enum Expected {
        case option, secret, value, unclear
    }

    private let client: ClientSecrets
    private var expected = Expected.option
    private var isOver = false

    init(_ client: ClientSecrets?) {
        self.client = client ?? ClientSecrets()
        isOver = client == nil
    }

    /// Looks at each byte of a word a few times.
    mutating func place(of word: [UInt8]) -> Place {
        if isOver { return .none }
        let isDashed = word.first == dash && word.count > 1
        switch expected {
        case .secret where !isDashed:
            expected = .option
            return .secret
        case .value:
            expected = .option
            return .none
        case .secret, .unclear:
            expected = isDashed && takesNext(word) != .option ? .unclear : .option
            if !isDashed, client.endsAtOperand { isOver = true }
            return .none
        case .option: break
        }
        let isLong = isDashed && word[1] == dash
        if (isLong && word.count == 2) || (!isDashed && client.endsAtOperand) {
            isOver = true
            return .none
        }
        guard isDashed else { return .none }
        expected = takesNext(word)
        return word.count > 2 && client.attached.contains(word[1]) ? .attached : .none
    }

    /// What stands behind an option.
    private func takesNext(_ option: [UInt8]) -> Expected {
        if option[1] == dash {
            let name = option.dropFirst(2)
            if client.longNext.contains(name) { return .secret }
            if client.longValues.contains(name) { return .value }
            return client.longFlags.contains(name) || name.contains(UInt8(ascii: "="))
                ? .option : .unclear
        }
        if option.count == 2, client.next.contains(option[1]) { return .secret }
        var letters = option.dropFirst()
        while let letter = letters.popFirst() {
            if client.attached.contains(letter) || client.next.contains(letter) {
                // `-xu`: behind other letters it is not looked for.
                return letters.isEmpty && !client.flags.contains(letter) ? .unclear : .option
            }
            if client.values.contains(letter) { return letters.isEmpty ? .value : .option }
            if !client.flags.contains(letter) { return .unclear }
        }
        return .option
    }
}

private let dash = UInt8(ascii: "-")
