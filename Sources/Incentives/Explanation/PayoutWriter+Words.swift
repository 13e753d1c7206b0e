import Model

extension PayoutWriter {
    /// The computation in words, and what a line that is not payable waits for or failed.
    func explanation(of line: PayoutLine) -> String {
        let plan = plan(of: line)
        if line.state == .blocked {
            let currency = line.row.map { book.currencies[Int(book.rows[Int($0)].currency)].code } ?? "?"
            return "not computed: the plan has no rate of \(currency) for that day"
        }
        let words = computation(of: line, under: plan) + rateWords(of: line, under: plan)
        switch line.state {
        case .payable, .blocked: return words
        case .cost: return words
        case .external: return "\(words); paid by another system"
        case .held: return "\(words); waits for \(waitsFor(line))"
        case .lapsed:
            let day = line.lapsedOn.map { ", known on \($0)" } ?? ""
            return "\(words); not paid: \(failure(of: line, under: plan))\(day)"
        }
    }

    /// The exchange rate behind a component's line, its day and who published it.
    private func rateWords(of line: PayoutLine, under plan: IncentivePlan) -> String {
        guard line.rule.rawValue == line.component.rawValue, line.base != 0, let row = line.row,
            line.rule != .milestoneBonus,
            let rate = conversion(of: book.rows[Int(row)], under: plan)
        else { return "" }
        return
            ", at \(times(rate.perUnit)) \(rate.currency) for 1 \(plan.currency) of \(rate.on) (\(rate.source))"
    }

    private func money(_ minorUnits: Int64, _ plan: IncentivePlan) -> String {
        spelled(minorUnits, plan.currency)
    }

    private func times(_ partsPerMillion: Int64) -> String { decimal(millionths: partsPerMillion) }

    private func computation(of line: PayoutLine, under plan: IncentivePlan) -> String {
        let amount = money(line.amount, plan)
        let base = money(line.base, plan)
        switch line.rule {
        case .commission: return commission(line, plan)
        case .renewalBonus:
            let rate = plan.renewalBonus?.rate.description ?? ""
            return "renewal bonus \(rate) of \(baseWords(line, plan.renewalBonus?.payBase, plan)) = \(amount)"
        case .recurringBonus:
            let rate = plan.recurringBonus?.rate.description ?? ""
            return "recurring bonus \(rate) of \(base) a year, through month \(line.detail.0) = \(amount)"
        case .rebate: return rebate(line, plan)
        case .milestoneBonus:
            let name = plan.milestoneBonuses[Int(line.item)].milestone
            return "milestone '\(name)' reached on day \(line.detail.0) of the contract: \(amount)"
        case .diversificationBonus:
            let over = plan.diversificationBonus?.over ?? ""
            return "book spread over '\(over)' with index \(times(line.detail.0)): \(amount)"
        case .coMarketing: return "co-marketing budget of \(amount), a cost and no pay"
        case .escalator:
            return "\(Rate(partsPerMillion: line.detail.1)) more of \(base) for \(line.detail.0) "
                + "\(line.detail.0 == 1 ? "year" : "years") beyond the first = \(amount)"
        case .healthWeight:
            let weight = plan.renewalBonus?.health
            let reading = line.row.flatMap { row in
                weight.flatMap { healthReading($0, of: book.rows[Int(row)], in: book) }
            }
            let told = reading.map { times($0.value) } ?? "no fresh reading"
            return
                "\(weight?.measure ?? "health") \(told): times \(times(line.detail.0)) of \(base), a change of \(amount)"
        case .priceConcession:
            return "discount above \(Rate(partsPerMillion: line.detail.1)): "
                + "\(Rate(partsPerMillion: line.detail.0)) of \(base) is left, a change of \(amount)"
        case .accelerator:
            let measure =
                plan.accelerator?.measure == .recurringGrowth
                ? "recurring revenue grew by" : "net revenue retention is"
            return
                "\(measure) \(signed(line.detail.0)): times \(times(line.detail.1)) of \(base), \(amount) more"
        case .contingency:
            let full =
                line.detail.0 == line.amount
                ? "" : " of \(money(line.detail.0, plan)), as far as the cost cap allows"
            return
                "downturn: times \(times(plan.contingency?.times.partsPerMillion ?? 0)) of \(base), \(amount) more\(full)"
        case .cap:
            let cap = money(line.base + line.amount, plan)
            return "\(base) is above the most that is paid, \(cap): a change of \(amount)"
        case .floor:
            return
                "\(base) is below the least that is paid, \(money(line.base + line.amount, plan)): \(amount) more"
        case .makeWhole:
            let other = plan.noWorseOff?.plan.id.rawValue ?? ""
            return "plan '\(other)' would have paid \(base): \(amount) more"
        case .clawback:
            return clawback(line, plan)
        }
    }

    /// It takes earned pay back, which may not have been handed over yet.
    private func clawback(_ line: PayoutLine, _ plan: IncentivePlan) -> String {
        guard let terms = plan.clawback else { return money(line.amount, plan) }
        let stayed = Int(line.detail.0)
        let left = "the customer left \(counted(stayed, "day")) after the contract began"
        let taken = "of \(money(line.base, plan)) earned = \(money(line.amount, plan))"
        return terms.isProRata
            ? "\(left): \(terms.share) for \(terms.withinDays - stayed) of \(terms.withinDays) days \(taken)"
            : "\(left), within \(counted(terms.withinDays, "day")): \(terms.share) \(taken)"
    }

    private func counted(_ count: Int, _ unit: String) -> String {
        "\(count) \(count == 1 ? unit : unit + "s")"
    }

    /// A change as a rate, with the minus sign of amounts.
    private func signed(_ partsPerMillion: Int64) -> String {
        (partsPerMillion < 0 ? "\u{2212}" : "")
            + "\(Rate(partsPerMillion: partsPerMillion < 0 ? -partsPerMillion : partsPerMillion))"
    }

    private func baseWords(_ line: PayoutLine, _ payBase: PayBase?, _ plan: IncentivePlan) -> String {
        let base = money(line.base, plan)
        guard case .lifetimeValue(let terms) = payBase, let row = line.row,
            case .amount(let annual) = run.annualAmount(book.rows[Int(row)], under: plan)
        else { return base }
        let cap = terms.cap.map { $0 == line.base ? ", capped" : "" } ?? ""
        return
            "\(base) (lifetime value: \(money(annual, plan)) × \(times(terms.factor.partsPerMillion))\(cap))"
    }

    /// What amounts are read through; it runs nothing here.
    private var run: AccountRun { AccountRun(book: book, asOf: asOf, rows: 0..<0, terms: RunnableTerms()) }

    private func commission(_ line: PayoutLine, _ plan: IncentivePlan) -> String {
        let terms = plan.commissions[Int(line.item)]
        let amount = money(line.amount, plan)
        guard case .period(let period) = line.occasion else { return amount }
        let kind = terms.basis == .recurringRevenue ? "recurring revenue" : "bookings"
        switch terms.scheme {
        case .marginal:
            let slices = terms.slices(from: max(line.detail.0, 0), to: max(line.detail.1, 0)).map {
                "\($0.rate) of \(money($0.amount, plan))"
            }
            let words = slices.isEmpty ? "nothing" : slices.joined(separator: " + ")
            let valued = terms.payBase == nil ? "" : ", counting \(baseWords(line, terms.payBase, plan))"
            return "commission on \(kind) of \(period) from \(money(line.detail.0, plan)) to "
                + "\(money(line.detail.1, plan)): \(words) = \(amount)\(valued)"
        case .cliff:
            let tier = terms.tiers[Int(line.detail.1)]
            let volume =
                terms.buffer == nil ? "\(kind) of \(period) are" : "the volume that decides \(period) is"
            return
                "commission \(tier.rate) of \(baseWords(line, terms.payBase, plan)) = \(amount): \(volume) "
                + "\(money(line.detail.0, plan)), \(place(of: line.detail.0, in: tier, terms.buffer, plan))"
        }
    }

    /// The tier that a volume earns, and why it is not the one it reaches.
    private func place(
        of volume: Int64, in tier: TieredCommission.Tier, _ buffer: TieredCommission.Buffer?,
        _ plan: IncentivePlan
    ) -> String {
        let from = money(tier.from, plan)
        guard let buffer, volume < tier.from else { return "in the tier from \(from)" }
        return "below the tier from \(from) reached before, which is kept for at most "
            + counted(buffer.gracePeriods, "period")
    }

    private func rebate(_ line: PayoutLine, _ plan: IncentivePlan) -> String {
        guard let rebate = plan.rebate else { return "" }
        guard line.row == nil else {
            return
                "rebate set aside, \(rebate.accrualRate) of \(money(line.base, plan)) = \(money(line.amount, plan))"
        }
        let reached = line.base >= rebate.threshold ? "reaches" : "misses"
        return "volume \(money(line.base, plan)) \(reached) \(money(rebate.threshold, plan)): due "
            + "\(money(line.detail.0, plan)), set aside \(money(line.detail.1, plan)), \(money(line.amount, plan)) to settle"
    }

    // MARK: What a line waits for

    /// What a held line waits for, in words that lines of one plan share.
    func waitsFor(_ line: PayoutLine) -> String {
        let plan = plan(of: line)
        if let gate = gate(of: line, under: plan) { return "the evidence of '\(gate)'" }
        switch line.component {
        case .renewalBonus: return "\(plan.renewalBonus?.survivalDays ?? 0) days of the new term"
        case .recurringBonus: return "\(plan.recurringBonus?.afterMonths ?? 0) months of the contract"
        case .rebate: return "the end of the period"
        case .commission, .milestoneBonus, .diversificationBonus, .coMarketing, .guarantee:
            return "a condition of the plan"
        }
    }

    private func failure(of line: PayoutLine, under plan: IncentivePlan) -> String {
        if let gate = gate(of: line, under: plan) {
            let left = line.row.flatMap { book.rows[Int($0)].leftOn }
            return left.map { $0 <= line.lapsedOn ?? asOf } ?? false
                ? "the customer left before the evidence of '\(gate)' came"
                : "the evidence of '\(gate)' did not come in time"
        }
        return "the customer did not stay as long as the plan asks"
    }
}

extension TieredCommission {
    /// The part of a volume that falls into one tier.
    struct Slice: Hashable {
        var amount: Int64
        var rate: Rate
    }

    /// How the volume between two levels spreads over the tiers; tiers without a share are left out, and a
    /// volume that falls gives negative amounts.
    func slices(from before: Int64, to after: Int64) -> [Slice] {
        tiers.indices.compactMap { index in
            let tier = tiers[index]
            let end = index + 1 < tiers.count ? tiers[index + 1].from : Int64.max
            func share(of volume: Int64) -> Int64 { min(max(volume, tier.from), end) - tier.from }
            let amount = share(of: after) - share(of: before)
            return amount == 0 ? nil : Slice(amount: amount, rate: tier.rate)
        }
    }
}

/// Millionths as a plain decimal without trailing zeros: 1 250 000 is "1.25".
func decimal(millionths: Int64) -> String {
    let magnitude = millionths.magnitude
    var fraction = String(magnitude % 1_000_000)
    fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
    while fraction.last == "0" { fraction.removeLast() }
    return (millionths < 0 ? "\u{2212}" : "") + String(magnitude / 1_000_000)
        + (fraction.isEmpty ? "" : "." + fraction)
}
