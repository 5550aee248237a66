/// `POST /v1/holds/{id}/decision`: a person's signed yes or no.
public struct DecisionRequest: Codable, Sendable {
    /// The very text that was signed: the consent document.
    public var document: String
    /// The armored SSHSIG over it, namespace `consent@sallyport`.
    public var signature: String

    public init(document: String, signature: String) {
        self.document = document
        self.signature = signature
    }
}

/// `POST /v1/holds/{id}/withdraw`.
public struct WithdrawRequest: Codable, Sendable {
    public var reason: String?

    public init(reason: String? = nil) { self.reason = reason }
}

/// `POST /v1/sessions/{id}/kill`.
public struct KillRequest: Codable, Sendable {
    public var reason: String?

    public init(reason: String? = nil) { self.reason = reason }
}
