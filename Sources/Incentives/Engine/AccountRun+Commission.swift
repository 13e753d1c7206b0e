import Model

/// A contract that counts towards a period's volume.
private struct Counted {
    var row: Int
    var segment: Int
    var item: Int
    var base: Int64
}

extension AccountRun {
    /// Commission on bookings: contracts signed under the plans of `group`, period by period.
    mutating func runBookings(_ basis: TieredCommission.Basis, of group: Int) {
        let isMarginal = segments.allSatisfy { segment in
            segment.group != group || segment.commission(on: basis) == nil
                || segment.commissions.contains { $0.terms.basis == basis && $0.terms.scheme == .marginal }
        }
        if isMarginal { runMarginalBookings(basis, of: group) } else { runWholePeriods(basis, of: group) }
    }

    /// Marginal commission needs nothing of the rest of its period: each contract's line is made as it comes.
    private mutating func runMarginalBookings(_ basis: TieredCommission.Basis, of group: Int) {
        let rows = book.rows
        let (countsNew, countsRenewals) = (basis.counts(isRenewal: false), basis.counts(isRenewal: true))
        var (period, lastDay) = (CalendarPeriod(length: .month, number: 0), Day(number: .min))
        var volume: Int64 = 0
        for place in segments.indices where segments[place].group == group {
            let segment = segments[place]
            guard let item = segment.commission(on: basis) else { continue }
            let commission = segment.commissions[item]
            let (length, payBase) = (commission.terms.period, commission.terms.payBase)
            let gate = commission.terms.gate
            var earned = commission.marginal(on: volume)
            for index in self.rows(signedUnder: segment)
            where rows[index].isRenewal ? countsRenewals : countsNew {
                let signedOn = rows[index].signedOn
                if signedOn > lastDay || period.length != length {
                    period = CalendarPeriod(containing: signedOn, length)
                    lastDay = period.lastDay
                    (volume, earned) = (0, 0)
                }
                guard case .amount(let base) = self.payBase(rows[index], payBase, under: segment) else {
                    appendBlocked(
                        row: index, segment: place, component: .commission, item: item,
                        occasion: .period(period), earnedOn: signedOn)
                    continue
                }
                let before = (volume: volume, earned: earned)
                volume += base
                earned = commission.marginal(on: volume)
                appendContractLine(
                    PayoutLine(
                        row: index, segment: place, component: .commission, rule: .commission, item: item,
                        occasion: .period(period), earnedOn: signedOn, payableOn: signedOn, base: base,
                        amount: earned - before.earned, detail: (before.volume, volume)),
                    under: segment, gate: gate)
            }
        }
    }

    /// Where the tier of a contract is that of its whole period, lines are made when the period is complete.
    private mutating func runWholePeriods(_ basis: TieredCommission.Basis, of group: Int) {
        let rows = book.rows
        let (countsNew, countsRenewals) = (basis.counts(isRenewal: false), basis.counts(isRenewal: true))
        var counted: [Counted] = []
        counted.reserveCapacity(32)
        var span: (period: CalendarPeriod, lastDay: Day)?
        var history = TierHistory(isKept: hasBuffer(basis, in: group))
        for place in segments.indices where segments[place].group == group {
            let segment = segments[place]
            guard let item = segment.commission(on: basis) else { continue }
            let (length, payBase) = (
                segment.commissions[item].terms.period, segment.commissions[item].terms.payBase
            )
            for index in self.rows(signedUnder: segment)
            where rows[index].isRenewal ? countsRenewals : countsNew {
                let signedOn = rows[index].signedOn
                if let open = span, signedOn <= open.lastDay, open.period.length == length {
                } else {
                    if let span { commissionLines(counted, in: span.period, history: &history) }
                    counted.removeAll(keepingCapacity: true)
                    let period = CalendarPeriod(containing: signedOn, length)
                    span = (period, period.lastDay)
                }
                switch self.payBase(rows[index], payBase, under: segment) {
                case .amount(let base):
                    counted.append(Counted(row: index, segment: place, item: item, base: base))
                case .noRate:
                    if let span {
                        appendBlocked(
                            row: index, segment: place, component: .commission, item: item,
                            occasion: .period(span.period), earnedOn: signedOn)
                    }
                }
            }
        }
        if let span { commissionLines(counted, in: span.period, history: &history) }
    }

    /// Commission on recurring revenue: contracts in force on the last day of each period that is over.
    mutating func runRecurringRevenue(of group: Int) {
        var history = TierHistory(isKept: hasBuffer(.recurringRevenue, in: group))
        for segment in segments.indices where segments[segment].group == group {
            let terms = segments[segment]
            guard let item = terms.commission(on: .recurringRevenue) else { continue }
            let length = terms.commissions[item].terms.period
            var period = CalendarPeriod(containing: terms.from, length)
            while period.lastDay <= min(asOf, terms.until) {
                let inForce = rowsInForce(on: period.lastDay).sorted {
                    book.rows[$0].contract < book.rows[$1].contract
                }
                var counted: [Counted] = []
                for index in inForce {
                    switch recurringAmount(book.rows[index], months: length.months, under: terms, item) {
                    case .amount(let base):
                        counted.append(Counted(row: index, segment: segment, item: item, base: base))
                    case .noRate:
                        appendBlocked(
                            row: index, segment: segment, component: .commission, item: item,
                            occasion: .period(period), earnedOn: period.lastDay)
                    }
                }
                // The history fills in periods without revenue once there is some again.
                if !counted.isEmpty {
                    commissionLines(counted, in: period, earnedOn: period.lastDay, history: &history)
                }
                period = period.next
            }
        }
    }

    private func recurringAmount(
        _ row: EarningBook.Row, months: Int, under segment: RunnableSegment, _ item: Int
    ) -> BaseAmount {
        switch payBase(row, segment.commissions[item].terms.payBase, under: segment) {
        case .noRate: return .noRate
        case .amount(let annual):
            guard
                let amount = segment.plan.rounding.quotient(Int128(annual) * Int128(months), 12)
            else { preconditionFailure("a part of an amount fits where the amount does") }
            return .amount(amount)
        }
    }

    /// Signed, running and not left on `day`.
    func rowsInForce(on day: Day) -> [Int] {
        rows.filter { book.rows[$0].signedOn <= day && book.rows[$0].isInForce(on: day) }
    }

    private func hasBuffer(_ basis: TieredCommission.Basis, in group: Int) -> Bool {
        segments.contains { segment in
            segment.group == group
                && segment.commissions.contains { $0.terms.basis == basis && $0.terms.buffer != nil }
        }
    }

    /// The lines of one period, whose counted contracts are complete.
    ///
    /// - Parameter earnedOn: `nil` for the day each contract was signed.
    private mutating func commissionLines(
        _ counted: [Counted], in period: CalendarPeriod, earnedOn: Day? = nil, history: inout TierHistory
    ) {
        let total = counted.reduce(0) { $0 + $1.base }
        var volume: Int64 = 0
        var next = 0
        while next < counted.count {
            let place = counted[next].segment
            let segment = segments[place]
            let commission = segment.commissions[counted[next].item]
            let gate = commission.terms.gate
            let held =
                commission.terms.scheme == .cliff
                ? history.tier(of: commission, in: period, volume: total) : nil
            let heldRate = held.map { total > 0 ? commission.tiers[$0.tier].rate : Rate(partsPerMillion: 0) }
            var earned = commission.amount(on: volume, atHeld: heldRate)
            // Contracts of one segment stand together and are under one commission.
            while next < counted.count, counted[next].segment == place {
                let contract = counted[next]
                let before = (volume: volume, earned: earned)
                volume += contract.base
                earned = commission.amount(on: volume, atHeld: heldRate)
                let day = earnedOn ?? book.rows[contract.row].signedOn
                appendContractLine(
                    PayoutLine(
                        row: contract.row, segment: place, component: .commission, rule: .commission,
                        item: contract.item, occasion: .period(period), earnedOn: day, payableOn: day,
                        base: contract.base, amount: earned - before.earned,
                        detail: held.map { ($0.decidingVolume, Int64($0.tier)) } ?? (before.volume, volume)),
                    under: segment, gate: gate)
                next += 1
            }
        }
        history.close(period, volume: total)
    }

    mutating func appendBlocked(
        row: Int, segment: Int, component: PlanComponent, item: Int = 0, occasion: PayoutLine.Occasion,
        earnedOn: Day
    ) {
        let rule: PlanRule =
            switch component {
            case .renewalBonus: .renewalBonus
            case .recurringBonus: .recurringBonus
            case .rebate: .rebate
            default: .commission
            }
        append(
            PayoutLine(
                row: row, segment: segment, component: component, rule: rule, state: .blocked, item: item,
                occasion: occasion, earnedOn: earnedOn, payableOn: nil, base: 0, amount: 0))
    }
}

/// The volumes of the periods before, and the tiers held, for commissions with a buffer.
private struct TierHistory {
    /// Whether any commission looks back: without a buffer there is nothing to remember.
    let isKept: Bool
    /// Volumes by period since the first with a contract.
    private var volumes: [(period: CalendarPeriod, volume: Int64)] = []
    /// Where the tier held last begins, and for how many periods in a row it has not been reached. A volume, not a
    /// place: another version of the plan may have other tiers.
    private var held: (from: Int64, missed: Int)?
    /// What decided the period looked at last: its volume, and where a kept tier begins.
    private var answer: (period: CalendarPeriod, decidingVolume: Int64, keptFrom: Int64?)?

    init(isKept: Bool) { self.isKept = isKept }

    /// The tier a period's volume earns under a commission.
    mutating func tier(
        of commission: RunnableCommission, in period: CalendarPeriod, volume: Int64
    ) -> (tier: Int, decidingVolume: Int64) {
        guard let buffer = commission.terms.buffer else {
            let tier = commission.tier(reachedBy: volume)
            if isKept { held = (commission.tiers[tier].from, 0) }
            return (tier, volume)
        }
        if answer?.period != period { decide(period, volume: volume, of: commission, buffer) }
        let deciding = answer?.decidingVolume ?? volume
        return (commission.tier(reachedBy: max(deciding, answer?.keptFrom ?? deciding)), deciding)
    }

    private mutating func decide(
        _ period: CalendarPeriod, volume: Int64, of commission: RunnableCommission,
        _ buffer: TieredCommission.Buffer
    ) {
        if let last = volumes.last?.period, last.length == period.length {
            var quiet = last.next
            while quiet < period {
                settle(quiet, volume: 0, of: commission, buffer)
                volumes.append((quiet, 0))
                quiet = quiet.next
            }
        } else {
            self = TierHistory(isKept: isKept)
        }
        settle(period, volume: volume, of: commission, buffer)
    }

    private mutating func settle(
        _ period: CalendarPeriod, volume: Int64, of commission: RunnableCommission,
        _ buffer: TieredCommission.Buffer
    ) {
        let recent = volumes.suffix(buffer.rollingPeriods - 1).map(\.volume) + [volume]
        let sum = recent.reduce(Int128(0)) { $0 + Int128($1) }
        let mean = commission.rounding.quotient(sum, Int128(recent.count)) ?? volume
        let deciding = max(volume, mean)
        let reached = commission.tiers[commission.tier(reachedBy: deciding)].from
        if let held, reached < held.from, held.missed < buffer.gracePeriods {
            self.held = (held.from, held.missed + 1)
            answer = (period, deciding, held.from)
        } else {
            held = (reached, 0)
            answer = (period, deciding, nil)
        }
    }

    mutating func close(_ period: CalendarPeriod, volume: Int64) {
        guard isKept, volumes.last?.period != period else { return }
        volumes.append((period, volume))
    }
}
