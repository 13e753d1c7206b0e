import Model

/// Contracts of one partner that a detector counts, and its cases among them.
struct GamingCount {
    var contracts = 0
    var cases = 0.0

    mutating func add(_ value: Double) {
        contracts += 1
        cases += value
    }
}

/// What a detector counts of every partner of the pilot, before and since its assignment.
struct PartnerCounts {
    /// In the order of the assignments.
    private(set) var before: [GamingCount]
    private(set) var since: [GamingCount]
    /// Since assignment, those in the later half of the time.
    private(set) var later: [Int]

    private let book: GamingBook
    private let options: GamingOptions

    init(
        _ detector: GamingDetector, in book: GamingBook, payableOn: [Contract.ID: Day], options: GamingOptions
    ) {
        self.book = book
        self.options = options
        before = Array(repeating: GamingCount(), count: book.assignments.count)
        since = before
        later = Array(repeating: 0, count: book.assignments.count)
        switch detector {
        case .quarterEndBunching: countQuarterEnds()
        case .termStuffing:
            countSigned { contract in
                contract.startsOn.fullMonths(until: contract.endsOn + 1) >= options.longTermMonths
            }
        case .discountSpikes: countSigned { $0.discount > options.deepDiscount }
        case .earlyChurn: countChurn(payableOn)
        case .pullForward: countEarlyRenewals()
        case .dealShifting: countMoves()
        }
    }

    private enum Time { case before, since }

    /// Whether a day lies in the partner's history or in its time under the pilot.
    private func time(of day: Day, partner: Int) -> Time? {
        let assigned = book.assignments[partner].assignedOn
        if day >= assigned { return day <= book.asOf ? .since : nil }
        return day >= assigned - options.historyDays ? .before : nil
    }

    private mutating func add(_ value: Double, on day: Day, partner: Int) {
        switch time(of: day, partner: partner) {
        case .before: before[partner].add(value)
        case .since:
            since[partner].add(value)
            let assigned = book.assignments[partner].assignedOn
            if (day - assigned) * 2 > book.asOf - assigned { later[partner] += 1 }
        case nil: break
        }
    }

    private mutating func countSigned(_ isCase: (Book.ContractEntry) -> Bool) {
        for (partner, contract) in book.signed {
            add(isCase(contract) ? 1 : 0, on: contract.signedOn, partner: partner)
        }
    }

    /// Each signature counts less the share of its time's days that end a quarter, so that times of unequal
    /// length and place in the year can be compared.
    private mutating func countQuarterEnds() {
        let expected = book.assignments.map { assignment in
            (
                before: quarterEndShare(
                    assignment.assignedOn - options.historyDays, assignment.assignedOn - 1),
                since: quarterEndShare(assignment.assignedOn, book.asOf)
            )
        }
        for (partner, contract) in book.signed {
            guard let time = time(of: contract.signedOn, partner: partner) else { continue }
            let share = time == .before ? expected[partner].before : expected[partner].since
            add((endsQuarter(contract.signedOn) ? 1 : 0) - share, on: contract.signedOn, partner: partner)
        }
    }

    private func endsQuarter(_ day: Day) -> Bool {
        CalendarPeriod(containing: day, .quarter).lastDay - day < options.quarterEndDays
    }

    private func quarterEndShare(_ first: Day, _ last: Day) -> Double {
        guard first <= last else { return 0 }
        let days = (0...(last - first)).count { endsQuarter(first + $0) }
        return Double(days) / Double(last - first + 1)
    }

    private mutating func countChurn(_ payableOn: [Contract.ID: Day]) {
        for (partner, contract) in book.signed {
            let payable = payableOn[contract.id] ?? contract.signedOn
            // A contract whose days are not over would count as kept.
            guard payable + options.churnDays <= book.asOf else { continue }
            let hasLeft =
                contract.cancelledOn.map { payable <= $0 && $0 - payable <= options.churnDays } ?? false
            add(hasLeft ? 1 : 0, on: payable, partner: partner)
        }
    }

    private mutating func countEarlyRenewals() {
        for (partner, contract) in book.signed {
            guard let renewed = book.renewed[contract.id] else { continue }
            let isEarly = renewed.endsOn - contract.signedOn >= options.earlyDays
            add(isEarly ? 1 : 0, on: contract.signedOn, partner: partner)
        }
    }

    /// A customer whose next contract is with another partner of the pilot counts +1 there and −1 where it was, so
    /// that moves inside an arm cancel and no arm enters the count: under no effect it is the same under every
    /// assignment.
    private mutating func countMoves() {
        for contracts in book.contractsOfCustomer {
            for (earlier, next) in zip(contracts, contracts.dropFirst()) {
                let day = next.contract.signedOn
                add(next.partner == earlier.partner ? 0 : 1, on: day, partner: next.partner)
                if next.partner != earlier.partner { add(-1, on: day, partner: earlier.partner) }
            }
        }
    }
}
