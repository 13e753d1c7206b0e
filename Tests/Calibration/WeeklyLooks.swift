import Statistics

/// A pilot whose customers fall due evenly over 26 weeks, with a look at the end of each.
struct WeeklyPilot: Sendable {
    var pairs: Int
    var population: Population
    var effect: Double

    /// The looks that have an estimate, each from all renewals due so far.
    func looks(using draws: inout Draws) -> [SequentialLook] {
        let weeks = Population.weeks
        let partners = population.partners(2 * pairs, treated: pairs, using: &draws)
        var due = [[Int]](repeating: [Int](repeating: 0, count: weeks), count: partners.count)
        for (index, partner) in partners.enumerated() {
            for _ in 0..<partner.size { due[index][Int(draws.next() % UInt64(weeks))] += 1 }
        }
        var totals = [ClusterTotal](repeating: .empty, count: partners.count)
        var looks: [SequentialLook] = []
        for week in 0..<weeks {
            for (index, partner) in partners.enumerated() where due[index][week] > 0 {
                let rate = partner.rate(week: week, effect: effect)
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
}

/// Boundaries of the 26 looks at 5 % two-sided, solved once: they depend on the planned fractions only.
struct WeeklyBoundaries {
    static let obrienFleming = WeeklyBoundaries(.obrienFleming)
    static let pocock = WeeklyBoundaries(.pocock)

    private let criticalValues: [Double]

    private init(_ spending: SpendingFunction) {
        let weeks = (1...Population.weeks).map { Double($0) / Double(Population.weeks) }
        let boundaries = try? sequentialBoundaries(
            informationFractions: weeks, alpha: 0.025, spending: spending)
        criticalValues = boundaries?.map { $0.criticalValue ?? .infinity } ?? weeks.map { _ in .infinity }
    }

    private func criticalValue(at look: SequentialLook) -> Double {
        criticalValues[Int((look.informationFraction * Double(Population.weeks)).rounded()) - 1]
    }

    func isCrossed(by look: SequentialLook) -> Bool { abs(look.z) > criticalValue(at: look) }

    /// The look's repeated confidence interval.
    func interval(at look: SequentialLook) -> Interval {
        look.estimate.interval(criticalValue: criticalValue(at: look), confidenceLevel: 0.95)
    }
}
