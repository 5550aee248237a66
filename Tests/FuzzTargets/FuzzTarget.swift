/// One thing that reads what others wrote, and what has to be true of it whatever the bytes are. The same entry is
/// run by libFuzzer (`Fuzzing/`) and, over the corpus and some mutations, by `FuzzTests`.
public struct FuzzTarget: Sendable {
    public let name: String
    /// Inputs are cut to so many bytes: above it the limits of what is tested make them alike.
    public let inputBytesMax: Int
    private let check: @Sendable ([UInt8]) throws -> Bool

    init(
        _ name: String, bytesMax: Int = 4096, _ check: @escaping @Sendable ([UInt8]) throws -> Bool
    ) {
        self.name = name
        inputBytesMax = bytesMax
        self.check = check
    }

    /// True when the input was taken for what it should be, and not refused. Throws `PropertyBroken`.
    @discardableResult
    public func run(_ input: [UInt8]) throws -> Bool {
        try check(Array(input.prefix(inputBytesMax)))
    }

    public static let all: [FuzzTarget] = [
        .postgresClient, .postgresServer, .startup, .upstreamLogin, .sql, .policy, .configuration,
        .ledger, .controlBodies, .consents, .binaryValues, .recording, .http, .builds,
    ]

    public static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// What should be true of every input, and is not of this one.
public struct PropertyBroken: Error, CustomStringConvertible {
    public let description: String
}

func require(_ holds: Bool, _ property: @autoclosure () -> String) throws(PropertyBroken) {
    if !holds { throw PropertyBroken(description: property()) }
}

extension FuzzTarget: CustomStringConvertible {
    public var description: String { name }
}
