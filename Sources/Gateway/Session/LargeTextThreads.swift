import NIOPosix

/// For texts of every protocol. Made with the first large one: never before the stacks of threads are set
/// (`ParsedText.reserveStacks`).
let largeTextThreads: NIOThreadPool = {
    let threads = NIOThreadPool(numberOfThreads: GatewayLimits.largeTextThreads)
    threads.start()
    return threads
}()
