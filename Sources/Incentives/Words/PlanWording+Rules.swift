import Model

extension PlanWording {
    var escalator: PlanSentences.Part? {
        guard let escalator = plan.escalator else { return nil }
        let annual = units(12_000)
        let extra = min(escalator.perExtraYear, escalator.cap)
        return PlanSentences.Part(
            subject: .escalator, heading: "Longer terms",
            sentences: [
                "For each full year of the term beyond the first you earn \(escalator.perExtraYear) more of what the rate is taken of, at most \(escalator.cap) more in all, as \(names(escalator.appliesTo))."
            ],
            example:
                "a contract of 24 months that counts with \(money(annual)) earns another \(product(extra, annual))"
        )
    }

    var priceConcession: PlanSentences.Part? {
        guard let concession = plan.priceConcession, let first = concession.bands.first else { return nil }
        let pays = concession.bands.map { band in
            "\(band.pays.partsPerMillion == 0 ? "nothing" : "\(band.pays)") above \(band.above)"
        }
        let next = concession.bands.dropFirst().first?.above.partsPerMillion ?? Int64.max
        let depth = Rate(partsPerMillion: min(first.above.partsPerMillion + 10_000, next))
        let base = units(1_000)
        return PlanSentences.Part(
            subject: .priceConcession, heading: "Discounts",
            sentences: [
                "Of the \(names(concession.appliesTo)) of a contract sold at a deep discount you keep \(enumerated(pays)).",
                "A discount of exactly \(first.above) costs nothing.",
            ],
            example: "at a discount of \(depth), \(money(base)) become \(money(share(first.pays, base)))")
    }

    var gates: PlanSentences.Part? {
        guard !plan.gates.isEmpty else { return nil }
        return PlanSentences.Part(
            subject: .gates, heading: "What pay waits for",
            sentences: plan.gates.flatMap(gate) + [
                "Days count from the contract's start; waiting pay is paid on the day the last condition is met."
            ], example: plan.gates.first.map(gateExample))
    }

    func gate(_ gate: EvidenceGate) -> [String] {
        let conditions = gate.conditions.map(condition) + gate.needs.map { "'\($0)' is met" }
        return [
            "'\(gate.name)' is met when \(enumerated(conditions)).",
            "If '\(gate.name)' is not met by day \(gate.expiresAfterDays), what waits for it is not paid.",
        ]
    }

    private func condition(_ condition: EvidenceGate.Condition) -> String {
        switch condition {
        case .milestone(let name, let day): "'\(name)' is reached by day \(day)"
        case .level(let measure, let least, let day):
            "'\(measure)' is at least \(decimal(millionths: least)) by day \(day)"
        case .rise(let measure, let by, let days):
            "'\(measure)' is at least \(decimal(millionths: by)) higher than at the start by day \(days)"
        }
    }

    private func gateExample(_ gate: EvidenceGate) -> String {
        let day = gate.conditions.map(\.lastDay).max() ?? gate.expiresAfterDays
        let paid = min(day, gate.expiresAfterDays)
        return
            "pay of \(money(units(1_000))) that waits for '\(gate.name)', met on day \(paid), is paid on day \(paid)"
    }

    var accelerator: PlanSentences.Part? {
        guard let accelerator = plan.accelerator, let first = accelerator.bands.first else { return nil }
        let bands = accelerator.bands.map { band in
            let reached = Rate(partsPerMillion: band.from)
            let times = "by \(decimal(millionths: band.times.partsPerMillion))"
            return switch accelerator.measure {
            case .recurringGrowth:
                "\(times) where your recurring revenue has grown by \(reached) or more in a year"
            case .netRevenueRetention:
                "\(times) where your customers of a year before bring \(reached) or more of what they brought then"
            }
        }
        let base = units(1_000)
        return PlanSentences.Part(
            subject: .accelerator, heading: "Growth",
            sentences: [
                "When a \(accelerator.period.inWords) is over, what you earned in it as \(names(accelerator.appliesTo)) is multiplied \(enumerated(bands)).",
                "Below that, and without recurring revenue a year before, nothing changes.",
            ],
            example:
                "\(money(base)) of a \(accelerator.period.rawValue) become \(money(share(first.times, base)))"
        )
    }

    var contingency: PlanSentences.Part? {
        guard let contingency = plan.contingency else { return nil }
        let period = contingency.period.inWords
        let base = units(1_000)
        return PlanSentences.Part(
            subject: .contingency, heading: "When the market turns down",
            sentences: [
                "In a \(period) between \(contingency.from) and \(contingency.until) in which new contracts of all partners together are below \(contingency.below) of the same \(contingency.period.rawValue) a year before, what you earned as \(names(contingency.appliesTo)) is multiplied by \(decimal(millionths: contingency.times.partsPerMillion)).",
                "It may cost \(money(contingency.costCap)) in all, over all partners; where that runs out, everybody gets the same share.",
            ],
            example:
                "\(money(base)) of such a \(contingency.period.rawValue) become \(money(share(contingency.times, base)))"
        )
    }
}

extension EvidenceGate.Condition {
    fileprivate var lastDay: Int {
        switch self {
        case .milestone(_, let day), .level(_, _, let day), .rise(_, _, let day): day
        }
    }
}
