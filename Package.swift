// swift-tools-version:6.2
// Targets stand in data-flow order; docs/ARCHITECTURE.md says why each line between them is there.
import Foundation
import PackageDescription

let isStrict = ProcessInfo.processInfo.environment["FAIRWAY_STRICT"] == "1"
let base: [SwiftSetting] =
    [
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
        .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
        .enableUpcomingFeature("InferIsolatedConformances"),
    ] + (isStrict ? [.treatAllWarnings(as: .error)] : [])
/// Targets that touch C memory also audit every unsafe expression.
let cBoundary = base + [.strictMemorySafety()]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let sqlite = Target.Dependency.product(name: "GRDBSQLite", package: "GRDB.swift")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdTLS = Target.Dependency.product(name: "HummingbirdTLS", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "Metrics", package: "swift-metrics")
let mustache = Target.Dependency.product(name: "Mustache", package: "swift-mustache")
let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "fairway",
    products: [
        .library(name: "Statistics", targets: ["Statistics"]),
        .executable(name: "fairway", targets: ["fairway"]),
    ],
    dependencies: [
        .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1", traits: []),
        .package(url: "https://github.com/hummingbird-project/swift-mustache", exact: "2.1.1"),
        .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", exact: "6.2.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", exact: "1.6.0"),
        .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", exact: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", exact: "2.37.6"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    ],
    targets: [
        // Numbers
        .target(
            name: "CNumerics",
            linkerSettings: [.linkedLibrary("m")]),
        .target(name: "Statistics", dependencies: ["CNumerics"], swiftSettings: cBoundary),
        .target(name: "Estimation", dependencies: ["Statistics"], swiftSettings: cBoundary),
        // Vocabulary and pure cores
        .target(name: "Model", dependencies: ["Statistics", crypto], swiftSettings: base),
        .target(name: "Incentives", dependencies: ["Model"], swiftSettings: base),
        .target(name: "Randomization", dependencies: ["Model", crypto], swiftSettings: base),
        .target(
            name: "Evaluation", dependencies: ["Model", "Statistics", "Incentives", "Randomization"],
            swiftSettings: base),
        // The outside world, inbound
        .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
        .target(name: "Transport", dependencies: ["CCurl", deque], swiftSettings: cBoundary),
        .target(name: "CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
        .target(
            name: "Ingestion", dependencies: ["CSimdJSON", "Model", "Transport", cryptoExtras, deque],
            swiftSettings: cBoundary),
        .target(name: "Documents", dependencies: ["Model", "Statistics", yams], swiftSettings: base),
        // Memory
        .target(name: "Storage", dependencies: ["Model", grdb, sqlite], swiftSettings: base),
        // The outside world, outbound
        .target(name: "Reporting", dependencies: ["Model", "Statistics", mustache], swiftSettings: base),
        .target(name: "Alerting", dependencies: ["Model", "Transport", crypto], swiftSettings: base),
        // Verbs and doors
        .target(
            name: "Operations",
            dependencies: ["Model", "Incentives", "Randomization", "Evaluation", "Storage", "Reporting"],
            swiftSettings: base),
        .target(
            name: "WebAPI", dependencies: ["Model", "Operations", "Reporting", hummingbird, logging],
            swiftSettings: base),
        .target(
            name: "Daemon",
            dependencies: [
                "Model", "Documents", "Transport", "Ingestion", "Storage", "Reporting", "Alerting",
                "Operations", "WebAPI", hummingbird, nio, lifecycle, signals, logging, metrics,
            ],
            swiftSettings: base),
        // Practice
        .target(
            name: "Sandbox",
            dependencies: [
                "Model", "Documents", hummingbird, hummingbirdTLS, nio, nioHTTP1, nioPosix, nioSSL, crypto,
                cryptoExtras, logging,
            ],
            swiftSettings: base),
        .target(
            name: "Demo",
            dependencies: ["Model", "Documents", "Transport", "Storage", "Operations", "Daemon", "Sandbox"],
            swiftSettings: base),
        .executableTarget(
            name: "fairway",
            dependencies: [
                "Daemon", "Demo", "Documents", "Estimation", "Evaluation", "Incentives", "Ingestion",
                "Operations",
                "Randomization", "Reporting", "Storage", "Model",
                "Statistics", "Sandbox", argumentParser, logging,
            ],
            swiftSettings: base),
        // Claims about all of the above
        .target(
            name: "ReferenceCases", dependencies: ["Statistics"], path: "Tests/ReferenceCases",
            swiftSettings: base),
        .executableTarget(
            name: "reference-cases", dependencies: ["ReferenceCases"], path: "Tests/ReferenceCasesRunner",
            swiftSettings: base),
        .testTarget(
            name: "StatisticsTests", dependencies: ["Statistics", "ReferenceCases"],
            resources: [.copy("Golden")],
            swiftSettings: base),
        .executableTarget(
            name: "bench",
            dependencies: [
                "Estimation", "Incentives", "Ingestion", "Model", "Statistics", "Storage", "Transport",
            ],
            path: "Benchmarks/Engine",
            swiftSettings: base),
        .executableTarget(
            name: "calibrate", dependencies: ["Statistics"], path: "Tests/Calibration", swiftSettings: base),
        .testTarget(
            name: "EstimationTests", dependencies: ["Estimation", "Statistics"], swiftSettings: base),
        .testTarget(name: "ModelTests", dependencies: ["Model"], swiftSettings: base),
        .testTarget(
            name: "IncentivesTests", dependencies: ["Incentives", "Ingestion", "Model", "Statistics"],
            swiftSettings: base),
        .testTarget(
            name: "StatementTests", dependencies: ["Documents", "Incentives", "Model"],
            resources: [.copy("Statements")], swiftSettings: base),
        .testTarget(
            name: "RandomizationTests", dependencies: ["Randomization", "Model", "Statistics"],
            resources: [.copy("Golden")], swiftSettings: base),
        .testTarget(
            name: "EvaluationTests",
            dependencies: [
                "Evaluation", "Documents", "Incentives", "Ingestion", "Model", "Randomization", "Statistics",
            ],
            resources: [.copy("Golden")], swiftSettings: base),
        .target(name: "TestServers", path: "Tests/TestServers", swiftSettings: base),
        .testTarget(
            name: "TransportTests", dependencies: ["TestServers", "Transport"], swiftSettings: base),
        .testTarget(
            name: "IngestionTests",
            dependencies: ["Ingestion", "Model", "TestServers", "Transport", crypto, cryptoExtras],
            swiftSettings: base),
        .target(
            name: "CRMEmulators", dependencies: ["Model", "TestServers"], path: "Tests/CRMEmulators",
            swiftSettings: base),
        .testTarget(
            name: "ConnectorTests",

            dependencies: ["CRMEmulators", "Ingestion", "Model", "Storage", "TestServers", "Transport"],
            swiftSettings: base),
        .testTarget(
            name: "DocumentsTests", dependencies: ["Documents", "Model", "Statistics"], exclude: ["Fixtures"],
            swiftSettings: base),
        .testTarget(name: "StorageTests", dependencies: ["Storage", "Model", grdb], swiftSettings: base),
        .testTarget(
            name: "ReportingTests", dependencies: ["Reporting", "Model", "Statistics"], swiftSettings: base),
        .testTarget(
            name: "AlertingTests", dependencies: ["Alerting", "Model", "TestServers", "Transport"],
            swiftSettings: base),
        .testTarget(
            name: "OperationsTests",
            dependencies: [
                "Evaluation", "Incentives", "Operations", "Reporting", "Storage", "Model", "Randomization",
                "Statistics", grdb,
            ],
            swiftSettings: base),
        .testTarget(
            name: "SandboxTests",
            dependencies: ["Sandbox", "Documents", "Model", hummingbird, crypto, cryptoExtras],
            swiftSettings: base),
        .testTarget(
            name: "DaemonTests",
            dependencies: [
                "Daemon", "Documents", "Ingestion", "Model", "Operations", "Storage", "Transport", logging,
                metrics,
            ],
            swiftSettings: base),
    ],
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
