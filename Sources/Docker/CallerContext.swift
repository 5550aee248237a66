import HTTP
import Vocabulary

extension EngineCall {
    /// What the caller says of the call, a line for each word: by the header of its request, or else by a label of what it makes.
    /// Whatever could begin another line is written out, and what looks like a secret is left out.
    public func context(_ headers: HeaderFields) -> [String] {
        ContextWord.allCases.compactMap { word in
            let header = headers.values(word.header).first.map(claim) ?? ""
            let text = header.isEmpty ? given[word.label]?.text.map(claim) ?? "" : header
            return text.isEmpty ? nil : "the caller's \(word): \(text)"
        }
    }

    /// The labels of what it makes: in its body, or a build's in the query.
    private var given: JSONValue {
        if let labels = body["Labels"] { return labels }
        guard endpoint.deed == .build, let text = query["labels"] else { return .null }
        return (try? JSONValue(parsing: Array(text.utf8))) ?? .null
    }

    private func claim(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isBlank = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        let shown = mask(String(scalars[first...last])).unicodeScalars
        return shown.prefix(DockerLimits.contextCharactersMax).map {
            endsLines($0) ? "\\u{\(String($0.value, radix: 16))}" : String($0)
        }.joined()
    }

    private func endsLines(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: true
        default: false
        }
    }
}
