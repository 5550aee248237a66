import Vocabulary

/// What people read of a call.
extension Judge {
    /// What it does, what is dangerous, what it may touch, the rest.
    var shownText: String {
        let open =
            effects.contains { $0.attributes["exposed"] == .flag(true) }
            ? [
                "dangerous: the container is open to the host: what is done in it may be done to the host"
            ]
            : []
        let dangers = open + effects.compactMap(danger)
        let touched = effects.compactMap(touch)
        return ([title] + dangers + touched + details).joined(separator: "\n")
    }

    private func danger(_ effect: Effect) -> String? {
        switch effect.verb {
        case .containerPrivilege:
            "dangerous: \(spelled(effect.object))\(attributes(effect))"
        case .containerDevice:
            "dangerous: the host's device \(spelled(effect.object))\(attributes(effect))"
        case .containerMount:
            "the host's files: \(spelled(effect.object)), "
                + (effect.attributes["writable"] == .flag(true) ? "to write" : "to read")
                + ", as \(effect.attributes["via"].map(\.description) ?? "a mount")"
        case .buildFetch:
            "the engine fetches \(shownWhole(effect.attributes["url"]?.description ?? "what an image says, which is not here yet"))"
        default: nil
        }
    }

    private func touch(_ effect: Effect) -> String? {
        switch effect.verb {
        case .containerVolume:
            "volume: \(spelled(effect.object)), "
                + (effect.attributes["writable"] == .flag(true) ? "to write" : "to read")
        case .networkConnect
        where call.endpoint.deed != .networkConnect
            && call.endpoint.deed != .networkDisconnect:
            "network: \(spelled(effect.object))"
        case .imageTag, .imageLoad:
            switch effect.attributes["replaces"] {
            case .text("pulled"): "\(named(effect)) is taken from an image that was pulled"
            case .text("made"): "\(named(effect)) is taken from an image that was made here"
            default: nil
            }
        case .networkPublish: "a port of the host\(attributes(effect))"
        default: nil
        }
    }

    private func named(_ effect: Effect) -> String {
        "the name \(spelled(effect.object)):\(effect.attributes["tag"]?.description ?? "")"
    }

    private func attributes(_ effect: Effect) -> String {
        if effect.attributes.isEmpty { return "" }
        let all = effect.attributes.sorted { $0.key < $1.key }.map {
            "\($0.key) \(shownWhole($0.value.description))"
        }
        return " (\(all.joined(separator: ", ")))"
    }

    func environment(_ list: JSONValue?) -> [String] {
        (list?.texts ?? []).map { "with \(shownWhole(maskVariable($0)))" }
    }

    func words(_ command: [String]) -> String {
        maskCommand(command).map { word in
            let isPlain =
                !word.isEmpty
                && word.utf8.allSatisfy {
                    0x21..<0x7F ~= $0 && !"'\"\\$`;|&()<>*?#~!".utf8.contains($0)
                }
            // As a shell reads it.
            return isPlain
                ? shownWhole(word)
                : "'\(shownWhole(word).parts("'").joined(separator: "'\\''"))'"
        }.joined(separator: " ")
    }

    func spelled(_ reference: ObjectReference?) -> String {
        switch reference {
        case .exactly(let name): name.description
        case .known(let names), .oneOf(let names):
            names.map(\.description).joined(separator: names.isEmpty ? "" : " = ")
        case .anything: "anything"
        case nil: "?"
        }
    }

    func text(_ value: JSONValue) -> String {
        value.text ?? String(decoding: masked(value).canonical, as: UTF8.self)
    }
}

/// Every character of a text, those that could be taken for others or are not seen by their numbers: `\u{a}`. What is
/// written like such a number is told from it: `\u{5c}u{a}`.
func shownWhole(_ text: String) -> String {
    var shown: [UInt8] = []
    for scalar in text.unicodeScalars {
        if scalar == "{", shown.suffix(2).elementsEqual("\\u".utf8) {
            shown.removeLast(2)
            shown += "\\u{5c}u{".utf8
        } else if 0x20..<0x7F ~= scalar.value {
            shown.append(UInt8(ascii: scalar))
        } else {
            shown += "\\u{\(String(scalar.value, radix: 16))}".utf8
        }
    }
    return String(decoding: shown, as: UTF8.self)
}
