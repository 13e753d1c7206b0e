import Foundation
import Model

extension PlanWording {
    var milestones: PlanSentences.Part? {
        guard let first = plan.milestoneBonuses.first else { return nil }
        return PlanSentences.Part(
            subject: .milestoneBonus, heading: "Milestone bonus",
            sentences: plan.milestoneBonuses.flatMap(milestone) + [
                "Days count from the contract's start; a bonus is earned on the day reached, or signed if that is later."
            ], example: example(first))
    }

    func milestone(_ bonus: MilestoneBonus) -> [String] {
        let which = bonus.includesRenewals ? "contract, new or renewed," : "new contract"
        let steps = bonus.steps.map { step in
            switch step.byDay {
            case let day?: "\(money(step.amount)) by day \(day)"
            case nil:
                bonus.steps.count == 1
                    ? "\(money(step.amount)), whenever that is" : "\(money(step.amount)) later"
            }
        }
        var sentences = ["For each \(which) that reaches '\(bonus.milestone)' you earn \(enumerated(steps))."]
        if let last = bonus.steps.last?.byDay {
            sentences.append("'\(bonus.milestone)' reached after day \(last) earns nothing.")
        }
        return sentences + waiting(bonus.gate)
    }

    private func example(_ bonus: MilestoneBonus) -> String? {
        let day =
            bonus.steps.count > 1 ? (bonus.steps[0].byDay ?? 0) + 1 : bonus.steps.first?.byDay ?? 30
        guard let step = bonus.steps.first(where: { $0.byDay.map { day <= $0 } ?? true }) else { return nil }
        return "'\(bonus.milestone)' reached on day \(day) earns \(money(step.amount))"
    }

    var diversification: PlanSentences.Part? {
        guard let bonus = plan.diversificationBonus else { return nil }
        let bands = bonus.bands.map {
            "\(money($0.amount)) from \(decimal(millionths: $0.from.partsPerMillion)) on"
        }
        let formula =
            switch bonus.index {
            case .entropy: "−Σ s ln s / ln \(bonus.categories)"
            case .herfindahl: "(1 − Σ s²) / (1 − 1/\(bonus.categories))"
            }
        let half = bonus.indexOfTwoHalves
        let paid = bonus.bands.last { $0.from.partsPerMillion <= half }?.amount ?? 0
        return PlanSentences.Part(
            subject: .diversificationBonus, heading: "Diversification bonus",
            sentences: [
                "On the last day of each \(bonus.period.inWords) you earn a fixed sum for contracts in force that are spread over '\(bonus.over)': \(enumerated(bands)).",
                "The spread is \(formula), where s are the shares of annual amounts by '\(bonus.over)': 0 for everything in one, 1 for an even spread over \(bonus.categories) or more.",
                "Contracts without '\(bonus.over)' count to the largest. You must hold these terms on that day.",
            ],
            example:
                "half in one '\(bonus.over)' and half in another is a spread of \(decimal(millionths: half)) and earns \(money(paid))"
        )
    }

    var coMarketing: PlanSentences.Part? {
        guard let marketing = plan.coMarketing else { return nil }
        let period = marketing.period.inWords
        return PlanSentences.Part(
            subject: .coMarketing, heading: "Joint marketing",
            sentences: [
                "The vendor spends \(money(marketing.amount)) on marketing with you in each \(period) on whose first day you hold these terms.",
                "It is no pay: it counts to none of your amounts.",
            ],
            example: marketing.period == .year
                ? nil
                : "a year of these terms is \(money(marketing.amount * Int64(12 / marketing.period.months))) of marketing"
        )
    }
}

extension DiversificationBonus {
    /// The index, in millionths, of a book of two equal shares.
    fileprivate var indexOfTwoHalves: Int64 {
        let value =
            switch index {
            case .entropy: log(2.0) / log(Double(categories))
            case .herfindahl: 0.5 / (1 - 1 / Double(categories))
            }
        return Int64((min(value, 1) * 1_000_000).rounded(.toNearestOrEven))
    }
}
