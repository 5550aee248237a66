extension ShownStatement {
    /// Whether it has exactly the fields of a statement, each once and in their order: then what is displayed by name
    /// is all that the digest covers.
    public var isWellFormed: Bool {
        let values = fields.count { $0.name.hasPrefix("value.") }
        let before: [StatementFieldName] = [
            .target, .session, .requester, .owner, .issuers, .kind, .statement,
        ]
        let after: [StatementFieldName] = [
            .effects, .inTransaction, .leavesOpen, .action, .policy, .expires, .nonce,
        ]
        let names = before + (0..<values).map { .value($0 + 1) } + after
        return fields.map(\.name) == names.map(\.text)
    }
}
