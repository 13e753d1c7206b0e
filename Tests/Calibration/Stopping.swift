import Statistics

/// What a trial says at its end when it stops at a boundary.
struct Stopping {
    let simulation: Simulation

    func run(_ ledger: inout Ledger) async {
        ledger.begin("A trial of up to 26 weekly looks that stops at a boundary")
        for (pairs, effect) in [(8, 0.08), (20, 0), (20, 0.08), (60, 0), (60, 0.08)] {
            for (kind, population) in [
                ("", Population(rate: 0.5)), (" even sizes", Population(rate: 0.5, shape: 50)),
            ] {
                let pilot = WeeklyPilot(pairs: pairs, population: population, effect: effect)
                let name = "\(pairs)v\(pairs)\(kind), effect \(effect == 0 ? "0" : "8 points")"
                let ends = await simulation.results(
                    "stopping \(name)", replicates: simulation.lookReplicates
                ) { draws in Self.conclusion(pilot.looks(using: &draws)) }
                let found = ends.reduce(into: (covers: Tally(), early: Tally(), naive: Tally())) {
                    $0.covers.add($1?.interval?.holds(effect))
                    $0.early.add($1.map { $0.lookIndex < Population.weeks - 1 })
                    $0.naive.add($1?.estimate.covers(effect))
                }
                ledger.record("stops early", name, found.early, band: nil)
                ledger.record(
                    "median-unbiased estimate: median error", name,
                    Self.bias(ends, of: effect) { $0.medianUnbiasedEstimate }, band: -0.1...0.1)
                ledger.record(
                    "plain estimate: median error", name, Self.bias(ends, of: effect) { $0.estimate.value },
                    band: nil)
                ledger.record("stage-wise interval covers", name, found.covers, band: 0.935...0.97)
                ledger.record("plain interval covers", name, found.naive, band: nil)
            }
        }
    }

    /// The median error in standard errors of the look a trial ended at.
    private static func bias(
        _ ends: [StagewiseInference?], of truth: Double, _ estimate: (StagewiseInference) -> Double?
    ) -> Median? {
        Median(
            ends.compactMap { end in
                end.flatMap { end in estimate(end).map { ($0 - truth) / end.estimate.standardError } }
            })
    }

    /// What the trial says at the look it stops at; looks after that do not matter.
    private static func conclusion(_ looks: [SequentialLook]) -> StagewiseInference? {
        guard !looks.isEmpty else { return nil }
        let stop = looks.firstIndex { WeeklyBoundaries.obrienFleming.isCrossed(by: $0) } ?? looks.count - 1
        return sequentialAnalysis(
            looks: Array(looks.prefix(stop + 1)),
            design: SequentialDesign(alpha: 0.05, alternative: .twoSided, spending: .obrienFleming),
            endsSchedule: stop == looks.count - 1
        ).conclusion
    }
}
