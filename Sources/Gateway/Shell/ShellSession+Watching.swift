import Shell

extension ShellSession {
    /// Whoever is watched is told so.
    func watched(_ change: WatchChange) {
        guard !isEnded else { return }
        tell(ShellNotice(.information, message: change.text))
        switch change {
        case .joined(let key, let who): moderation.watchers[key] = who
        case .left(let key, _): moderation.watchers[key] = nil
        }
        moderate()
    }
}
