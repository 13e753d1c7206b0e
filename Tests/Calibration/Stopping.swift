import Statistics

/// What a trial says at its end when it stops at a boundary.
struct Stopping {
    let simulation: Simulation

    func run(_ ledger: inout Ledger) async {
        ledger.begin("A trial of up to 26 weekly looks that stops at a boundary")
        for (pairs, effect, isEven) in [
            (20, 0.08, false), (20, 0.08, true), (60, 0.08, false), (60, 0.08, true), (60, 0, false),
        ] {
            // Rates stay far enough from 1 that the effect is the same for everybody.
            let pilot = WeeklyPilot(
                pairs: pairs, population: Population(rate: 0.5, shape: isEven ? 50 : 1.2), effect: effect)
            let name =
                "\(pairs)v\(pairs)\(isEven ? " even sizes" : ""), effect \(effect == 0 ? "0" : "8 points")"
            let ends = await simulation.results(
                "stopping \(name)", replicates: simulation.lookReplicates
            ) { draws in Self.conclusion(pilot.looks(using: &draws)) }
            let found = ends.reduce(into: (covers: Tally(), early: Tally(), naive: Tally())) {
                $0.covers.add($1?.interval?.holds(effect))
                $0.early.add($1.map { $0.lookIndex < Population.weeks - 1 })
                $0.naive.add($1?.estimate.covers(effect))
            }
            // Without an effect hardly any trial stops, and the interval covers as often as no look rejects.
            let isHeld = effect > 0
            ledger.record("stops early", name, found.early, band: nil)
            ledger.record(
                "median-unbiased estimate: median error", name,
                Self.bias(ends, of: effect) { $0.medianUnbiasedEstimate }, band: isHeld ? -0.1...0.1 : nil)
            ledger.record(
                "plain estimate: median error", name, Self.bias(ends, of: effect) { $0.estimate.value },
                band: nil)
            ledger.record(
                "stage-wise interval covers", name, found.covers, band: isHeld ? 0.935...0.97 : nil)
            ledger.record("plain interval covers", name, found.naive, band: nil)
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
        let analysis = try? sequentialAnalysis(
            looks: looks,
            design: SequentialDesign(alpha: 0.05, alternative: .twoSided, spending: .obrienFleming),
            endsSchedule: true)
        return analysis?.conclusion
    }
}
