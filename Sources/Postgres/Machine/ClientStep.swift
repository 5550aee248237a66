/// What to do next with the client's unprocessed bytes.
public enum ClientStep {
    /// Nothing can be said before the client has sent so many bytes in all (more than there are).
    case needMore(atLeast: Int)
    /// Send the first `count` bytes upstream as they are.
    case pass(Int)
    /// Send the first `header` + `payload` bytes upstream: COPY data, of which the last `payload` bytes are rows.
    case passCopy(header: Int, payload: Int)
    /// Decide, then call `released`, `refused`, `held` or `settle`. The bytes stay where they are.
    case judge(ActionRequest)
    /// Throw away the first `count` bytes: the server would not have looked at them, or they were refused.
    case drop(Int)
    /// Send this message upstream, and ask again. No client byte is used up.
    case send(GatewayMessage)
    /// Nothing may be decided before the server answers, or before a verdict.
    case wait
    /// The client said goodbye: send the first `count` bytes upstream, then close both.
    case terminate(Int)
    /// Send the error to the client if the stream to it is at a message boundary, and close both.
    case fail(MachineFailure)
}

/// What to do next with the server's unprocessed bytes.
public enum ServerStep {
    /// Nothing can be said before the server has sent so many bytes in all. With no bytes at all there is nothing to do.
    case needMore(atLeast: Int)
    /// Send the first `count` bytes to the client as they are.
    case pass(Int)
    /// Throw away the first `count` bytes.
    case drop(Int)
    /// Send `with` to the client in place of the first `count` bytes.
    case replace(Int, with: [UInt8])
    /// Send these bytes of the gateway's to the client, and ask again. No server byte is used up.
    case send([UInt8])
    case fail(MachineFailure)
}
