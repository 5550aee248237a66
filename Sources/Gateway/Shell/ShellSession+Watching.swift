import Shell

extension ShellSession {
    /// Whoever is watched is told so.
    func watched(_ change: WatchChange) {
        guard !isEnded else { return }
        tell(ShellNotice(.information, message: change.text))
    }
}
