import Model

extension PlanWording {
    func commission(_ terms: TieredCommission) -> PlanSentences.Part {
        PlanSentences.Part(
            subject: .commission, heading: "Commission on \(terms.basis.inWords)",
            sentences: rate(terms) + counting(terms) + buffer(terms) + waiting(terms.gate),
            example: example(terms))
    }

    private func rate(_ terms: TieredCommission) -> [String] {
        let period = terms.period.inWords
        guard let first = terms.tiers.first else { return [] }
        guard terms.tiers.count > 1 else { return [singleRate(first.rate, terms)] }
        let noun = terms.basis == .recurringRevenue ? "of your recurring revenue" : terms.basis.signed
        switch terms.scheme {
        case .marginal:
            let slices = terms.tiers.indices.map { index in
                let tier = terms.tiers[index]
                let rate = earned(tier.rate)
                guard index + 1 < terms.tiers.count else { return "\(rate) of what lies above" }
                let next = money(terms.tiers[index + 1].from)
                return index == 0
                    ? "\(rate) of the first \(next) \(noun) in a \(period)"
                    : "\(rate) of what lies between \(money(tier.from)) and \(next)"
            }
            return ["You earn \(slices.dropLast().joined(separator: ", ")), and \(slices.last ?? "")."]
        case .cliff:
            let steps = terms.tiers.enumerated().map { index, tier in
                index == 0
                    ? "\(tier.rate) below \(money(terms.tiers[1].from))"
                    : "\(tier.rate) from \(money(tier.from))"
            }
            let volume = terms.basis == .recurringRevenue ? "Your recurring revenue" : "What you sign"
            return [
                "\(volume) in a \(period) sets one rate for all of it: \(enumerated(steps)).",
                "Until the \(terms.period.rawValue) is over, the amounts of its earlier contracts change when you reach another rate.",
            ]
        }
    }

    private func singleRate(_ rate: Rate, _ terms: TieredCommission) -> String {
        switch terms.basis {
        case .newBookings:
            "You earn \(rate) of the \(name(terms.payBase)) of each new contract that you sign."
        case .renewedRevenue:
            "You earn \(rate) of the \(name(terms.payBase)) of each contract that renews another."
        case .allBookings:
            "You earn \(rate) of the \(name(terms.payBase)) of each contract that you sign, new or renewed."
        case .recurringRevenue: "You earn \(rate) of your recurring revenue in each \(terms.period.inWords)."
        }
    }

    private func earned(_ rate: Rate) -> String { rate.partsPerMillion == 0 ? "nothing" : "\(rate)" }

    private func counting(_ terms: TieredCommission) -> [String] {
        let period = terms.period.inWords
        guard terms.basis != .recurringRevenue else {
            return [
                "Every contract in force on the last day of the \(period) counts with its \(name(terms.payBase)) × \(terms.period.months) / 12, whenever it was signed.",
                "It is earned on that day, if you hold these terms then.",
            ]
        }
        let who =
            switch terms.basis {
            case .newBookings: "Only new contracts count, no renewals"
            case .renewedRevenue: "Only contracts that renew another count"
            case .allBookings, .recurringRevenue: "New contracts and renewals count alike"
            }
        var sentences = ["\(who), each with its \(name(terms.payBase)); it is earned on the day signed."]
        if terms.tiers.count > 1 {
            sentences.append("The count begins at \(money(0)) again with every \(period).")
        }
        return sentences
    }

    private func buffer(_ terms: TieredCommission) -> [String] {
        guard let buffer = terms.buffer else { return [] }
        let period = terms.period.inWords
        var sentences: [String] = []
        if buffer.rollingPeriods > 1 {
            sentences.append(
                "The mean of the last \(counted(buffer.rollingPeriods, period)) sets the rate where it is more than the \(terms.period.rawValue)'s own volume."
            )
        }
        if buffer.gracePeriods > 0 {
            sentences.append(
                "A rate that you no longer reach is kept for at most \(counted(buffer.gracePeriods, period)) in a row."
            )
        }
        return sentences
    }

    private func example(_ terms: TieredCommission) -> String? {
        guard let first = terms.tiers.first, let last = terms.tiers.last else { return nil }
        guard terms.tiers.count > 1 else {
            if terms.basis == .recurringRevenue {
                return
                    "recurring revenue of \(money(units(30_000))) in a \(terms.period.rawValue) earns \(product(first.rate, units(30_000)))"
            }
            let base = exampleBase(terms.payBase)
            return "a contract that counts with \(money(base)) earns \(product(first.rate, base))"
        }
        let volume = last.from + last.from / 2
        let head = "\(money(volume)) in a \(terms.period.rawValue) earn "
        guard terms.scheme == .marginal else { return head + product(last.rate, volume) }
        let slices = terms.slices(from: 0, to: volume)
        let total = slices.reduce(0) { $0 + share($1.rate, $1.amount) }
        return head + slices.map { "\($0.rate) of \(money($0.amount))" }.joined(separator: " + ") + " = "
            + money(total)
    }
}

extension TieredCommission.Basis {
    /// "new contracts".
    var inWords: String {
        switch self {
        case .newBookings: "new contracts"
        case .allBookings: "new contracts and renewals"
        case .renewedRevenue: "renewals"
        case .recurringRevenue: "recurring revenue"
        }
    }

    /// What follows an amount: "that you sign".
    fileprivate var signed: String {
        self == .renewedRevenue ? "of renewals that you sign" : "that you sign"
    }
}
