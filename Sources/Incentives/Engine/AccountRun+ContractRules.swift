import Model

extension AccountRun {
    /// Appends a component's line on a contract and a line for each rule that changes it, then says for all of
    /// them when they may be paid.
    ///
    /// - Parameters:
    ///   - survivesUntil: the day on which the lines become payable if the contract runs then.
    ///   - survivesThrough: the last day on which it must run for that, if another than `survivesUntil`.
    mutating func appendContractLine(
        _ line: PayoutLine, under segment: RunnableSegment, gate: String?, survivesUntil: Day? = nil,
        survivesThrough: Day? = nil
    ) {
        let first = lines.count
        lines.append(line)
        if segment.isModified(line.component), line.occasion != .cancelled, let row = line.row {
            applyRules(of: segment, toLineAt: first, on: book.rows[Int(row)])
        }
        guard gate != nil || survivesUntil != nil, let row = line.row else { return }
        let opening = gate.map {
            GateEvidence(book: book, row: book.rows[Int(row)], gates: segment.plan.gates, asOf: asOf)
                .opening(of: $0)
        }
        let release = Release(
            asOf: asOf, row: book.rows[Int(row)], opening: opening, survivesUntil: survivesUntil,
            survivesThrough: survivesThrough)
        for index in first..<lines.count {
            let (state, day) = release.state(earnedOn: lines[index].earnedOn)
            lines[index].settle(state, on: day)
        }
    }

    private mutating func applyRules(
        of segment: RunnableSegment, toLineAt first: Int, on row: EarningBook.Row
    ) {
        let (component, base) = (lines[first].component, lines[first].base)
        let rounding = segment.rounding
        var amount = lines[first].amount
        func changed(
            _ rule: PlanRule, to after: Int64, base: Int64, _ detail: (Int64, Int64)
        ) -> PayoutLine {
            var changed = lines[first]
            changed.rule = rule
            changed.base = base
            changed.amount = after - amount
            changed.detail = detail
            return changed
        }
        if let escalator = segment.plan.escalator, escalator.appliesTo.contains(component),
            component != .commission || isBookings(Int(lines[first].item), of: segment)
        {
            let extraYears = row.termMonths / 12 - 1
            if extraYears > 0 {
                let rate = escalator.rate(extraYears: extraYears)
                let extra = rate.of(base, rounding)
                lines.append(
                    changed(
                        .escalator, to: amount + extra, base: base,
                        (Int64(extraYears), rate.partsPerMillion)))
                amount += extra
            }
        }
        if component == .renewalBonus, let health = segment.renewalBonus?.terms.health {
            let reading = Incentives.healthReading(health, of: row, in: book)
            let times = health.times(reading?.value)
            let after = times.of(amount, rounding)
            lines.append(
                changed(
                    .healthWeight, to: after, base: amount,
                    (times.partsPerMillion, 0)))
            amount = after
        }
        if let concession = segment.plan.priceConcession, concession.appliesTo.contains(component),
            let band = concession.bands.last(where: { row.discount > $0.above })
        {
            let after = band.pays.of(amount, rounding)
            lines.append(
                changed(
                    .priceConcession, to: after, base: amount,
                    (band.pays.partsPerMillion, band.above.partsPerMillion)))
            amount = after
        }
        if component == .renewalBonus, let cap = segment.renewalBonus?.terms.cap, amount > cap {
            lines.append(changed(.cap, to: cap, base: amount, (cap, 0)))
        }
    }

    private func isBookings(_ item: Int, of segment: RunnableSegment) -> Bool {
        segment.commissions[item].terms.basis != .recurringRevenue
    }
}

/// The latest reading on the day signed or before that is fresh enough.
func healthReading(
    _ weight: HealthWeight, of row: EarningBook.Row, in book: EarningBook
) -> EarningBook.Reading? {
    book.readings[row.customer]?.last {
        $0.measure == weight.measure && $0.on <= row.signedOn && row.signedOn - $0.on <= weight.withinDays
    }
}

extension Escalator {
    /// What is added for so many years beyond the first.
    func rate(extraYears: Int) -> Rate {
        let (product, overflows) = perExtraYear.partsPerMillion.multipliedReportingOverflow(
            by: Int64(extraYears))
        return overflows ? cap : min(cap, Rate(partsPerMillion: product))
    }
}

extension HealthWeight {
    func times(_ value: Int64?) -> Multiplier {
        guard let value, let band = bands.last(where: { $0.from <= value }) else { return otherwise }
        return band.times
    }
}
