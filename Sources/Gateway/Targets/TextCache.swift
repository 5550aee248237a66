import SQL
import Synchronization
import Vocabulary

/// Parsed texts by their bytes: parsing depends on nothing else, so all sessions share them.
final class TextCache: Sendable {
    private struct State {
        var texts: [TextKey: ParsedText] = [:]
    }

    private let state = Mutex(State())

    /// From memory, or parsed now. A text that does not parse is not remembered.
    func parse(_ text: [UInt8]) throws(SQLRefusal) -> ParsedText {
        if let known = state.withLock({ $0.texts[TextKey(text)] }) { return known }
        let parsed = try ParsedText.parse(text)
        if text.count <= GatewayLimits.rememberedTextBytesMax { remember(parsed) }
        return parsed
    }

    /// Starts anew when full: what is used comes back at once, and nobody pays for bookkeeping on each use.
    private func remember(_ parsed: ParsedText) {
        state.withLock { state in
            if state.texts.count >= GatewayLimits.rememberedTextsMax { state.texts = [:] }
            state.texts[TextKey(parsed.bytes)] = parsed
        }
    }
}
