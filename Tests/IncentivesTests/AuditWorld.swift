import Incentives
import Model

/// A small programme with some hundred lines and payments that agree to the cent, and defects to plant in it.
struct AuditWorld {
    /// How a contract's payments are told.
    enum Style: CaseIterable { case byLine, whole, byEntry }

    let asOf = Day(year: 2027, month: 9, day: 30) ?? Day(number: 0)
    let versions = Day(year: 2027, month: 1, day: 1) ?? Day(number: 0)
    var draws: AuditDraws
    var partners: [PartnerFact] = []
    var contracts: [ContractFact] = []
    var deletedPartners: Set<Partner.ID> = []
    var deletedContracts: [Contract.ID: Day] = [:]
    var sequences: [Contract.ID: Int64] = [:]
    var styles: [Contract.ID: Style] = [:]
    var terms: [Partner.ID: [TermsSegment]] = [:]
    var lines: [Payout] = []
    var posted: [LedgerEntry] = []
    var payments: [PaymentFact] = []

    init(seed: UInt64, partners count: Int = 12, contracts contractCount: Int = 120) {
        draws = AuditDraws(state: seed)
        for number in 0..<count { addPartner("p\(number)", number) }
        for number in 0..<contractCount { addContract("c\(number)", of: number % count, number) }
        for contract in contracts { addLines(of: contract) }
        for contract in contracts { pay(contract) }
    }

    func audit(options: AuditOptions = AuditOptions()) -> LeakageAudit {
        let book = Book(
            sequence: 10_000, partners: partners, contracts: contracts, observations: [:],
            deletedPartners: deletedPartners, deletedContracts: deletedContracts,
            contractSequences: sequences,
            payments: payments.enumerated().map { .init(sequence: 5000 + Int64($0), $1) })
        return leakageAudit(
            book: book, terms: terms, owed: lines, posted: posted, asOf: asOf, options: options)
    }

    // MARK: Making

    mutating func addPartner(_ id: String, _ number: Int) {
        partners.append(PartnerFact(partner: .init(id), attributes: [:]))
        let code = number % 5 == 4 ? "USD" : "EUR"
        terms[.init(id)] = [
            TermsSegment(
                plan: plan(version: 1, code, number), from: versions - 730, until: versions - 1),
            TermsSegment(plan: plan(version: 2, code, number), from: versions, until: versions + 730),
        ]
    }

    /// Commission 10 % (8 % in version 2), 1 % more for each year beyond the first; renewal bonus 4 %, at most
    /// 1,000.00; recurring bonus 2 %.
    func plan(version: Int, _ code: String, _ number: Int) -> IncentivePlan {
        var plan = IncentivePlan(
            id: number % 3 == 2 ? "today" : "growth", summary: "Terms.",
            currency: Currency(code) ?? lines[0].currency)
        plan.version = version
        plan.paidBy = number % 3 == 2 ? .external : .fairway
        plan.effective =
            version == 1 ? EffectiveDates(until: versions - 1) : EffectiveDates(from: versions)
        plan.commissions = [
            TieredCommission(
                basis: .newBookings, scheme: .marginal, period: .quarter,
                tiers: [.init(from: 0, rate: Rate(partsPerMillion: version == 1 ? 100_000 : 80_000))])
        ]
        plan.escalator = Escalator(
            appliesTo: [.commission], perExtraYear: Rate(partsPerMillion: 10_000),
            cap: Rate(partsPerMillion: 30_000))
        plan.renewalBonus = RenewalBonus(rate: Rate(partsPerMillion: 40_000), cap: 100_000)
        plan.recurringBonus = RecurringBonus(rate: Rate(partsPerMillion: 20_000), every: .month)
        return plan
    }

    mutating func addContract(_ id: String, of partner: Int, _ number: Int) {
        let signed = versions - 180 + draws.below(280)
        let years = number % 4 == 3 ? 3 : 1
        let cancelled = number % 6 == 5 ? signed + 95 + draws.below(20) : nil
        let code = partner % 5 == 4 ? "USD" : "EUR"
        let currency = Currency(code) ?? plan(version: 1, "EUR", 0).currency
        contracts.append(
            ContractFact(
                contract: .init(id), partner: .init("p\(partner)"), customer: .init("customer-\(id)"),
                renews: draws.below(5) < 2 ? .init("old-\(id)") : nil, signedOn: signed, startsOn: signed,
                endsOn: signed.advanced(months: years * 12) - 1, cancelledOn: cancelled,
                annualAmount: Money(minorUnits: 500_003 + Int64(draws.below(4_000_000)), currency: currency),
                discount: Rate(partsPerMillion: 0)))
        sequences[.init(id)] = Int64(100 + number)
        styles[.init(id)] = Style.allCases[draws.below(3)]
    }

    func held(by contract: ContractFact) -> IncentivePlan {
        let segments = terms[contract.partner] ?? []
        return segments[contract.signedOn < versions ? 0 : 1].plan
    }

    mutating func addLines(of contract: ContractFact) {
        let plan = held(by: contract)
        let annual = contract.annualAmount.minorUnits
        func add(
            _ component: PlanComponent, _ rule: PlanRule, _ occasion: String, on day: Day, _ amount: Int64
        ) {
            guard amount != 0, day <= asOf else { return }
            lines.append(
                Payout(
                    partner: contract.partner, contract: contract.contract, component: component, rule: rule,
                    plan: plan.id, version: plan.version, occasion: occasion, earnedOn: day, payableOn: day,
                    state: plan.paidBy == .external ? .external : .payable, base: annual, amount: amount,
                    currency: plan.currency, conversion: nil, facts: [sequences[contract.contract] ?? 0],
                    explanation: "\(rule.rawValue) of \(annual)"))
        }
        if contract.renews == nil {
            let rate = plan.commissions[0].tiers[0].rate
            add(.commission, .commission, "", on: contract.signedOn, rate.of(annual))
            let years = contract.startsOn.fullMonths(until: contract.endsOn + 1) / 12
            let extra = Rate(partsPerMillion: min(3, Int64(years - 1)) * 10_000).of(annual)
            add(.commission, .escalator, "", on: contract.signedOn, extra)
        } else {
            let bonus = Rate(partsPerMillion: 40_000).of(annual)
            add(.renewalBonus, .renewalBonus, "", on: contract.signedOn, bonus)
            add(.renewalBonus, .cap, "", on: contract.signedOn, min(0, 100_000 - bonus))
        }
        for month in 1...6 {
            let day = contract.startsOn.advanced(months: month)
            guard contract.cancelledOn.map({ day - 1 < $0 }) ?? true else { continue }
            add(
                .recurringBonus, .recurringBonus, "month \(month)", on: day,
                Rate(partsPerMillion: 20_000).of(annual * Int64(month) / 12)
                    - Rate(partsPerMillion: 20_000).of(annual * Int64(month - 1) / 12))
        }
        // Some lines wait, and nobody has paid them.
        if draws.below(8) == 0, plan.paidBy == .fairway {
            lines[lines.count - 1].state = draws.below(2) == 0 ? .held : .lapsed
            lines[lines.count - 1].payableOn = nil
        }
    }

    /// Indices of a contract's lines, of one component if given.
    func lines(of contract: Contract.ID, _ component: PlanComponent? = nil) -> [Int] {
        lines.indices.filter { index in
            lines[index].contract == contract && (component.map { $0 == lines[index].component } ?? true)
        }
    }

    private mutating func pay(_ contract: ContractFact) {
        let due = lines(of: contract.contract).map { lines[$0] }.filter { line in
            guard line.state == .payable || line.state == .external else { return false }
            return line.earnedOn + 45 <= asOf || draws.below(2) == 0
        }
        let style = styles[contract.contract] ?? .whole
        for line in due where line.state == .payable && style == .byEntry { post(line) }
        if style == .whole {
            for (component, own) in Dictionary(grouping: due, by: \.component).sorted(by: { $0.key < $1.key })
            {
                // Fresh lines are paid in their order, or not yet.
                let upTo = own.map(\.earnedOn).max() ?? asOf
                let all = lines(of: contract.contract, component).map { lines[$0] }.filter {
                    $0.earnedOn <= upTo && ($0.state == .payable || $0.state == .external)
                }
                pay(all[0], all.reduce(0) { $0 + $1.amount }, on: upTo + 10, isWhole: true)
            }
        } else {
            for line in due { pay(line, line.amount, on: line.earnedOn + 10) }
        }
    }

    mutating func post(_ line: Payout, amount: Int64? = nil) {
        var line = line
        line.amount = amount ?? line.amount
        posted.append(
            LedgerEntry(
                id: "e\(posted.count)", kind: .payout,
                period: CalendarPeriod(containing: line.earnedOn, .quarter),
                payout: line, amount: line.amount, corrects: nil))
    }

    mutating func pay(
        _ line: Payout, _ amount: Int64, on day: Day, isWhole: Bool = false, rate: Rate? = nil
    ) {
        let entry = posted.last { $0.payout.key == line.key }?.id
        payments.append(
            PaymentFact(
                payment: "pay\(payments.count)", partner: line.partner, contract: line.contract,
                component: line.component, rule: isWhole ? nil : line.rule,
                occasion: isWhole ? nil : line.occasion, entry: isWhole ? nil : entry, rate: rate,
                paidOn: min(day, asOf), amount: Money(minorUnits: amount, currency: line.currency)))
    }
}

/// Seeded draws (SplitMix64; Steele, Lea & Flood 2014).
struct AuditDraws: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &self) }
}
