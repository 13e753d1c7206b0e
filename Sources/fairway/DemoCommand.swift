import ArgumentParser
import Demo
import Foundation

/// `fairway demo`: four pilots through their weeks on a practice vendor.
struct DemoCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo",
        abstract: "Play four pilots through their weeks on a practice vendor, over real HTTP.",
        discussion:
            "Run it in the project's directory. Without --keep everything is in a temporary directory.")

    @OptionGroup var output: OutputOptions
    @Flag(inversion: .prefixedNo, help: "Go on serving the pages at the end.") var serve = true
    @Option(help: ArgumentHelp("Leave store, exports, deliveries and reports here.", valueName: "dir"))
    var keep: String?
    @Option(help: ArgumentHelp("Go on with a kept demo at the week it had reached.", valueName: "dir"))
    var resume: String?
    @Option(help: "Decides everything that chance decides; 7 by default.") var seed: UInt64?
    @Option(help: "How many weeks to play; as many as the pilots need by default.") var weeks: Int?
    @Option(help: "The pages' port while serving.") var port = 8080
    @Option(help: ArgumentHelp("The project's directory.", valueName: "dir")) var project = "."
    @Option(
        help: ArgumentHelp(
            "Size of the vendor, relative to config/sandbox.yaml; 1 by default.", valueName: "factor"))
    var scale: Double?
    @Option(
        help: ArgumentHelp(
            "Kill the daemon this many times on the way, at seeded moments.", valueName: "count")) var kills =
        0

    func validate() throws {
        if keep != nil, resume != nil {
            throw ValidationError("--resume goes on in its own directory; leave --keep out")
        }
        if resume != nil, seed != nil || scale != nil {
            throw ValidationError(
                "--resume goes on with the kept demo's seed and scale; leave --seed and --scale out")
        }
        if let weeks, weeks < 1 { throw ValidationError("--weeks \(weeks): expected 1 or more") }
        if kills < 0 { throw ValidationError("--kills \(kills): expected 0 or more") }
        if let scale, scale <= 0 || scale > 10 {
            throw ValidationError("--scale \(scale): expected a factor above 0, up to 10")
        }
    }

    func run() async throws {
        try await telling {
            try await playDemo(
                Rehearsal.Options(
                    directory: resume ?? keep, isResumed: resume != nil, seed: seed ?? 7, weeks: weeks,
                    serves: serve,
                    port: port, project: project, scale: scale ?? 1, kills: kills)
            ) { outcome in try output.print(outcome) { outcome.text } }
        }
    }
}
