import Model
import Statistics

/// Whether the data behind a look may be believed.
struct HealthEvaluation {
    let request: LookRequest
    let cohort: Cohort
    /// Partners with at least one outcome of the primary metric, by member.
    let isObserved: [Bool]
    let otherCurrency: Int

    /// Mismatches are alarms only beyond chance this rare.
    private static let mismatchLevel = 0.001

    func health() -> DataHealth {
        let snapshot = request.snapshot
        return DataHealth(
            sources: snapshot.streams, staleSources: staleSources(),
            quarantinedRows: snapshot.streams.reduce(0) { $0 + $1.quarantined },
            otherCurrencyContracts: otherCurrency,
            orphanContracts: snapshot.book.contracts.count { $0.partner == nil },
            sampleRatios: [assignedAgainstWeights(), observedAgainstAssigned()])
    }

    private func staleSources() -> [String] {
        let plan = request.pilot.plan
        // An imported trial is complete as it is.
        guard plan.design.kind == .stratified else { return [] }
        let oldest = request.asOf - plan.decision.maxStalenessDays
        // A file that somebody imported is complete as of its import: nothing reads it again.
        let stale = request.snapshot.streams.filter { stream in
            guard !stream.source.isImported else { return false }
            guard let through = stream.completedThrough else { return true }
            return Day(through, in: plan.zone) < oldest
        }
        if request.snapshot.streams.isEmpty {
            return ["none of the sources that the data came from is configured any more"]
        }
        return stale.map { stream in
            let until = stream.completedThrough.map { "complete only up to \($0)" } ?? "never read completely"
            return "\(stream.source)/\(stream.stream): \(until)"
        }
    }

    private func assignedAgainstWeights() -> DataHealth.SampleRatio {
        let variants = request.pilot.plan.variants
        let observed = variants.map { variant in
            cohort.members.count { $0.assignment.variant == variant.id }
        }
        let weights = variants.map { Double($0.weight) }
        let total = Double(observed.reduce(0, +))
        let sum = weights.reduce(0, +)
        let isOurs = request.pilot.plan.design.kind == .stratified
        let pValue = isOurs ? chiSquaredGoodnessOfFit(observed: observed, weights: weights) : nil
        return DataHealth.SampleRatio(
            question: "partners assigned, against the planned shares", variants: variants.map(\.id),
            expected: weights.map { $0 / sum * total }, observed: observed, pValue: pValue,
            isMismatch: pValue.map { $0 < Self.mismatchLevel } ?? false)
    }

    private func observedAgainstAssigned() -> DataHealth.SampleRatio {
        let variants = request.pilot.plan.variants
        let counts = variants.map { variant -> (observed: Int, assigned: Int) in
            var observed = 0
            var assigned = 0
            for (index, member) in cohort.members.enumerated() where member.assignment.variant == variant.id {
                assigned += 1
                if isObserved[index] { observed += 1 }
            }
            return (observed, assigned)
        }
        let share =
            Double(counts.reduce(0) { $0 + $1.observed })
            / max(1, Double(counts.reduce(0) { $0 + $1.assigned }))
        let pValue = chiSquaredIndependence(table: counts.map { [$0.observed, $0.assigned - $0.observed] })
        return DataHealth.SampleRatio(
            question: "partners with outcomes to measure, against partners assigned",
            variants: variants.map(\.id), expected: counts.map { Double($0.assigned) * share },
            observed: counts.map(\.observed), pValue: pValue,
            isMismatch: pValue.map { $0 < Self.mismatchLevel } ?? false)
    }
}
