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
        discussion:
            "Never overwrites: an existing store is refused, an existing configuration is used as it is.")

    struct Result: Encodable {
        var configuration: String
        var wroteConfiguration: Bool
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
            if isNew {
                let directory = (config.config as NSString).deletingLastPathComponent
                if !directory.isEmpty {
                    try FileManager.default.createDirectory(
                        atPath: directory, withIntermediateDirectories: true)
                }
                try Data(Self.template.utf8).write(
                    to: URL(fileURLWithPath: config.config), options: .withoutOverwriting)
            }
            let configuration = try config.load()
            let store = try Store.create(
                at: configuration.store, isPractice: sandbox, at: clock ?? Instant(Date()),
                by: .operatingSystemUser)
            let result = Result(
                configuration: config.config, wroteConfiguration: isNew, store: store.path,
                isPractice: sandbox)
            try output.print(result) {
                let wrote = isNew ? "wrote \(config.config)\n" : ""
                return wrote + """
                    created \(sandbox ? "practice " : "")store \(store.path)
                    next: name a source in \(config.config), then 'fairway sync' and 'fairway serve'; or bring in files \
                    with 'fairway import csv'
                    """
            }
        }
    }

    private static let template = """
        # Fairway's configuration. Paths are relative to this file; every key has a default.
        store: ../data/fairway.sqlite
        timeZone: UTC
        listen: { host: 127.0.0.1, port: 8080 }
        # Where partners and contracts come from; secrets are named by file or environment variable, never written here.
        # sources:
        #   crm:
        #     kind: salesforce
        #     url: https://your-domain.my.salesforce.com
        #     clientID: your-connected-app
        #     clientSecret: { environment: FAIRWAY_CRM_SECRET }
        #     mapping: mappings/salesforce.yaml
        # Who is told about breaches and recommendations, by signed webhook.
        # webhooks:
        #   growth-team:
        #     url: https://example.com/fairway
        #     secret: { environment: FAIRWAY_WEBHOOK_SECRET }

        """
}
