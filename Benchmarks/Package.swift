// swift-tools-version: 6.2
// The measures that need the modules themselves. A package of its own, so that nothing of it enters the root's
// graph; `make bench` builds it with the root's release flags.

import PackageDescription

let package = Package(
    name: "benchmarks",
    dependencies: [.package(name: "sallyport", path: "..")],
    targets: [
        .executableTarget(
            name: "bench-core",
            dependencies: [.product(name: "Measured", package: "sallyport")],
            swiftSettings: [.swiftLanguageMode(.v6), .treatAllWarnings(as: .error)])
    ]
)
