import Model

extension PlanWording {
    var conditions: PlanSentences.Part {
        PlanSentences.Part(
            subject: .conditions, heading: "Who pays, and for which contracts",
            sentences: [payer, relation, dates, rounding])
    }

    private var payer: String {
        switch plan.paidBy {
        case .fairway: "The vendor pays you, in \(plan.currency)."
        case .external:
            "Another system pays you, in \(plan.currency); what is owed is shown here and is not paid a second time."
        }
    }

    private var relation: String {
        switch plan.basis {
        case .replaces: "These terms stand in place of the standard ones."
        case .addsTo: "These terms come on top of the standard ones."
        }
    }

    private var dates: String {
        switch (plan.effective.from, plan.effective.until) {
        case (nil, nil): "They apply to contracts that you sign while you hold them."
        case (let from?, nil): "They apply to contracts that you sign from \(from) on."
        case (nil, let until?): "They apply to contracts that you sign until \(until)."
        case (let from?, let until?): "They apply to contracts that you sign from \(from) to \(until)."
        }
    }

    private var rounding: String {
        let unit = money(1)
        return switch plan.rounding {
        case .halfEven: "Every amount is rounded to \(unit); exactly half goes to the even neighbour."
        case .halfAwayFromZero: "Every amount is rounded to \(unit); exactly half goes away from zero."
        case .towardZero: "Every amount is cut to \(unit)."
        }
    }

    var exchange: PlanSentences.Part? {
        guard let rates = plan.rates else {
            return PlanSentences.Part(
                subject: .exchange, heading: "Contracts in other currencies",
                sentences: [
                    "A contract in another currency than \(plan.currency) is shown without an amount: these terms have no exchange rates."
                ])
        }
        let currencies = Set(rates.tables.flatMap { $0.perUnit.keys }).sorted()
        return PlanSentences.Part(
            subject: .exchange, heading: "Contracts in other currencies",
            sentences: [
                "A contract in \(alternatives(currencies.map(\.code))) is converted to \(plan.currency) at the \(day(of: rates)).",
                "The source of the rates is: \(rates.source).",
                "Without a rate a contract is shown without an amount and counts to no volume; your other lines stand.",
            ], example: exchangeExample(rates, currencies))
    }

    private func day(of rates: CurrencyRates) -> String {
        switch rates.rule {
        case .earned: "rate of the day it was signed, or the last before"
        case .quarterEnd:
            "rate of the last day of the calendar quarter in which it was signed, or the last before"
        case .effects: "rate of \(rates.effectsOn)"
        }
    }

    private func exchangeExample(_ rates: CurrencyRates, _ currencies: [Currency]) -> String? {
        guard let table = rates.effectsTable ?? rates.tables.last,
            let other = currencies.first(where: { table.perUnit[$0] != nil }), let rate = table.perUnit[other]
        else { return nil }
        let amount = Money(minorUnits: 12_000 * other.minorUnitsPerUnit, currency: other)
        guard let converted = table.converted(amount, to: plan.currency) else { return nil }
        return
            "at the rate of \(table.on), \(decimal(millionths: rate)) \(other) for 1 \(plan.currency), \(spelled(amount.minorUnits, other)) are \(money(converted))"
    }

    private func alternatives(_ items: [String]) -> String {
        guard let last = items.last, items.count > 1 else { return items.first ?? "another currency" }
        return "\(items.dropLast().joined(separator: ", ")) or \(last)"
    }

    var treatment: PlanSentences.Part? {
        guard !plan.treatmentTags.isEmpty else { return nil }
        return PlanSentences.Part(
            subject: .treatment, heading: "What you get besides pay",
            sentences: ["You also get: \(enumerated(plan.treatmentTags))."])
    }
}
