import Documents
import Foundation
import Ingestion
import Model
import Operations
import Storage

/// Carries out commands against the store this process holds.
struct CommandHandler: Sendable {
    let operations: PilotOperations
    let cycle: Cycle
    /// Told after each command, so that messages leave at once.
    let didChange: @Sendable () -> Void
    let address: @Sendable () -> String
    /// Told how a reading goes on.
    var observer: StreamReader.Observer = { _ in }

    func perform(_ command: Command, by actor: Actor) async throws -> CommandOutcome {
        defer { didChange() }
        switch command {
        case .start(let approved, let seed):
            return .started(try await operations.start(approved, seed: seed, by: actor))
        case .sync(let request):
            try cycle.refuseUnknown(request)
            if request.acceptMassChange {
                guard let sources = request.sources, !sources.isEmpty else {
                    throw OperationError(
                        .invalid,
                        "a mass change is accepted for named sources only; name them, as in "
                            + "'fairway sync crm --accept-mass-change'")
                }
                try await operations.acceptMassChange(of: sources, streams: request.streams, by: actor)
            }
            return .cycled(try await cycle.run(request, observer: observer))
        case .recordLook(let pilot):
            return .looked(try await operations.recordDueLook(of: pilot, by: actor))
        case .importTrial(let approved, let csv):
            return .imported(try await importTrial(approved, csv: csv, by: actor))
        case .importFacts(let kind, let csv, let file, let constants):
            let source = Source.importedFile(file)
            let now = try await operations.now()
            let page = try reading(file) { () throws(SourceError) in
                try importCSV(
                    Array(csv.utf8), stream: kind.rawValue,
                    mapping: CSVMapping(kind: kind, constants: constants), source: source,
                    completedThrough: now)
            }
            let stored = try await operations.importFacts(page, file: file, by: actor)
            var summary = ImportSummary(stored, page)
            summary.evidence = try await operations.evidence(namedIn: page)
            return .imported(summary)
        case .closePeriod(let period):
            return .periodClosing(try await operations.close(period, by: actor))
        case .erase(let subject):
            return .erased(try await operations.erase(subject, by: actor))
        case .advanceClock(let instant):
            try await operations.advanceClock(to: instant, by: actor)
            return .cycled(try await cycle.run())
        case .address: return .address(address())
        }
    }

    /// Runs `body`; what is wrong with a file somebody gives by hand is told as such.
    private func reading<Result>(
        _ file: String, _ body: () throws(SourceError) -> Result
    ) throws(OperationError) -> Result {
        do throws(SourceError) {
            return try body()
        } catch {
            throw OperationError(.invalid, "\(file): \(error.detail); nothing was stored")
        }
    }

    private func importTrial(
        _ approved: ApprovedPlan, csv: String, by actor: Actor
    ) async throws -> ImportSummary {
        let plan = approved.plan
        guard let trial = plan.trial else {
            throw OperationError(
                .invalid, "pilot '\(plan.pilot)' has no 'trial' section that says which column is what")
        }
        let source = Source.trial(plan.pilot)
        var fields = ["partner": trial.partner, "outcome": trial.outcome]
        fields["customer"] = trial.customer
        fields["baseline"] = trial.baseline
        let mapping = CSVMapping(
            kind: .observation, fields: fields,
            constants: ["observedOn": plan.schedule.starts.description], id: trial.customer)
        let now = try await operations.now()
        let (page, arms) = try reading("the file of trial '\(plan.pilot)'") { () throws(SourceError) in
            (
                try importCSV(
                    Array(csv.utf8), stream: "trial", mapping: mapping, source: source, completedThrough: now),
                try trialArms(Array(csv.utf8), trial: trial, source: source)
            )
        }
        let stored = try await operations.importTrial(approved, page: page, arms: arms, by: actor)
        return ImportSummary(stored, page)
    }
}

extension ImportSummary {
    init(_ stored: StoredPage, _ page: OutcomePage) {
        newFacts = stored.newFacts
        repeated = stored.repeated
        quarantined = page.quarantined
    }
}
