import Model
import Statistics

/// What the terms cost and bring, a group against control. Amounts are minor units of the currency.
struct MoneyEffects: Encodable {
    struct Row: Encodable {
        var variant: Variant.ID
        var currency: Currency
        var renewedRevenueControl: Quantity
        var renewedRevenueTreatment: Quantity
        var spendControl: Quantity
        var spendTreatment: Quantity
        /// Extra amounts a counted contract.
        var revenuePerContract: Quantity
        var spendPerContract: Quantity
        var netPerContract: Quantity
        var netInterval: IntervalText
        /// Gain in the renewal rate at which margin pays for the extra spend.
        var breakEvenGain: Quantity
        var countedContracts: Int
        var unavailable: String?
        /// Extra incentives a partner, everything since assignment.
        var spendPerPartner: Quantity
        var spendPerPartnerInterval: IntervalText
        /// Extra margin for each unit of extra incentives.
        var returnPerUnit: Quantity
        /// Parts of the incentives, group by group; empty in analyses recorded before they were told apart.
        var parts: [Part]
        /// What the net says, in a sentence.
        var verdict: String?
    }

    /// A part of what was spent.
    struct Part: Encodable {
        var name: String
        var control: Quantity
        var treatment: Quantity
    }

    var grossMargin: Quantity
    var rows: [Row]

    init(plan: Plan, look: Look) {
        grossMargin = .percent(plan.economics.grossMargin.fraction, orElse: "not stated")
        rows = look.money.map(Row.init)
    }
}

extension MoneyEffects.Row {
    fileprivate init(_ money: MoneySummary) {
        let currency = money.currency
        let reason = money.unavailable ?? "not computed"
        variant = money.variant
        self.currency = currency
        renewedRevenueControl = .money(money.renewedRevenueControl, currency)
        renewedRevenueTreatment = .money(money.renewedRevenueTreatment, currency)
        spendControl = .money(money.spendControl, currency)
        spendTreatment = .money(money.spendTreatment, currency)
        revenuePerContract = .signedMoney(money.revenuePerContract, currency, orElse: reason)
        spendPerContract = .signedMoney(money.spendPerContract, currency, orElse: reason)
        netPerContract = .signedMoney(money.netPerContract, currency, orElse: reason)
        netInterval = .money(money.netInterval, currency, orElse: reason)
        breakEvenGain = .effect(money.breakEvenGain, orElse: "no revenue to scale it")
        countedContracts = money.maturedTreatment
        unavailable = money.unavailable
        let earlier = "not compared"
        spendPerPartner = .signedMoney(money.spendPerPartner, currency, orElse: earlier)
        spendPerPartnerInterval = .money(money.spendPerPartnerInterval, currency, orElse: earlier)
        returnPerUnit = .decimal(money.returnPerUnit, decimals: 2, orElse: "nothing more was spent")
        parts = MoneyEffects.parts(money)
        verdict = money.verdict.map { MoneyEffects.sentence(of: $0, money) }
    }
}

extension MoneyEffects {
    fileprivate static func parts(_ money: MoneySummary) -> [Part] {
        guard let control = money.control, let treatment = money.treatment else { return [] }
        let amounts: [(String, KeyPath<MoneySummary.Spend, Int64>)] = [
            ("of it, to keep partners no worse off", \.makeWhole), ("of it, for a downturn", \.contingency),
            ("of it, paid by another system", \.external),
        ]
        return amounts.filter { control[keyPath: $0.1] != 0 || treatment[keyPath: $0.1] != 0 }.map {
            Part(
                name: $0.0, control: .money(control[keyPath: $0.1], money.currency),
                treatment: .money(treatment[keyPath: $0.1], money.currency))
        }
    }

    fileprivate static func sentence(of verdict: MoneySummary.Verdict, _ money: MoneySummary) -> String {
        let cost = NumberFormat.signedMoney(money.spendPerContract ?? 0, money.currency)
        return switch verdict {
        case .pays: "The terms bring in more than they cost: the whole interval of the net is above zero."
        case .losesMoney: "The terms lose money: the whole interval of the net is below zero."
        case .noEffectCosts: "No extra revenue is shown, and the terms cost \(cost) more a counted contract."
        case .undecided: "Whether the terms pay for themselves cannot be told yet."
        }
    }
}

extension MoneyEffects {
    var section: Document.Section {
        Document.Section(anchor: "money", heading: "Money", blocks: blocks)
    }

    private var blocks: [Document.Block] {
        guard !rows.isEmpty else { return [.paragraph("This pilot has no amounts of money to report.")] }
        return rows.flatMap { [.table(table($0)), .paragraph(sentence($0))] }
    }

    private func table(_ row: Row) -> Document.Table {
        let contracts = PlainWords.counted(row.countedContracts, "counted contract")
        return Document.Table(
            caption: "'\(row.variant)' against control, over \(contracts) of '\(row.variant)'",
            columns: [.text("Amount"), .number("control"), .number(row.variant.rawValue)],
            rows: [
                ["Annual revenue renewed", row.renewedRevenueControl.text, row.renewedRevenueTreatment.text],
                ["Incentives earned since assignment", row.spendControl.text, row.spendTreatment.text],
            ] + row.parts.map { [$0.name, $0.control.text, $0.treatment.text] } + [
                [
                    "Extra incentives a partner, with interval", "–",
                    "\(row.spendPerPartner.text) (\(row.spendPerPartnerInterval.text))",
                ],
                ["Extra revenue a contract", "–", row.revenuePerContract.text],
                ["Extra incentives a contract", "–", row.spendPerContract.text],
                ["Net a contract", "–", row.netPerContract.text],
                ["Interval of the net\(level(row))", "–", row.netInterval.text],
                ["Gain in renewals that pays for the incentives", "–", row.breakEvenGain.text],
                ["Extra margin for one \(row.currency) of extra incentives", "–", row.returnPerUnit.text],
            ])
    }

    private func level(_ row: Row) -> String {
        guard let level = row.netInterval.confidenceLevel, let validity = row.netInterval.validity else {
            return ""
        }
        let reach = validity == .fixedSample ? "this analysis alone" : "all analyses"
        return " (\(NumberFormat.level(level)), \(reach))"
    }

    private func sentence(_ row: Row) -> String {
        if let unavailable = row.unavailable { return PlainWords.sentence(unavailable) }
        let verdict = row.verdict.map { $0 + " " } ?? ""
        return verdict
            + "Net is the gross margin of \(grossMargin.text) on extra revenue less extra incentives, both on "
            + "renewals of counted contracts; new business and what is paid for it are left out."
    }
}
