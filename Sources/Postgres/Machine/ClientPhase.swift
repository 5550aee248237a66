/// Where the machine stands in the client's stream.
enum ClientPhase: Equatable {
    /// At the first byte of a message.
    case reading
    /// A request was given out; no verdict yet.
    case judging(ActionRequest)
    case held(ActionRequest)
    /// Earlier replies must come first; then the message is read anew.
    case settling
    /// Earlier replies must come first; then the failing Parse goes.
    case refusing(ActionRequest, ErrorFields)
    /// The failing Parse went; a refused Query or FunctionCall needs a Sync too.
    case closingRefusal(frameBytes: Int)
    /// The rest of a message is thrown away.
    case dropping(Int)
    /// The rest of a CopyData message passes.
    case passingCopy(Int)

    static func == (left: ClientPhase, right: ClientPhase) -> Bool {
        switch (left, right) {
        case (.reading, .reading), (.settling, .settling): true
        case (.judging(let left), .judging(let right)), (.held(let left), .held(let right)):
            left === right
        case (.refusing(let left, _), .refusing(let right, _)):
            left === right
        case (.closingRefusal(let left), .closingRefusal(let right)),
            (.dropping(let left), .dropping(let right)),
            (.passingCopy(let left), .passingCopy(let right)):
            left == right
        default: false
        }
    }
}

/// COPY FROM STDIN, as far as it decides what a client's message is.
enum CopyPhase: Equatable {
    case none
    /// A released command will or may ask for data: until the server says which, nothing can be told.
    case expected
    /// The server asked for data (CopyInResponse) and the client has not ended it.
    case active
}
