import ArgumentParser
import Control
import Dispatch
import Foundation
import Gateway
import Ledger
import Logging

/// `sallyportd serve`: runs the gateway until SIGTERM.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the gateway. SIGTERM drains and stops, SIGHUP reloads.")

    @Option(help: "The configuration, `sallyport.yaml`.")
    var config: String

    @Option(help: "How much to say: debug, info, notice, warning or error.")
    var logLevel = "info"

    func run() async throws {
        var log = Logger(label: "sallyportd") { StreamLogHandler.standardError(label: $0) }
        guard let level = Logger.Level(rawValue: logLevel) else {
            throw ValidationError("`\(logLevel)` is no log level")
        }
        log.logLevel = level
        prepareProcess()
        try reserveStacks()
        let signals = Signals([SIGTERM, SIGINT, SIGHUP])
        let gateway: RunningGateway
        do {
            gateway = try await RunningGateway.start(configurationFile: config, log: log) {
                services in
                ControlServer(services).entrance
            }
        } catch {
            throw Complaint("\(error)")
        }
        for address in gateway.addresses { say("listening on \(address)") }
        let recheck = Task { await watchLedger(gateway, signals, log) }
        for await signal in signals.stream {
            guard signal == SIGHUP else { break }
            await gateway.reload()
        }
        say("stopping")
        await gateway.stop()
        if let damage = await recheck.value { throw Complaint("\(damage)") }
    }

    /// A ledger that turns out to be damaged stops the gateway, as it would have kept it from starting.
    private func watchLedger(
        _ gateway: RunningGateway, _ signals: Signals, _ log: Logger
    ) async -> LedgerError? {
        do throws(LedgerError) {
            try await gateway.services.ledger.checked()
            return nil
        } catch {
            log.critical("the gateway stops", metadata: ["error": "\(error)"])
            signals.stop()
            return error
        }
    }
}

/// An error that is said as it is, with exit status 1.
struct Complaint: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// The signals of a process, as a sequence.
struct Signals {
    let stream: AsyncStream<Int32>
    private let continuation: AsyncStream<Int32>.Continuation
    private let sources: [any DispatchSourceSignal]

    init(_ numbers: [Int32]) {
        let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
        self.stream = stream
        self.continuation = continuation
        sources = numbers.map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { continuation.yield(number) }
            source.resume()
            return source
        }
    }

    /// As if SIGTERM had come.
    func stop() { continuation.yield(SIGTERM) }
}
