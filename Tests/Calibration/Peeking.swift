import Statistics

/// Twenty-six weekly looks at one pilot: what is ever rejected, what intervals ever miss, what a stopped trial
/// says at its end.
struct Peeking {
    let simulation: Simulation
    private static let weeks = 26

    func run(_ ledger: inout Ledger) async {
        ledger.begin("26 weekly looks: rejections at any look without an effect, and what repeated intervals cover")
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
        let found = await simulation.tally("stopping") { draws in
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

    private static func watch(_ looks: [SequentialLook]) -> [String: Bool?] {
        let obf = analysis(looks, .obrienFleming)
        let intervals = obf.looks.compactMap(\.interval)
        return [
            "obf": isCrossed(obf), "pocock": isCrossed(analysis(looks, .pocock)),
            "naive": looks.contains { $0.estimate.pValue() <= 0.05 },
            "rci": intervals.allSatisfy { $0.lower <= 0 && 0 <= $0.upper },
        ]
    }

    private static func conclude(_ looks: [SequentialLook], truth: Double) -> [String: Bool?] {
        guard let end = analysis(looks, .obrienFleming).conclusion else { return [:] }
        return [
            "above": end.medianUnbiasedEstimate.map { $0 > truth }, "naiveAbove": end.estimate.value > truth,
            "covers": end.interval.map { $0.lower <= truth && truth <= $0.upper },
        ]
    }

    private static func analysis(_ looks: [SequentialLook], _ spending: SpendingFunction) -> SequentialAnalysis {
        sequentialAnalysis(
            looks: looks, design: SequentialDesign(alpha: 0.05, alternative: .twoSided, spending: spending),
            endsSchedule: true)
    }

    private static func isCrossed(_ analysis: SequentialAnalysis) -> Bool {
        analysis.looks.contains { $0.outcome == .crossedUpwards || $0.outcome == .crossedDownwards }
    }
}
