import Model

extension PlanWording {
    /// One part for each other base than the annual amount that a rate of the plan is taken of.
    var payBases: [PlanSentences.Part] {
        var bases: [PayBase] = []
        for base in plan.commissions.map(\.payBase) + [plan.renewalBonus?.payBase] {
            if let base, !bases.contains(base) { bases.append(base) }
        }
        return bases.map { base in
            switch base {
            case .contractValue: contractValue
            case .lifetimeValue(let terms): lifetimeValue(terms)
            }
        }
    }

    private var contractValue: PlanSentences.Part {
        PlanSentences.Part(
            subject: .payBase, heading: "The contract value",
            sentences: [
                "The contract value is the annual amount × the full months of the term / 12."
            ],
            example:
                "\(money(units(12_000))) a year for 24 months are worth \(money(exampleBase(.contractValue)))"
        )
    }

    private func lifetimeValue(_ terms: LifetimeValue) -> PlanSentences.Part {
        let years = counted(terms.years, "year")
        var sentences = [
            "The expected value over \(years) is the annual amount × a factor, the same for every contract.",
            "The factor is the margin of \(terms.grossMargin) × the sum over the years k from 0 to \(terms.years - 1) of ((1 − \(terms.annualChurn)) / (1 + \(terms.discountRate))) to the power of k.",
            "\(terms.annualChurn) is the share of customers that leave within a year; \(terms.discountRate) is what a year's wait costs.",
        ]
        if let cap = terms.cap { sentences.append("A contract counts with at most \(money(cap)).") }
        let annual = units(12_000)
        let full = share(terms.factor, annual)
        let capped = exampleBase(.lifetimeValue(terms))
        return PlanSentences.Part(
            subject: .payBase, heading: "The expected value over \(years)", sentences: sentences,
            example:
                "the factor is \(decimal(millionths: terms.factor.partsPerMillion)), so \(money(annual)) a year count as "
                + money(full) + (capped < full ? ", at most \(money(capped))" : ""))
    }

    /// "annual amount", "contract value", "expected value over 5 years".
    func name(_ base: PayBase?) -> String {
        switch base {
        case nil: "annual amount"
        case .contractValue: "contract value"
        case .lifetimeValue(let terms): "expected value over \(counted(terms.years, "year"))"
        }
    }

    /// What a contract of 12,000 a year counts as; two years long for a contract value.
    func exampleBase(_ base: PayBase?) -> Int64 {
        let annual = units(12_000)
        return switch base {
        case nil: annual
        case .contractValue: 2 * annual
        case .lifetimeValue(let terms): min(share(terms.factor, annual), terms.cap ?? Int64.max)
        }
    }
}
