import ArgumentParser
import Daemon
import Documents
import Foundation
import Model

/// `fairway validate`: what is wrong with pilot and plan files, without a store.
struct ValidateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "validate", abstract: "Check pilots and incentive plans; tell every fault at its place.")

    @OptionGroup var config: ConfigOptions
    @OptionGroup var output: OutputOptions
    @Argument(
        help: "Ids or files of pilots and plans; everything in the experiments directory by default.")
    var pilots: [String] = []
    @Flag(help: "Print each pilot with every default filled in: the text that is hashed and approved.")
    var resolved = false

    struct Accepted: Encodable {
        var pilot: Pilot.ID
        var planHash: ContentHash
        var resolved: String?
    }

    struct AcceptedPlan: Encodable {
        var plan: IncentivePlan.ID
        var version: Int
        var hash: ContentHash

        init(_ incentives: IncentivePlan) throws {
            plan = incentives.id
            version = incentives.version
            hash = try ContentHash(ofCanonicalJSON: incentives)
        }
    }

    struct Result: Encodable {
        var pilots: [Accepted]
        var plans: [AcceptedPlan]
        var faults: [Fault]
    }

    func run() async throws {
        try await telling {
            var result = Result(pilots: [], plans: [], faults: [])
            let experiments = try config.load().experiments
            for path in try paths(in: experiments) { check(path, into: &result) }
            if pilots.isEmpty { checkPlans(in: "\(experiments)/plans", into: &result) }
            // A plan's faults are told by each pilot that names it.
            result.faults = Set(result.faults).sorted()
            if output.json || !result.pilots.isEmpty || !result.plans.isEmpty {
                try output.print(result) { Self.text(result) }
            }
            if !result.faults.isEmpty {
                throw output.json
                    ? ExitCode(Daemon.exitCode(of: Faults(result.faults))) : Faults(result.faults)
            }
        }
    }

    private static func text(_ result: Result) -> String {
        let pilots = result.pilots.map { "\($0.resolved ?? "")ok \($0.pilot) plan \($0.planHash.short)" }
        let plans = result.plans.map { "ok plan '\($0.plan)' version \($0.version), \($0.hash.short)" }
        return (pilots + plans).joined(separator: "\n")
    }

    private func check(_ path: String, into result: inout Result) {
        do {
            if isIncentivePlan(at: path) {
                result.plans.append(try AcceptedPlan(try loadIncentivePlan(at: path)))
            } else {
                let document = try loadPilot(at: path)
                result.pilots.append(
                    Accepted(
                        pilot: document.plan.pilot, planHash: try document.plan.contentHash(),
                        resolved: resolved ? document.resolvedYAML : nil))
            }
        } catch let faults as Faults {
            result.faults += faults.faults
        } catch {
            result.faults.append(Fault(file: path, line: nil, column: nil, message: "\(error)"))
        }
    }

    private func checkPlans(in directory: String, into result: inout Result) {
        do throws(Faults) {
            for plan in try loadIncentivePlans(in: directory) {
                if let accepted = try? AcceptedPlan(plan) { result.plans.append(accepted) }
            }
        } catch {
            result.faults += error.faults
        }
    }

    /// Files as named; an id is a pilot's, or a plan's where there is no such pilot.
    private func paths(in directory: String) throws -> [String] {
        if !pilots.isEmpty {
            return try pilots.map { name in
                let path = try config.pilotPath(name)
                let plan = "\(directory)/plans/\(name).yaml"
                let isPlan = !FileManager.default.fileExists(atPath: path)
                return isPlan && FileManager.default.fileExists(atPath: plan) ? plan : path
            }
        }
        let files = ((try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? [])
            .filter { $0.hasSuffix(".yaml") }
        let plans = try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/plans")
        guard !files.isEmpty || plans?.contains(where: { $0.hasSuffix(".yaml") }) == true else {
            throw Fault(
                file: directory, line: nil, column: nil,
                message: "there is no pilot file here; write one with 'fairway new my-pilot'", isMissing: true
            )
        }
        return files.sorted().map { "\(directory)/\($0)" }
    }
}
