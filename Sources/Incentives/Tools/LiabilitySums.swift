import Model

/// Adds lines, payments and expectations up by pilot, variant and currency.
struct LiabilitySums {
    struct Key: Hashable, Comparable {
        var pilot: Pilot.ID
        var variant: Variant.ID
        var currency: Currency

        static func < (left: Key, right: Key) -> Bool {
            (left.pilot, left.variant, left.currency) < (right.pilot, right.variant, right.currency)
        }
    }

    struct Sum {
        var partners: Set<Partner.ID> = []
        var payable: Int64 = 0
        var paid: Int64 = 0
        var waiting: [String: Int64] = [:]
        var running: Int64 = 0
        var expected: Int64 = 0
        var promisedUntil: Day?
        var external: Int64 = 0
    }

    private struct Holder: Hashable {
        var partner: Partner.ID
        var plan: IncentivePlan.ID
    }

    let book: EarningBook
    let asOf: Day
    private(set) var entries: [Key: Sum] = [:]
    /// Which variants a partner's plan was held under; more than one when pilots follow each other.
    private var holders: [Holder: [Key]] = [:]
    private var keys: [Payout.Key: Key] = [:]

    init(book: EarningBook, asOf: Day) {
        self.book = book
        self.asOf = asOf
    }

    /// - Parameter rememberingKeys: whether payments are to be found by their lines; it costs time.
    mutating func addLines(of pilots: [PilotStanding], rememberingKeys: Bool) {
        var accounts: [EarningAccount] = []
        var variants: [(pilot: Pilot.ID, variant: Variant.ID)] = []
        for standing in pilots {
            for assignment in standing.assignments {
                for account in pilotAccounts(
                    of: assignment, in: standing.pilot.plan, promises: standing.promises)
                {
                    accounts.append(account)
                    variants.append((assignment.pilot, assignment.variant))
                    for plan in account.segments.map(\.plan) {
                        let key = Key(
                            pilot: assignment.pilot, variant: assignment.variant, currency: plan.currency)
                        entries[key, default: Sum()].partners.insert(account.partner)
                        holders[Holder(partner: account.partner, plan: plan.id), default: []].append(key)
                    }
                }
            }
        }
        PlanRun(accounts: accounts, book: book, asOf: asOf).forEachAccount { index, lines in
            let writer = PayoutWriter(book: book, account: accounts[index], asOf: asOf)
            for place in lines.indices {
                let plan = writer.plan(of: lines[place])
                let key = Key(
                    pilot: variants[index].pilot, variant: variants[index].variant, currency: plan.currency)
                if rememberingKeys { keys[writer.payout(lines[place]).key] = key }
                add(lines[place], to: key, writer)
            }
        }
        addRunning(accounts, variants)
    }

    /// Recurring bonuses still to come on contracts that are signed, if their customers stay: ten years at most.
    private mutating func addRunning(
        _ accounts: [EarningAccount], _ variants: [(pilot: Pilot.ID, variant: Variant.ID)]
    ) {
        let hasTail = accounts.contains { account in
            account.segments.contains { $0.plan.recurringBonus != nil && $0.plan.paidBy == .fairway }
        }
        guard hasTail, let end = book.rows.map(\.endsOn).max() else { return }
        let horizon = min(end + 1, asOf.advanced(months: 120))
        PlanRun(accounts: accounts, book: book, asOf: max(asOf, horizon)).forEachAccount { index, lines in
            for place in lines.indices
            where lines[place].rule == .recurringBonus && lines[place].earnedOn > asOf
                && lines[place].isEarned && lines[place].state != .external
            {
                let plan = accounts[index].segments[Int(lines[place].segment)].plan
                let key = Key(
                    pilot: variants[index].pilot, variant: variants[index].variant, currency: plan.currency)
                entries[key, default: Sum()].running += lines[place].amount
            }
        }
    }

    private mutating func add(_ line: PayoutLine, to key: Key, _ writer: PayoutWriter) {
        switch line.state {
        case .payable:
            if let day = line.payableOn, day > asOf {
                entries[key, default: Sum()].waiting["a later day of payment", default: 0] += line.amount
            } else {
                entries[key, default: Sum()].payable += line.amount
            }
        case .held:
            entries[key, default: Sum()].waiting[writer.waitsFor(line), default: 0] += line.amount
        case .external: entries[key, default: Sum()].external += line.amount
        case .lapsed, .blocked, .cost: break
        }
    }

    /// A line that was paid and is gone since leaves its payment with the variant that the partner held the plan in.
    mutating func subtractPayments(_ ledger: [LedgerEntry]) {
        for entry in ledger where entry.kind.isPaid {
            let holder = Holder(partner: entry.payout.partner, plan: entry.payout.plan)
            guard let key = keys[entry.payout.key] ?? holders[holder]?.first else { continue }
            entries[key, default: Sum()].paid += entry.amount
        }
    }

    // MARK: Expectation

    /// What the promised plans paid on the days of the promise that are still to come, taken back by as many whole
    /// years as it takes to know them.
    mutating func addExpectation(of standing: PilotStanding) {
        let plan = standing.pilot.plan
        let control = plan.variants.first(where: \.isControl)?.incentivePlan
        var byPlan: [IncentivePlan: [(promise: Promise, key: Key)]] = [:]
        for promise in standing.promises where promise.pilot == standing.pilot.id && promise.until > asOf {
            guard let assignment = standing.assignments.first(where: { $0.partner == promise.partner }) else {
                continue
            }
            let promised = plan.variants.first { $0.id == promise.variant }?.incentivePlan
            let held = promised?.basis == .addsTo ? [control, promised] : [promised]
            for terms in held.compactMap(\.self) where terms.paidBy == .fairway {
                let key = Key(
                    pilot: standing.pilot.id, variant: assignment.variant, currency: terms.currency)
                byPlan[terms, default: []].append((promise, key))
            }
        }
        for (terms, promises) in byPlan {
            let segments = terms.termsHeldThroughout(book, from: asOf.advanced(months: -12), until: asOf)
            let accounts = promises.map { EarningAccount(partner: $0.promise.partner, segments: segments) }
            for (promise, key) in promises {
                let known = entries[key]?.promisedUntil ?? promise.until
                entries[key, default: Sum()].promisedUntil = max(known, promise.until)
            }
            PlanRun(accounts: accounts, book: book, asOf: asOf).forEachAccount { index, lines in
                let (promise, key) = promises[index]
                let stretches = pastDays(of: max(promise.from, asOf + 1), through: promise.until)
                for place in lines.indices
                where lines[place].isEarned && lines[place].rule != .recurringBonus {
                    let times = stretches.count { $0.contains(lines[place].earnedOn) }
                    entries[key, default: Sum()].expected += lines[place].amount * Int64(times)
                }
            }
        }
    }

    /// The same calendar days one year before, two years before for days more than a year ahead, and so on.
    private func pastDays(of first: Day, through last: Day) -> [ClosedRange<Day>] {
        var stretches: [ClosedRange<Day>] = []
        var from = first
        var years = 1
        while from <= last {
            let known = asOf.advanced(months: 12 * years)
            let until = min(last, known)
            if from <= until {
                stretches.append(
                    from.advanced(months: -12 * years)...until.advanced(months: -12 * years))
                from = until + 1
            }
            years += 1
        }
        return stretches
    }
}
