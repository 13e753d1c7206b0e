import ArgumentParser
import Daemon
import Documents
import Foundation
import Model
import Storage

/// `fairway init`: a configuration if there is none, then the store.
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init", abstract: "Create the configuration (if there is none) and the store.",
        discussion: """
            Makes the folder of pilots and plans too, and beside a new configuration a mapping to begin with. Never \
            overwrites: an existing store is refused, an existing configuration is used as it is.
            """)

    struct Result: Encodable {
        var configuration: String
        var wroteConfiguration: Bool
        /// The mapping that was written beside a new configuration.
        var wroteMapping: String?
        var store: String
        var isPractice: Bool
    }

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Flag(
        help: "Make a practice store: it accepts a simulated business clock and marks everything it reports.")
    var sandbox = false
    @Option(
        help: ArgumentHelp(
            "Where a practice store's clock starts, ISO 8601; now by default.", valueName: "instant"))
    var clock: Instant?

    func validate() throws {
        if clock != nil, !sandbox {
            throw ValidationError("--clock belongs to practice stores; add --sandbox")
        }
    }

    func run() async throws {
        try await telling {
            let isNew = !FileManager.default.fileExists(atPath: config.config)
            let mapping = isNew ? try writeConfiguration() : nil
            let configuration = try config.load()
            try FileManager.default.createDirectory(
                atPath: configuration.experiments + "/plans", withIntermediateDirectories: true)
            let store = try Store.create(
                at: configuration.store, isPractice: sandbox, at: clock ?? Instant(Date()),
                by: .operatingSystemUser)
            let result = Result(
                configuration: config.config, wroteConfiguration: isNew, wroteMapping: mapping,
                store: store.path, isPractice: sandbox)
            try output.print(result) {
                let wrote = ((isNew ? [config.config] : []) + [mapping].compactMap { $0 }).map {
                    "wrote \($0)\n"
                }
                return wrote.joined() + """
                    created \(sandbox ? "practice " : "")store \(store.path)
                    next: name a source in \(config.config), then 'fairway doctor', 'fairway sync' and 'fairway serve'; or \
                    bring in files with 'fairway import csv'
                    """
            }
        }
    }

    /// The path of the mapping written with it; `nil` when one stood there.
    private func writeConfiguration() throws -> String? {
        let directory = (config.config as NSString).deletingLastPathComponent
        let mappings = directory.isEmpty ? "mappings" : directory + "/mappings"
        try FileManager.default.createDirectory(atPath: mappings, withIntermediateDirectories: true)
        try Data(Self.template.utf8).write(
            to: URL(fileURLWithPath: config.config), options: .withoutOverwriting)
        let mapping = mappings + "/salesforce.yaml"
        guard !FileManager.default.fileExists(atPath: mapping) else { return nil }
        try Data(ExampleMapping.salesforce.utf8).write(
            to: URL(fileURLWithPath: mapping), options: .withoutOverwriting)
        return mapping
    }

    private static let template = """
        # Fairway's configuration. Paths are relative to this file; every key has a default. A '#' and one blank is
        # followed by words; any other '#' makes the line an example: remove the '#', and no blank, to use it.
        store: ../data/fairway.sqlite
        timeZone: UTC
        listen: { host: 127.0.0.1, port: 8080 }
        # Where partners and contracts come from; secrets are named by file or environment variable, never written here.
        #sources:
        #  crm:
        #    kind: salesforce
        #    url: https://your-domain.my.salesforce.com
        #    clientID: your-connected-app
        #    clientSecret: { environment: FAIRWAY_CRM_SECRET }
        #    mapping: mappings/salesforce.yaml
        # Who is told about breaches and recommendations, by signed webhook.
        #webhooks:
        #  growth-team:
        #    url: https://example.com/fairway
        #    secret: { environment: FAIRWAY_WEBHOOK_SECRET }

        """
}
