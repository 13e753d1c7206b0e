import ArgumentParser
import Daemon
import Foundation
import Incentives
import Model
import Operations
import Reporting

/// How a page is printed.
enum PageFormat: String, ExpressibleByArgument, CaseIterable { case text, html, json }

/// Refuses `--json` beside another format than `own`, the one that it stands for.
func refuse(json: Bool, beside format: String?, own: String = "json") throws(ValidationError) {
    guard json, let format, format != own else { return }
    throw ValidationError("--json and --format \(format) contradict each other; give one of them")
}

/// `fairway plan show PLAN`: the plan in plain language.
struct PlanShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Say in plain language what a plan pays and when, with examples.")

    @OptionGroup var config: ConfigOptions
    @Argument(help: "The plan's id, 'id@version', or its file.") var plan: String
    @Option(help: "text, html or json; text by default.") var format: PageFormat?
    @Flag(help: "The same as --format json.") var json = false
    @Option(help: ArgumentHelp("Write to this file instead of standard output.", valueName: "path"))
    var out: String?

    func validate() throws { try refuse(json: json, beside: format?.rawValue) }

    func run() async throws {
        try await telling {
            let words = sentences(of: try config.incentivePlan(plan))
            let page = PlanPage(words)
            let data: Data =
                switch json ? .json : format ?? .text {
                case .text: Data((page.text() + "\n").utf8)
                case .html: Data(try page.html().utf8)
                case .json: try CanonicalJSON.encodePretty(words)
                }
            guard let out else { return FileHandle.standardOutput.write(data) }
            try writeResult(data, to: out)
        }
    }
}

/// `fairway plan flow PILOT`: who pays whom, stage by stage.
struct PlanFlowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "flow",
        abstract:
            "Show where a pilot's money goes, stage by stage of a customer's life, and who bears which risk.")

    @OptionGroup var config: ConfigOptions
    @Argument(help: "The pilot's id.") var pilot: Pilot.ID
    @Option(help: "text, html or json; text by default.") var format: PageFormat?
    @Flag(help: "The same as --format json.") var json = false
    @Option(help: ArgumentHelp("Write to this file instead of standard output.", valueName: "path"))
    var out: String?

    func validate() throws { try refuse(json: json, beside: format?.rawValue) }

    func run() async throws {
        try await telling {
            let table = try await config.openForReading().revenueFlow(of: pilot)
            let data: Data =
                switch json ? .json : format ?? .text {
                case .text: Data((table.text() + "\n").utf8)
                case .html: Data(try table.html().utf8)
                case .json: try table.json()
                }
            guard let out else { return FileHandle.standardOutput.write(data) }
            try writeResult(data, to: out)
        }
    }
}
