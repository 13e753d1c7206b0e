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
                ["Incentives paid since assignment", row.spendControl.text, row.spendTreatment.text],
                ["Extra revenue a contract", "–", row.revenuePerContract.text],
                ["Extra incentives a contract", "–", row.spendPerContract.text],
                ["Net a contract", "–", row.netPerContract.text],
                ["Interval of the net\(level(row))", "–", row.netInterval.text],
                ["Gain in renewals that pays for the incentives", "–", row.breakEvenGain.text],
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
        return
            "Net is the gross margin of \(grossMargin.text) on extra revenue less extra incentives, both on "
            + "renewals of counted contracts; new business and what is paid for it are left out."
    }
}
