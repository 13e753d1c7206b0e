import Statistics

/// Twenty-six weekly looks at one pilot: what is ever rejected, what intervals ever miss, what a stopped trial
/// says at its end.
struct Peeking {
    let simulation: Simulation
    private static let weeks = 26

    func run(_ ledger: inout Ledger) async {
        ledger.begin(
            "26 weekly looks: rejections at any look without an effect, and what repeated intervals cover")
        for (pairs, pocock) in [(8, 0.07), (20, 0.06), (60, 0.06)] {
            let found = await simulation.tally("peeking \(pairs)") { draws in
                Self.watch(Self.looks(pairs: pairs, effect: 0, using: &draws))
            }
            let name = "\(pairs)v\(pairs)"
            ledger.record("O'Brien–Fleming spending", name, found["obf"], band: 0.005...0.06)
            ledger.record("Pocock spending", name, found["pocock"], band: 0...pocock)
            ledger.record("5 % at every look", name, found["naive"], band: nil)
            ledger.record("repeated intervals cover at all looks", name, found["rci"], band: 0.94...1)
        }
        ledger.begin("A trial that stops at a boundary, 60v60, effect of 8 points")
        // Each replicate solves its own ordering; a quarter of them keeps the run short.
        let fewer = Simulation(
            seed: simulation.seed, replicates: simulation.replicates / 4, workers: simulation.workers)
        let found = await fewer.tally("stopping") { draws in
            Self.conclude(Self.looks(pairs: 60, effect: 0.08, using: &draws), truth: 0.08)
        }
        ledger.record("median-unbiased estimate above the truth", "60v60", found["above"], band: 0.46...0.54)
        ledger.record("naive estimate above the truth", "60v60", found["naiveAbove"], band: nil)
        ledger.record("stage-wise interval covers", "60v60", found["covers"], band: 0.935...0.985)
    }

    /// Renewals fall due evenly over the weeks; every look sees those due so far.
    private static func looks(pairs: Int, effect: Double, using draws: inout Draws) -> [SequentialLook] {
        // Rates stay far enough from 1 that the effect is the same for everybody.
        let population = Population(rate: effect == 0 ? 0.75 : 0.5)
        let partners = population.partners(2 * pairs, treated: pairs, using: &draws)
        var due = [[Int]](repeating: [Int](repeating: 0, count: weeks), count: partners.count)
        for (index, partner) in partners.enumerated() {
            for _ in 0..<partner.size { due[index][Int(draws.next() % UInt64(weeks))] += 1 }
        }
        var totals = [ClusterTotal](repeating: .empty, count: partners.count)
        var looks: [SequentialLook] = []
        for week in 0..<weeks {
            for (index, partner) in partners.enumerated() where due[index][week] > 0 {
                let rate = min(max(partner.rate + (partner.isTreated ? effect : 0), 0), 1)
                totals[index] =
                    totals[index]
                    + ClusterTotal(successes: draws.binomial(due[index][week], rate), size: due[index][week])
            }
            let arms = partners.split(totals)
            guard
                let estimate = try? rateDifference(control: arms.control, treatment: arms.treatment).estimate
            else { continue }
            looks.append(
                SequentialLook(
                    informationFraction: Double(week + 1) / Double(weeks), estimate: estimate))
        }
        return looks
    }

    private static let obrienFleming = criticalValues(.obrienFleming)
    private static let pocock = criticalValues(.pocock)

    private static func criticalValues(_ spending: SpendingFunction) -> [Double] {
        sequentialBoundaries(
            informationFractions: (1...weeks).map { Double($0) / Double(weeks) }, alpha: 0.025,
            spending: spending
        ).map { $0.criticalValue ?? .infinity }
    }

    private static func watch(_ looks: [SequentialLook]) -> [String: Bool?] {
        func crossed(_ criticalValues: [Double]) -> Bool {
            looks.contains { abs($0.z) > criticalValues[week(of: $0)] }
        }
        return [
            "obf": crossed(obrienFleming), "pocock": crossed(pocock),
            "naive": looks.contains { $0.estimate.pValue() <= 0.05 },
            "rci": looks.allSatisfy { look in
                let interval = look.estimate.interval(
                    criticalValue: obrienFleming[week(of: look)], confidenceLevel: 0.95)
                return interval.lower <= 0 && 0 <= interval.upper
            },
        ]
    }

    private static func week(of look: SequentialLook) -> Int {
        Int((look.informationFraction * Double(weeks)).rounded()) - 1
    }

    private static func conclude(_ looks: [SequentialLook], truth: Double) -> [String: Bool?] {
        guard let end = conclusion(looks) else { return [:] }
        return [
            "above": end.medianUnbiasedEstimate.map { $0 > truth }, "naiveAbove": end.estimate.value > truth,
            "covers": end.interval.map { $0.lower <= truth && truth <= $0.upper },
        ]
    }

    /// What the trial says at the look it stops at; looks after that do not matter.
    private static func conclusion(_ looks: [SequentialLook]) -> StagewiseInference? {
        let stop = looks.firstIndex { abs($0.z) > obrienFleming[week(of: $0)] } ?? looks.count - 1
        return sequentialAnalysis(
            looks: Array(looks.prefix(stop + 1)),
            design: SequentialDesign(alpha: 0.05, alternative: .twoSided, spending: .obrienFleming),
            endsSchedule: stop == looks.count - 1
        ).conclusion
    }
}
