import Daemon
import Documents
import Foundation
import Model
import Operations
import Storage

/// How far a demo has been played.
struct DemoProgress: Codable {
    var seed: UInt64
    var scale: Double
    var week: Int
}

/// The files of a demo: a project of its own, made from the examples.
struct DemoDirectory {
    static let pilots = ["retention-bonus", "discount-freedom", "early-renewal-bonus", "volume-accelerator"]

    let path: String
    private let options: Rehearsal.Options
    var experiments: String { path + "/experiments" }
    var store: String { path + "/data/fairway.sqlite" }
    var configuration: String { path + "/config/fairway.yaml" }
    var deliveries: String { path + "/deliveries.jsonl" }
    private var exports: String { path + "/exports" }

    init(_ options: Rehearsal.Options) throws {
        self.options = options
        path =
            options.directory.map { URL(fileURLWithPath: $0).path }
            ?? NSTemporaryDirectory() + "fairway-demo-\(UUID().uuidString.prefix(8))"
        let files = FileManager.default
        if options.isResumed {
            guard files.fileExists(atPath: path + "/demo.json") else {
                throw OperationError(
                    .notFound, "'\(path)' holds no kept demo; begin one with 'fairway demo --keep \(path)'")
            }
            return
        }
        guard !files.fileExists(atPath: path + "/demo.json") else {
            throw OperationError(
                .conflict,
                "'\(path)' holds a demo already; go on with 'fairway demo --resume \(path)', or name another directory"
            )
        }
        try refuseMissingSources()
        for folder in [
            "config/mappings", "config/secrets", "experiments", "data", "reports", "exports", "logs",
        ] {
            try files.createDirectory(atPath: "\(path)/\(folder)", withIntermediateDirectories: true)
        }
        for file in Self.sources { try copy(file) }
        try copyPlans()
        for secret in ["crm", "webhook"] {
            let bytes = (0..<32).map { _ in UInt8.random(in: 0...255) }
            let text =
                secret == "webhook"
                ? "whsec_" + Data(bytes).base64EncodedString() : Data(bytes).base64EncodedString()
            guard
                files.createFile(
                    atPath: secretPath(secret), contents: Data(text.utf8),
                    attributes: [.posixPermissions: 0o600])
            else { throw OperationError(.invalid, "the file '\(secretPath(secret))' cannot be written") }
        }
    }

    /// What a demo is made of, besides the incentive plans.
    private static let sources =
        ["config/sandbox.yaml", "config/mappings/salesforce.yaml"] + pilots.map { "experiments/\($0).yaml" }

    private func refuseMissingSources() throws {
        for file in Self.sources + ["experiments/plans"] {
            let source = "\(options.project)/\(file)"
            guard FileManager.default.fileExists(atPath: source) else {
                throw OperationError(
                    .notFound,
                    "the demo needs '\(source)'; run it in the project's directory, or name that with --project"
                )
            }
        }
    }

    private func copy(_ file: String) throws {
        let target = "\(path)/\(file)"
        if !FileManager.default.fileExists(atPath: target) {
            try FileManager.default.copyItem(atPath: "\(options.project)/\(file)", toPath: target)
        }
    }

    private func copyPlans() throws {
        try FileManager.default.createDirectory(
            atPath: experiments + "/plans", withIntermediateDirectories: true)
        let plans = try FileManager.default.contentsOfDirectory(
            atPath: "\(options.project)/experiments/plans")
        for plan in plans.sorted() { try copy("experiments/plans/\(plan)") }
    }

    func secretPath(_ name: String) -> String { "\(path)/config/secrets/\(name)" }

    func secret(_ name: String) throws -> String {
        try String(contentsOfFile: secretPath(name), encoding: .utf8)
    }

    /// Ports differ from run to run, so the configuration is written each time.
    func writeConfiguration(crm: String, webhook: String) throws {
        let text = """
            # Written by 'fairway demo' each time it starts: the ports of the practice CRM and of the webhook receiver change.
            store: ../data/fairway.sqlite
            experiments: ../experiments
            reports: ../reports
            listen: { host: 127.0.0.1, port: \(options.serves ? options.port : 0) }
            baseURL: http://127.0.0.1:\(options.port)
            timeZone: UTC
            # The practice clock jumps from week to week, so that nothing is left to settle between the jumps.
            settleDays: 0
            sources:
              crm:
                kind: salesforce
                url: \(crm)
                clientID: practice
                clientSecret: { file: secrets/crm }
                mapping: mappings/salesforce.yaml
                allowPlainHTTP: true
                allowPrivateAddress: true
            webhooks:
              growth-team:
                url: \(webhook)/fairway
                secret: { file: secrets/webhook }
                allowPlainHTTP: true
                allowPrivateAddress: true
                schedule: [1 s, 5 s, 30 s]

            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: configuration), options: .atomic)
    }

    func startSandbox(_ progress: DemoProgress) async throws -> ChildProcess {
        try await ChildProcess(
            name: "sandbox", directory: path,
            arguments: [
                "sandbox", "--vendor", "\(path)/config/sandbox.yaml", "--seed", String(progress.seed),
                "--port", "0",
                "--state", "\(path)/sandbox-state.jsonl", "--scale", String(progress.scale),
            ], environment: ["FAIRWAY_PRACTICE_SECRET": try secret("crm")])
    }

    func startDaemon() async throws -> ChildProcess {
        try await ChildProcess(
            name: "serve", directory: path, arguments: ["serve", "--config", configuration], environment: [:])
    }

    /// Where reports can be read: on the daemon's pages while it serves, in the directory afterwards.
    func reports(servedAt address: String) -> String {
        options.serves ? "\(address)/reports" : "\(path)/reports"
    }

    func loadProgress() throws -> DemoProgress? {
        guard let data = FileManager.default.contents(atPath: path + "/demo.json") else { return nil }
        return try CanonicalJSON.decode(DemoProgress.self, from: data)
    }

    func save(_ progress: DemoProgress) throws { try save(progress, as: "demo.json") }
    func save(_ summary: DemoSummary) throws { try save(summary, as: "summary.json") }

    private func save(_ value: some Encodable, as file: String) throws {
        try CanonicalJSON.encodePretty(value).write(
            to: URL(fileURLWithPath: "\(path)/\(file)"), options: .atomic)
    }

    /// Everything that an independent recomputation needs, from a view of the running store.
    func writeExports() async throws {
        let operations = try Workspace(try loadConfiguration(at: configuration), .readOnly).operations
        try write(try await operations.exportFacts(), as: "facts")
        try write(try await operations.exportAssignments(of: nil), as: "assignments")
        try write(try await operations.exportOutcomes(of: nil, allLooks: false), as: "outcomes")
        try write(try await operations.exportDeliveries(), as: "deliveries")
        try write(try await operations.exportLooks(of: nil), to: "looks.jsonl")
        for pilot in Self.pilots.map({ Pilot.ID($0) }) {
            let proof = try CanonicalJSON.encodePretty(try await operations.assignmentProof(of: pilot))
            try proof.write(to: URL(fileURLWithPath: "\(exports)/\(pilot).proof.json"), options: .atomic)
        }
    }

    private func write(_ table: ExportTable, as name: String) throws {
        try write(table.jsonLines(), to: "\(name).jsonl")
        try write(table.csv(), to: "\(name).csv")
    }

    private func write(_ text: String, to file: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(exports)/\(file)"), options: .atomic)
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
