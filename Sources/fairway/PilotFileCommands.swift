import ArgumentParser
import Daemon
import Documents
import Foundation
import Model

/// `fairway new PILOT`: asks for what a pilot needs and writes its file.
struct NewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new", abstract: "Ask for what a pilot needs and write its file.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The pilot's id, for example 'emea-retention'.")
    var pilot: String

    struct Result: Encodable {
        var pilot: Pilot.ID
        var file: String
    }

    func validate() throws {
        guard Slug.isValid(pilot) else {
            throw ValidationError(
                "'\(pilot)' is no pilot id: use a-z, 0-9 and '-', beginning with a letter, at most 63")
        }
    }

    func run() async throws {
        try await telling {
            let configuration = try config.load()
            let path = "\(configuration.experiments)/\(pilot).yaml"
            guard !FileManager.default.fileExists(atPath: path) else {
                throw Fault(
                    file: path, line: nil, column: nil,
                    message: "the file exists already; nothing was written")
            }
            let plans = try incentivePlans(in: "\(configuration.experiments)/plans")
            let today = Day(Instant(Date()), in: TimeZone(identifier: configuration.timeZone) ?? .gmt)
            let questions = newPilotQuestions(
                today: today, plans: plans)
            var answers = ["pilot": pilot]
            for question in questions where question.key != "pilot" {
                answers[question.key] = try ask(question)
            }
            try FileManager.default.createDirectory(
                atPath: configuration.experiments, withIntermediateDirectories: true)
            try Data(newPilotText(answers: answers, questions: questions).utf8).write(
                to: URL(fileURLWithPath: path), options: .withoutOverwriting)
            try output.print(Result(pilot: Pilot.ID(pilot), file: path)) {
                "wrote \(path)\nnext: fairway validate \(pilot) --resolved, then fairway start \(pilot)"
            }
        }
    }

    /// The ids of the incentive plans there are; variants are made of them.
    private func incentivePlans(in directory: String) throws -> [String] {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        // Versions of a plan are one plan.
        let plans = Set(
            files.filter { $0.hasSuffix(".yaml") }.compactMap { $0.dropLast(5).split(separator: "@").first }
        ).map(String.init).sorted()
        guard !plans.isEmpty else {
            throw Fault(
                file: directory, line: nil, column: nil,
                message:
                    "there is no incentive plan here; write today's terms as 'today.yaml' first and the terms to try "
                    + "beside it (docs/PILOTS.md shows how)", isMissing: true)
        }
        return plans
    }

    /// Asks until the answer will do, on standard error: standard output carries the result.
    private func ask(_ question: Question) throws -> String {
        while true {
            let prompt = "\(question.prompt)\(question.fallback.map { $0.isEmpty ? "" : " [\($0)]" } ?? ""): "
            FileHandle.standardError.write(Data(prompt.utf8))
            guard let line = readLine() else {
                throw Fault(
                    file: "standard input", line: nil, column: nil,
                    message: "it ended before '\(question.key)' was answered; nothing was written")
            }
            let answer = line.isEmpty ? question.fallback ?? "" : line
            guard let complaint = question.validate(answer) else { return answer }
            FileHandle.standardError.write(Data("  \(complaint)\n".utf8))
        }
    }
}

/// `fairway start PILOT`: freezes the plan and assigns its partners.
struct StartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "start", abstract: "Freeze a pilot's plan and assign its partners, in one transaction.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Argument(help: "The pilot's id or file.")
    var pilot: String
    @Option(
        help: ArgumentHelp("The lots' seed, 32 hexadecimal digits; practice stores only.", valueName: "hex"))
    var seed: Seed?

    func run() async throws {
        try await telling {
            let outcome = try await config.perform(.start(try config.approvedPlan(of: pilot), seed: seed))
            guard case .started(let started) = outcome else { return }
            try output.print(started) {
                """
                started '\(started.id)' with plan \(started.planHash.short), roster \(started.rosterHash.short)
                looks on \(started.plan.schedule.lookDates.first?.description ?? "-") to \(started.plan.schedule.ends)
                next: fairway verify-assignment \(started.id); fairway serve
                """
            }
        }
    }
}
