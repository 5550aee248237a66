import Vocabulary

/// What is known of one login under way.
struct PAMConversation: Sendable {
    let id: ConversationID
    /// As the client spelled it.
    let asked: String
    /// Whom PAM is asked about.
    let user: String
    /// The principal whom the claim means, person or agent; `nil` for an unknown name.
    let claimed: PrincipalName?
    let address: String
    /// Milliseconds of CLOCK_MONOTONIC.
    let deadline: Int64
    let charge: AttemptLimiter.Charge
    /// Questions of the last messages that wait for answers.
    var questions = 0
    var exchanges = 0
    var hasAnswered = false
}
