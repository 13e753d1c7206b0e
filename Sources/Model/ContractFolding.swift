/// Contracts as they stand once everything that is told of them besides their own rows is counted in.
///
/// A row's own word always goes before a report's: a report fills in what the row does not say.
struct ContractFolding {
    /// Sorted by id.
    private(set) var contracts: [ContractFact]
    /// The latest fact each rests on.
    private(set) var sequences: [Contract.ID: Int64]
    let deleted: [Contract.ID: Day]
    /// Terms that no source has as contracts, only the news that the contract before was renewed.
    private(set) var derived: Set<Contract.ID> = []
    /// Whom a contract counted for by day, where that changed.
    private(set) var timelines: [Contract.ID: [Book.NamedPartner]] = [:]

    init(
        _ contracts: [ContractFact], sequences: [Contract.ID: Int64], deleted: [Contract.ID: Day],
        reports: Book.Reports
    ) {
        self.contracts = contracts.sorted { $0.contract < $1.contract }
        self.sequences = sequences
        self.deleted = deleted
        fold(reports.churns, by: \.contract) { $0.leave(by: $1) }
        fold(reports.discounts, by: \.contract) { $0.discount(by: $1) }
        attribute(reports)
        derive(reports.renewals)
    }

    /// Lets `change` alter each contract that something is reported of; it returns the sequence of what it used.
    private mutating func fold<Body>(
        _ reports: [Book.Recorded<Body>], by contract: (Body) -> Contract.ID,
        _ change: (inout ContractFact, [Book.Recorded<Body>]) -> Int64?
    ) {
        guard !reports.isEmpty else { return }
        let byContract = Dictionary(grouping: reports) { contract($0.body) }
        for index in contracts.indices {
            guard let own = byContract[contracts[index].contract] else { continue }
            if let sequence = change(&contracts[index], own) { rest(contracts[index].contract, on: sequence) }
        }
    }

    private mutating func rest(_ contract: Contract.ID, on sequence: Int64) {
        sequences[contract] = max(sequences[contract] ?? 0, sequence)
    }

    private mutating func attribute(_ reports: Book.Reports) {
        guard !reports.attributions.isEmpty || !reports.partnersOfRow.isEmpty else { return }
        let byContract = Dictionary(grouping: reports.attributions, by: \.body.contract)
        for index in contracts.indices {
            let contract = contracts[index]
            let told = byContract[contract.contract] ?? []
            let named = reports.partnersOfRow[contract.contract]
            guard named != nil || !told.isEmpty else { continue }
            let timeline = attributionTimeline(
                told, elsewhere: named ?? [Book.NamedPartner(contract.partner, from: .beginning)])
            if timeline.count > 1 { timelines[contract.contract] = timeline }
            guard !told.isEmpty, let last = timeline.last else { continue }
            contracts[index].partner = last.partner
            rest(contract.contract, on: told.map(\.sequence).max() ?? 0)
        }
    }

    /// Gives each contract whose renewal was won, and which nothing in the book says it renews, its next term: a
    /// contract of the book that can only be it, else one that rests on the report.
    private mutating func derive(_ renewals: [Book.Recorded<RenewalFact>]) {
        guard !renewals.isEmpty else { return }
        let byContract = Dictionary(grouping: renewals, by: \.body.contract)
        let deleted = deleted
        let renewed = Set(contracts.lazy.filter { deleted[$0.contract] == nil }.compactMap(\.renews))
        var won: [(index: Int, report: Book.Recorded<RenewalFact>)] = []
        for (index, contract) in contracts.enumerated()
        where deleted[contract.contract] == nil && !renewed.contains(contract.contract) {
            guard let report = byContract[contract.contract]?.latestDecision, report.body.outcome == .won
            else { continue }
            won.append((index, report))
        }
        guard !won.isEmpty else { return }
        let successors = UnnamedSuccessors(contracts: contracts, partner: partner(of:on:))
            .find(for: won.map(\.index)) { deleted[$0] != nil }
        let known = Set(contracts.map(\.contract))
        var added: [ContractFact] = []
        for (index, report) in won {
            let contract = contracts[index]
            if let successor = successors[index] {
                contracts[successor].renews = contract.contract
                rest(contracts[successor].contract, on: report.sequence)
            } else if let term = contract.nextTerm(by: report.body), !known.contains(term.contract) {
                added.append(term)
                derived.insert(term.contract)
                sequences[term.contract] = report.sequence
                timelines[term.contract] = timelines[contract.contract]
            }
        }
        guard !added.isEmpty else { return }
        contracts = (contracts + added).sorted { $0.contract < $1.contract }
    }

    private func partner(of index: Int, on day: Day) -> Partner.ID {
        let contract = contracts[index]
        guard let timeline = timelines[contract.contract], let first = timeline.first else {
            return contract.partner
        }
        return (timeline.last { $0.from <= day } ?? first).partner
    }
}

extension ContractFact {
    /// Takes over the latest report of the customer's leaving, where the row tells none; only a day from signing to
    /// the end of the term can be one on which this contract was left.
    fileprivate mutating func leave(by reports: [Book.Recorded<ChurnFact>]) -> Int64? {
        guard cancelledOn == nil else { return nil }
        let reversals = reports.filter { $0.body.churn == .reversal }
        let leaving = reports.filter { report in
            report.body.churn != .reversal && signedOn <= report.body.effectiveOn
                && report.body.effectiveOn <= endsOn && !reversals.contains { $0.takesBack(report) }
        }.max { ($0.body.effectiveOn, $0.sequence) < ($1.body.effectiveOn, $1.sequence) }
        guard let leaving else { return nil }
        cancelledOn = leaving.body.effectiveOn
        return leaving.sequence
    }

    /// Takes over the discount in force on the first day, else the first that begins within the term, where the row
    /// tells none.
    fileprivate mutating func discount(by reports: [Book.Recorded<DiscountFact>]) -> Int64? {
        guard discount.partsPerMillion == 0 else { return nil }
        let first = reports.filter { report in
            report.body.from <= startsOn && report.body.until.map { startsOn <= $0 } ?? true
        }.max { ($0.body.from, $0.sequence) < ($1.body.from, $1.sequence) }
        let within = reports.filter { startsOn < $0.body.from && $0.body.from <= endsOn }
            .min { ($0.body.from, -$0.sequence) < ($1.body.from, -$1.sequence) }
        guard let report = first ?? within else { return nil }
        discount = report.body.discount
        return report.sequence
    }

    /// The term after this one; `nil` where it would begin or end beyond the calendar: such a contract has no end
    /// to be renewed at.
    fileprivate func nextTerm(by renewal: RenewalFact) -> ContractFact? {
        let starts = endsOn + 1
        let months = renewal.termMonths ?? wholeMonths
        guard (months ?? 0) <= 1200 else { return nil }
        let ends = months.map { starts.advanced(months: $0) - 1 } ?? starts + (endsOn - startsOn)
        guard ends >= starts, ends.civil.year <= 9999 else { return nil }
        var term = self
        term.contract = Contract.ID("\(contract)/renewal")
        term.renews = contract
        term.signedOn = renewal.decidedOn ?? endsOn
        term.startsOn = starts
        term.endsOn = ends
        term.cancelledOn = nil
        term.annualAmount = renewal.annualAmount ?? annualAmount
        term.discount = renewal.discount ?? discount
        return term
    }

    /// The length in months, if the term is a whole number of them: a year stays a year over 29 February.
    private var wholeMonths: Int? {
        let months = startsOn.fullMonths(until: endsOn + 1)
        return months > 0 && startsOn.advanced(months: months) == endsOn + 1 ? months : nil
    }
}

extension Book.Recorded<ChurnFact> {
    /// Whether this reversal takes back `leave`: one whose day had come, or that had been asked for, by its own day;
    /// where nobody tells when it was asked for, one we learned of before.
    fileprivate func takesBack(_ leave: Self) -> Bool {
        if leave.body.effectiveOn < body.effectiveOn { return true }
        guard let requested = leave.body.requestedOn, requested != body.effectiveOn else {
            return leave.sequence < sequence
        }
        return requested < body.effectiveOn
    }
}

extension [Book.Recorded<RenewalFact>] {
    /// The decision that counts of several: the latest day, then the latest learned. Open ones decide nothing.
    fileprivate var latestDecision: Element? {
        filter { $0.body.outcome != .open }.max {
            ($0.body.decidedOn ?? .beginning, $0.sequence) < ($1.body.decidedOn ?? .beginning, $1.sequence)
        }
    }
}

/// Whom a contract counts for, day by day: the report with the latest beginning among those that cover a day (then
/// the latest learned), and on days that none covers the partner of its own row.
///
/// - Parameter rows: sorted by day, the first from the beginning.
private func attributionTimeline(
    _ reports: [Book.Recorded<AttributionFact>], elsewhere rows: [Book.NamedPartner]
) -> [Book.NamedPartner] {
    let days = Set(
        rows.map(\.from) + reports.map { $0.body.from ?? .beginning }
            + reports.compactMap { $0.body.until.map { $0 + 1 } }
    ).sorted()
    var timeline: [Book.NamedPartner] = []
    for day in days {
        let report = reports.filter { report in
            (report.body.from ?? .beginning) <= day && report.body.until.map { day <= $0 } ?? true
        }.max {
            ($0.body.from ?? .beginning, $0.sequence) < ($1.body.from ?? .beginning, $1.sequence)
        }
        guard let partner = report?.body.partner ?? rows.last(where: { $0.from <= day })?.partner,
            timeline.last?.partner != partner
        else { continue }
        timeline.append(Book.NamedPartner(partner, from: day))
    }
    return timeline
}
