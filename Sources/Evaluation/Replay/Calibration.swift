package import Incentives
package import Model

/// The value of one rate at which a plan would have cost what another would have.
package struct Calibration: Sendable, Hashable, Codable {
    /// Pay and co-marketing of the window under the plan with a value, in minor units.
    package struct Point: Sendable, Hashable, Codable {
        package var rate: Rate
        package var cost: Int64
    }

    package var plan: PlanDifference.Side
    package var like: PlanDifference.Side
    package var currency: Currency
    package var window: QuarterWindow
    package var partners: Int
    package var contracts: Int
    /// As it is written on the command line, "renewalBonus.rate"; "commission" scales every tier.
    package var path: String
    package var before: Rate
    /// What the other plan would have cost.
    package var target: Int64
    /// The value that comes closest, in parts per million, and what the plan costs with it.
    package var solution: Point
    /// Minor units that the plan then costs more than the other.
    package var difference: Int64
    /// Why no value from 0 to the limit costs the target; nil when one does as nearly as a whole part per million
    /// allows.
    package var unreachable: String?
    /// What was tried, by rate.
    package var tried: [Point]
}

/// Why a rate cannot be solved for.
package enum CalibrationError: Error, Hashable, CustomStringConvertible {
    case noSuchRate(path: String, plan: IncentivePlan.ID)
    case currencies(Currency, Currency)
    /// A higher value costs less.
    case notMonotone(path: String, Calibration.Point, Calibration.Point)

    package var description: String {
        switch self {
        case .noSuchRate(let path, let plan):
            "plan '\(plan)' has no rate '\(path)' to solve for; expected one of renewalBonus.rate, recurringBonus.rate, "
                + "rebate.rate, commission.tiers[1].rate (tiers count from 0), or commission to scale every tier"
        case .currencies(let own, let other):
            "the plans pay in \(own) and \(other); costs are compared in one currency"
        case .notMonotone(let path, let lower, let higher):
            "'\(path)' has no single answer: at \(lower.rate) the plan costs \(lower.cost) minor units and at "
                + "\(higher.rate) less, \(higher.cost); change what makes more pay cost less, such as a guarantee"
        }
    }
}

extension PlanReplay {
    /// Solves a rate of `plan` so that it would have cost what `like` would have, by bisection over whole parts per
    /// million.
    ///
    /// Cost must not fall as the rate rises. That is checked on a grid and on every value that is tried.
    package func calibrate(
        _ plan: IncentivePlan, like other: IncentivePlan, path: String
    ) throws(CalibrationError) -> Calibration {
        guard let rate = PlanRate(path: path), let before = rate.value(in: plan),
            let limit = rate.limit(in: plan)
        else { throw .noSuchRate(path: path, plan: plan.id) }
        guard plan.currency == other.currency else { throw .currencies(plan.currency, other.currency) }
        let target = self.cost(of: [other])
        var tried: [Int64: Int64] = [:]
        func cost(at value: Int64) -> Int64 {
            if let known = tried[value] { return known }
            let found = self.cost(of: [rate.setting(Rate(partsPerMillion: value), in: plan)])
            tried[value] = found
            return found
        }
        for twelfths in 0...12 as ClosedRange<Int64> { _ = cost(at: limit.partsPerMillion * twelfths / 12) }
        var low: Int64 = 0
        var high = limit.partsPerMillion
        var unreachable: String?
        if cost(at: high) < target {
            unreachable = "no rate up to 100 % costs as much: at the highest the plan costs less by "
            low = high
        } else if cost(at: low) > target {
            unreachable = "no rate costs as little: at 0 the plan costs more by "
            high = low
        }
        // cost(low) < target <= cost(high), or both ends are the answer.
        while high - low > 1 {
            let middle = low + (high - low) / 2
            if cost(at: middle) < target { low = middle } else { high = middle }
        }
        let closest = abs(cost(at: low) - target) <= abs(cost(at: high) - target) ? low : high
        // Of values that cost the same, the roundest: a scale moves rates in steps.
        let best =
            [100_000, 10_000, 1_000, 100, 10].lazy
            .map { (closest + $0 / 2) / $0 * $0 }
            .first { $0 <= limit.partsPerMillion && cost(at: $0) == cost(at: closest) } ?? closest
        let points = tried.sorted { $0.key < $1.key }.map {
            Calibration.Point(rate: Rate(partsPerMillion: $0.key), cost: $0.value)
        }
        for (lower, higher) in zip(points, points.dropFirst()) where higher.cost < lower.cost {
            throw .notMonotone(path: path, lower, higher)
        }
        let solution = Calibration.Point(rate: Rate(partsPerMillion: best), cost: cost(at: best))
        let missing = Money(minorUnits: abs(solution.cost - target), currency: plan.currency)
        return Calibration(
            plan: PlanDifference.Side(plan), like: PlanDifference.Side(other), currency: plan.currency,
            window: window, partners: partners.count, contracts: contracts, path: rate.description,
            before: before, target: target, solution: solution, difference: solution.cost - target,
            unreachable: unreachable.map { $0 + "\(missing)" }, tried: points)
    }
}
