import Vocabulary

extension Effect {
    /// As ledger, inbox and logs have it: an object or attribute that a text names by a literal (a command of COPY, a
    /// path, a connection) without the secrets in it. Policies judge the effect itself.
    public var masked: Effect {
        var effect = self
        effect.object =
            switch object {
            case .exactly(let name): .exactly(name.masked)
            case .oneOf(let names): .oneOf(names.map(\.masked))
            case .anything: .anything
            }
        effect.attributes = attributes.mapValues { value in
            if case .text(let text) = value { .text(maskedText(text)) } else { value }
        }
        return effect
    }
}

extension ObjectName {
    fileprivate var masked: ObjectName { ObjectName(components.map(maskedText)) }
}

private func maskedText(_ text: String) -> String {
    String(decoding: maskConnection(Array(text.utf8)), as: UTF8.self)
}
