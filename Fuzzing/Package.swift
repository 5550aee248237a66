// swift-tools-version: 6.2
// libFuzzer around the root package's `FuzzTargets`. A package of its own, so that neither its flags nor its build
// directory touch the root's. `make fuzz` builds it with the sanitizers in every module; see README.md.

import PackageDescription

let sanitizers = ["-sanitize=fuzzer,address"]

let package = Package(
    name: "fuzzing",
    dependencies: [.package(name: "sallyport", path: "..")],
    targets: [
        .executableTarget(
            name: "fuzz",
            dependencies: [.product(name: "FuzzTargets", package: "sallyport")],
            swiftSettings: [
                .swiftLanguageMode(.v6), .treatAllWarnings(as: .error),
                // libFuzzer brings `main`.
                .unsafeFlags(["-parse-as-library"] + sanitizers),
            ],
            linkerSettings: [.unsafeFlags(sanitizers)])
    ]
)
