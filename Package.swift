// swift-tools-version: 6.2
// The order of the targets is the architecture: a target imports only targets above it.

import PackageDescription

/// Our own targets build with warnings as errors; dependencies keep their own settings.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
]

let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestKit"], exclude: exclude,
        swiftSettings: strict)
}

let package = Package(
    name: "sallyport",
    products: [
        .executable(name: "sallyportd", targets: ["sallyportd"]),
        .executable(name: "sallyport", targets: ["sallyport"]),
        // For the package in `Fuzzing/`, which cannot import what is `package` here.
        .library(name: "FuzzTargets", targets: ["FuzzTargets"]),
        // For the package in `Benchmarks/`.
        .library(
            name: "Measured",
            targets: [
                "Vocabulary", "Cryptography", "Policy", "SQL", "Ledger", "Store", "Recording",
            ]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(
            url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    ],
    targets: [
        // C stops at the door: module maps, static inline shims, and how OpenSSL ends.
        .target(name: "COpenSSL"),
        .systemLibrary(name: "CPAM"),
        .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3"),
        .systemLibrary(name: "CPgQuery"),
        .systemLibrary(name: "CGlibc"),

        // The words.
        module("Vocabulary"),

        // The pure core.
        module("Cryptography", ["COpenSSL", "Vocabulary"]),
        module("Wire"),
        module("HTTP"),
        module("Policy", ["Vocabulary", "Cryptography", .product(name: "Yams", package: "Yams")]),
        module("SQL", ["CPgQuery", "Vocabulary"]),
        module("Shell", ["Vocabulary", "Wire"]),
        // Only what runs between fork and exec, and ptrace(2).
        .target(
            name: "CSupervise",
            cSettings: [
                .unsafeFlags(["-Wall", "-Wextra", "-Werror"])
            ]),
        module("Supervision", ["CSupervise", "Vocabulary", "Cryptography", "Shell"]),
        module("Postgres", ["Vocabulary", "Cryptography", "Wire", "SQL"]),
        module("Docker", ["Vocabulary", "HTTP"]),

        // Services: a pure part that thinks, a thin shell that does.
        module("Store", ["CSQLite"]),
        module("Ledger", ["Vocabulary", "Cryptography"]),
        module("Recording", ["Vocabulary", "Cryptography", "Store"]),
        module("Identity", ["CPAM", "Vocabulary", "Cryptography", "Store"]),
        module(
            "Holds",
            ["Vocabulary", "Cryptography", "Policy", "Store", "Ledger", "Recording", "Identity"]),

        // The edge, and the composition root.
        module("TLS", ["COpenSSL", "Vocabulary", "Cryptography", nioCore, nioPosix]),
        module(
            "Gateway",
            [
                "CGlibc", "Vocabulary", "Cryptography", "Wire", "Policy", "SQL", "Postgres",
                "Shell", "HTTP", "Docker", "Store",
                "Ledger",
                "Recording", "Identity", "Holds", "TLS", nioCore, nioPosix, logging,
                .product(name: "Yams", package: "Yams"),
            ]),

        // Control: the API's types, its handlers, its client.
        module("ControlAPI", ["Vocabulary"]),
        module(
            "Control",
            [
                "Vocabulary", "Cryptography", "Policy", "Store", "Ledger", "Recording", "Identity",
                "Holds",
                "TLS", "Gateway", "ControlAPI", nioCore, nioHTTP1, logging,
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
            ]),
        module(
            "ControlClient",
            [
                "Vocabulary", "Cryptography", "Wire", "Shell", "TLS", "ControlAPI", nioCore,
                nioPosix, nioHTTP1,
            ]),

        // What starts programs, on the hosts that have them.
        module(
            "Runner",
            [
                "CGlibc", "Vocabulary", "Cryptography", "Shell", "Supervision", "TLS",
                "ControlClient",
            ]),

        // The daemon, and the companion CLI.
        .executableTarget(
            name: "sallyportd",
            dependencies: [
                "Gateway", "Control", "ControlClient", "Runner", "ControlAPI", "Identity", "Ledger",
                "Recording", "Store",
                "Holds",
                "Policy", "SQL", "TLS", "Cryptography", "Vocabulary", arguments, logging, nioCore,
                nioPosix,
            ],
            resources: [
                .embedInCode("Templates/sallyport.yaml"),
                .embedInCode("Templates/make-development-ca"),
                .embedInCode("Templates/production-databases.yaml"),
                .embedInCode("Templates/production-databases.cases.yaml"),
                .embedInCode("Templates/shells.yaml"),
                .embedInCode("Templates/shells.cases.yaml"),
                .embedInCode("Templates/containers.yaml"),
                .embedInCode("Templates/containers.cases.yaml"),
            ], swiftSettings: strict),
        .executableTarget(
            name: "sallyport",
            dependencies: [
                "ControlClient", "ControlAPI", "Identity", "Ledger", "Recording", "Holds", "Policy",
                "SQL", "Shell", "Wire",
                "TLS", "Cryptography", "Vocabulary", arguments, nioHTTP1,
            ], swiftSettings: strict),

        // Tests.
        .target(name: "TestKit", path: "Tests/TestKit", swiftSettings: strict),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "Vocabulary", "Cryptography", "Wire", "HTTP", "Policy", "SQL", "Postgres", "Ledger",
                "Recording", "Identity", "Holds", "TLS", "Gateway", "Control", "ControlAPI",
                "Docker",
            ], path: "Tests/FuzzTargets", swiftSettings: strict),
        tests("FuzzTests", ["FuzzTargets", "SQL"]),
        tests("VocabularyTests", ["Vocabulary"]),
        tests("CryptographyTests", ["Cryptography", "Vocabulary"]),
        tests("WireTests", ["Wire"]),
        tests(
            "HTTPTests",
            ["HTTP", nioCore, nioHTTP1, .product(name: "NIOEmbedded", package: "swift-nio")]),
        tests("PolicyTests", ["Policy", "Vocabulary"]),
        tests("SQLTests", ["SQL", "Vocabulary"]),
        tests("ShellTests", ["Shell", "Vocabulary", "Cryptography"]),
        tests(
            "SupervisionTests", ["Supervision", "Shell", "Vocabulary", "Cryptography"],
            exclude: ["Probes"]),
        tests("PostgresTests", ["Postgres", "SQL", "Wire", "Vocabulary", "Cryptography"]),
        tests("DockerTests", ["Docker", "HTTP", "Vocabulary"]),
        tests("StoreTests", ["Store"]),
        tests("LedgerTests", ["Ledger", "Vocabulary", "Cryptography"]),
        tests("RecordingTests", ["Recording", "Store", "Vocabulary", "Cryptography"]),
        tests("IdentityTests", ["Identity", "Store", "Vocabulary", "Cryptography"]),
        tests(
            "HoldsTests",
            ["Holds", "Identity", "Policy", "Ledger", "Store", "Vocabulary", "Cryptography"]),
        tests(
            "TLSTests",
            [
                "TLS", "Vocabulary", nioCore, nioPosix,
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ]),
        tests(
            "GatewayTests",
            [
                "Gateway", "Docker", "Policy", "Identity", "Postgres", "SQL", "Holds", "Ledger",
                "Recording", "Vocabulary", "Cryptography", "Shell", "Store", "TLS", "Wire",
                logging, nioCore, nioPosix, .product(name: "NIOEmbedded", package: "swift-nio"),
            ]),
        tests(
            "ControlTests",
            [
                "Control", "ControlAPI", "ControlClient", "Gateway", "Holds", "Identity",
                "Recording", "Policy", "Cryptography", "TLS", "Vocabulary", nioCore, nioPosix,
                nioHTTP1, logging, .product(name: "NIOEmbedded", package: "swift-nio"),
                .product(name: "Yams", package: "Yams"),
            ]),
        tests(
            "SallyportTests",
            [
                "sallyport", "ControlClient", "ControlAPI", "Holds", "Ledger", "Policy", "Shell",
                arguments, nioCore, nioPosix, "Vocabulary",
                "Cryptography",
            ]),
        tests(
            "EndToEndTests",
            [
                "Vocabulary", "Cryptography", "ControlAPI", "ControlClient", "Ledger", "Shell",
                "TLS", nioCore, nioPosix,
            ],
            exclude: ["Clients"]),
    ]
)
