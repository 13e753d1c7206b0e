import Model

extension PlanWording {
    var renewalBonus: PlanSentences.Part? {
        guard let bonus = plan.renewalBonus else { return nil }
        var sentences = [
            "You earn \(bonus.rate) of the \(name(bonus.payBase)) of each contract that renews another, on the day it is signed."
        ]
        if let days = bonus.survivalDays {
            sentences.append(
                "It is paid \(counted(days, "day")) after the new term's start if the customer is still there then, and not at all otherwise."
            )
        }
        let base = exampleBase(bonus.payBase)
        return PlanSentences.Part(
            subject: .renewalBonus, heading: "Renewal bonus", sentences: sentences + waiting(bonus.gate),
            example: "a renewal that counts with \(money(base)) earns \(product(bonus.rate, base))")
    }

    var healthWeight: PlanSentences.Part? {
        guard let bonus = plan.renewalBonus, let health = bonus.health, let last = health.bands.last else {
            return nil
        }
        let base = share(bonus.rate, exampleBase(bonus.payBase))
        let bands = health.bands.map {
            "\(decimal(millionths: $0.times.partsPerMillion)) from \(decimal(millionths: $0.from)) on"
        }
        return PlanSentences.Part(
            subject: .healthWeight, heading: "The customer's '\(health.measure)'",
            sentences: [
                "The renewal bonus is multiplied by \(enumerated(bands)).",
                "What counts is the last reading of '\(health.measure)' on or before the day signed, at most \(counted(health.withinDays, "day")) old.",
                "Without a reading, or below all of these, it is multiplied by \(decimal(millionths: health.otherwise.partsPerMillion)).",
            ],
            example:
                "at a reading of \(decimal(millionths: last.from)) a bonus of \(money(base)) becomes \(money(share(last.times, base)))"
        )
    }

    var renewalCap: PlanSentences.Part? {
        guard let cap = plan.renewalBonus?.cap else { return nil }
        let above = cap + max(cap / 4, 1)
        return PlanSentences.Part(
            subject: .cap, heading: "The largest renewal bonus",
            sentences: ["One renewal earns at most \(money(cap)), whatever the rules above make of it."],
            example: "a bonus of \(money(above)) is paid as \(money(min(above, cap)))")
    }

    var recurringBonus: PlanSentences.Part? {
        guard let bonus = plan.recurringBonus else { return nil }
        let step = counted(bonus.every.months, "month")
        let every = bonus.every.months == 1 ? "month" : step
        var sentences = [
            "You earn \(bonus.rate) of the recurring revenue of each contract signed under these terms, after every \(every) from its start, for as long as it stays."
        ]
        if bonus.afterMonths > 0 {
            sentences.append(
                "What is earned in the first \(counted(bonus.afterMonths, "month")) is paid together once the contract has run so long, and not at all if it ends before."
            )
        }
        sentences.append(
            bonus.forMonths.map {
                "It ends \(counted($0, "month")) after the contract's start, or with the contract."
            }
                ?? "It ends with the contract.")
        let annual = units(12_000)
        let first = plan.rounding.quotient(
            Int128(annual) * Int128(bonus.rate.partsPerMillion) * Int128(bonus.every.months), 12_000_000)
        return PlanSentences.Part(
            subject: .recurringBonus, heading: "Recurring bonus", sentences: sentences + waiting(bonus.gate),
            example: first.map {
                "\(money(annual)) a year earn \(money($0)) after the first \(every), \(money(share(bonus.rate, annual))) in a year"
            })
    }

    var rebate: PlanSentences.Part? {
        guard let rebate = plan.rebate else { return nil }
        let period = rebate.period.inWords
        let of =
            switch rebate.paysOn {
            case .excess: "what lies above"
            case .volume: "all of it"
            }
        let volume = rebate.threshold > 0 ? rebate.threshold + rebate.threshold / 2 : units(12_000)
        let counted = rebate.paysOn == .excess ? volume - rebate.threshold : volume
        return PlanSentences.Part(
            subject: .rebate, heading: "Rebate",
            sentences: [
                "Once the annual amounts of \(rebate.basis.inWords) that you sign in a \(period) reach \(money(rebate.threshold)), you earn \(rebate.rate) of \(of).",
                "Until the \(rebate.period.rawValue) is over, \(rebate.accrualRate) of each contract's annual amount is set aside; on its last day that is settled against what is due, and paid.",
                "A \(rebate.period.rawValue) that ends below \(money(rebate.threshold)) pays nothing, and what was set aside is dropped.",
            ],
            example: "\(money(volume)) in a \(rebate.period.rawValue) earn \(product(rebate.rate, counted))")
    }
}
