import Model

extension PlanChanges {
    var bonuses: [String] {
        let renewal = part("renewal bonus", before.renewalBonus, after.renewalBonus) { words in
            sentencesOf([words.renewalBonus, words.healthWeight, words.renewalCap])
        } settings: { before, after in
            [
                rate("The renewal bonus", before.rate, after.rate),
                amount("The largest renewal bonus", before.cap, after.cap),
                text("What the renewal bonus is taken of", old.name(before.payBase), new.name(after.payBase)),
                count(
                    "How long the customer must stay for the renewal bonus", before.survivalDays,
                    after.survivalDays, "day"),
                health(before.health, after.health), gate("renewal bonus", before.gate, after.gate),
            ]
        }
        let recurring = part("recurring bonus", before.recurringBonus, after.recurringBonus) { words in
            sentencesOf([words.recurringBonus])
        } settings: { before, after in
            [
                rate("The recurring bonus", before.rate, after.rate),
                count(
                    "How often the recurring bonus is earned", before.every.months, after.every.months,
                    "month"),
                count("How long the recurring bonus waits", before.afterMonths, after.afterMonths, "month"),
                count("How long the recurring bonus runs", before.forMonths, after.forMonths, "month"),
                gate("recurring bonus", before.gate, after.gate),
            ]
        }
        return renewal + recurring + rebate
    }

    private var rebate: [String] {
        part("rebate", before.rebate, after.rebate) { words in
            sentencesOf([words.rebate])
        } settings: { before, after in
            [
                rate("The rebate", before.rate, after.rate),
                amount("The volume from which the rebate is paid", before.threshold, after.threshold),
                rate("What is set aside for the rebate", before.accrualRate, after.accrualRate),
                text("What the rebate is on", before.basis.inWords, after.basis.inWords),
                text("The period of the rebate", before.period.inWords, after.period.inWords),
            ]
        }
    }

    private func health(_ before: HealthWeight?, _ after: HealthWeight?) -> String? {
        guard before != after else { return nil }
        return text(
            "What the renewal bonus is multiplied by", sentencesOf([old.healthWeight]).first,
            sentencesOf([new.healthWeight]).first)
    }

    var fixedSums: [String] {
        let names = Set((before.milestoneBonuses + after.milestoneBonuses).map(\.milestone)).sorted()
        let milestones = names.flatMap { name in
            milestone(
                name, before.milestoneBonuses.first { $0.milestone == name },
                after.milestoneBonuses.first { $0.milestone == name })
        }
        return milestones
            + part("diversification bonus", before.diversificationBonus, after.diversificationBonus) {
                words in
                sentencesOf([words.diversification])
            } settings: { _, _ in
                []
            }
            + part("joint marketing", before.coMarketing, after.coMarketing) { words in
                sentencesOf([words.coMarketing])
            } settings: { before, after in
                [
                    amount("The joint marketing", before.amount, after.amount),
                    text("The period of the joint marketing", before.period.inWords, after.period.inWords),
                ]
            }
    }

    private func milestone(
        _ name: String, _ before: MilestoneBonus?, _ after: MilestoneBonus?
    ) -> [String] {
        part("bonus for '\(name)'", before, after) { words in
            words.plan.milestoneBonuses.filter { $0.milestone == name }.flatMap(words.milestone)
        } settings: { before, after in
            guard before.steps.map(\.byDay) == after.steps.map(\.byDay) else { return [] }
            let steps = zip(before.steps, after.steps).map { before, after in
                let place = before.byDay.map { " by day \($0)" } ?? (after.byDay == nil ? " whenever" : "")
                return amount("The bonus for '\(name)' reached\(place)", before.amount, after.amount)
            }
            return steps + [
                text("The contracts that earn for '\(name)'", before.contracts, after.contracts),
                gate("bonus for '\(name)'", before.gate, after.gate),
            ]
        }
    }

    func sentencesOf(_ parts: [PlanSentences.Part?]) -> [String] {
        parts.compactMap(\.self).flatMap(\.sentences)
    }
}

extension MilestoneBonus {
    fileprivate var contracts: String { includesRenewals ? "new and renewed ones" : "new ones" }
}
