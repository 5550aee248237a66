/// What a call to a container engine may ask of the gateway.
public enum DockerLimits {
    /// A JSON body, bytes: it is judged on the loop, whose other sessions wait meanwhile.
    public static let bodyBytesMax = 256 << 10
    /// Members and elements in it, of all its objects and lists together.
    public static let valuesMax = 4_096
    /// What the gateway asks the engine about one call: each container that another takes from is one or two.
    public static let questionsMax = 64
    /// Bytes of the engine's answers about one call.
    public static let answersBytesMax = 8 << 20
    /// Effects of a call: a container has tens of mounts, not hundreds.
    public static let effectsMax = 1_000
    /// Elements of a list or an object in a body, but for words of commands and variables: judging goes over all of them
    /// for each question.
    public static let elementsMax = 1_000
    /// Labels that a call gives: each effect has them all.
    public static let labelsMax = 256
    /// Bytes of a name, an id or a reference in a path or a body, and of a label's name.
    public static let objectNameBytesMax = 512
    /// Characters of a client's text in a message about it.
    public static let shownCharactersMax = 100
    /// Characters of a reason, a ticket or a way back that a caller gives for a call.
    public static let contextCharactersMax = 500
}
