import Model

extension PlanWording {
    var limits: PlanSentences.Part? {
        guard let limits = plan.limits else { return nil }
        let period = limits.period.inWords
        var sentences: [String] = []
        if let cap = limits.cap {
            sentences.append("All pay of a \(period) is at most \(money(cap)); what lies above is cut.")
        }
        if let floor = limits.floor {
            sentences.append(
                "All pay of a \(period) that is over, and on whose first day you held these terms, is at least \(money(floor)); what is missing is added."
            )
        }
        return PlanSentences.Part(
            subject: .limits, heading: "The most and the least that you are paid", sentences: sentences,
            example: limits.example(in: self))
    }

    var noWorseOff: PlanSentences.Part? {
        guard let guarantee = plan.noWorseOff else { return nil }
        let base = units(1_000)
        return PlanSentences.Part(
            subject: .noWorseOff, heading: "Never less than under '\(guarantee.plan.id)'",
            sentences: [
                "When a \(guarantee.period.inWords) is over and '\(guarantee.plan.id)' would have paid you more for the same contracts, the difference is added."
            ],
            example:
                "\(money(base)) where '\(guarantee.plan.id)' would have paid \(money(base + base / 4)) are lifted by \(money(base / 4))"
        )
    }

    var clawback: PlanSentences.Part? {
        guard let clawback = plan.clawback else { return nil }
        let paid = names(clawback.appliesTo)
        let days = counted(clawback.withinDays, "day")
        let base = units(1_000)
        let stayed = clawback.withinDays / 2
        let share = clawback.share(stayed: stayed)
        var sentences = [
            "When a customer leaves within \(days) of the contract's start, \(clawback.share) of the \(paid) payable on it is taken back on the day it leaves"
        ]
        sentences[0] += clawback.isProRata ? ", in proportion to the days that were left." : "."
        sentences.append(
            "What still waits for a contract that has left is not paid; pay on whole periods stays as it is.")
        return PlanSentences.Part(
            subject: .clawback, heading: "When a customer leaves early", sentences: sentences,
            example:
                "a customer that leaves after \(counted(stayed, "day")) takes back \(money(plan.rounding.quotient(Int128(base) * share.numerator, share.denominator) ?? 0)) of \(money(base))"
        )
    }
}

extension PayLimits {
    fileprivate func example(in words: PlanWording) -> String? {
        if let cap {
            return "\(words.money(cap + cap / 5)) in a \(period.rawValue) are paid as \(words.money(cap))"
        }
        return floor.map { "\(words.money($0 / 2)) in a \(period.rawValue) are lifted to \(words.money($0))" }
    }
}

extension Clawback {
    /// The share taken back of a contract that ran so many days, as a fraction.
    fileprivate func share(stayed days: Int) -> (numerator: Int128, denominator: Int128) {
        let all = Int128(share.partsPerMillion)
        guard isProRata else { return (all, 1_000_000) }
        return (all * Int128(withinDays - days), 1_000_000 * Int128(max(withinDays, 1)))
    }
}
