import Vocabulary

extension Effect {
    /// As ledger, inbox and logs have it: an object or attribute that a text names by a literal (a command of COPY, a
    /// path, a connection) without the secrets in it. Policies judge the effect itself.
    public var masked: Effect {
        var effect = self
        let isCommand = attributes["operation"] == .text("program")
        func masked(_ name: ObjectName) -> ObjectName {
            ObjectName(name.components.map { maskedText($0, isCommand: isCommand) })
        }
        effect.object =
            switch object {
            case .exactly(let name): .exactly(masked(name))
            case .oneOf(let names): .oneOf(names.map(masked))
            case .known(let names): .known(as: names.map(masked))
            case .anything: .anything
            }
        effect.attributes = attributes.mapValues { value in
            guard case .text(let text) = value else { return value }
            return .text(maskedText(text, isCommand: isCommand))
        }
        return effect
    }
}

private func maskedText(_ text: String, isCommand: Bool) -> String {
    let bytes = Array(text.utf8)
    let connection = isCommand ? [] : secretsOfConnection(bytes)
    let secrets = connection.isEmpty ? secretsOfWords(bytes) : connection
    return String(decoding: replacing(secrets, in: bytes) { _ in mask }, as: UTF8.self)
}
