import GRDB
import Model

/// What is told of contracts besides their own rows, and of sales that are not contracts yet.
extension FactReader {
    func report(_ row: Row, _ kind: FactKind) throws -> FactBody {
        switch kind {
        case .renewal: return .renewal(try renewal(row))
        case .churn:
            return .churn(
                ChurnFact(
                    contract: Contract.ID(row[at.contract] as String), churn: try state(row),
                    effectiveOn: Day(number: row[at.cancelledOn]), requestedOn: day(row, at.decidedOn),
                    reason: row[at.reason]))
        case .discount:
            return .discount(
                DiscountFact(
                    contract: Contract.ID(row[at.contract] as String),
                    discount: Rate(partsPerMillion: row[at.discount]), from: Day(number: row[at.startsOn]),
                    until: day(row, at.endsOn)))
        case .opportunity: return .opportunity(try opportunity(row))
        case .forecast:
            return .forecast(
                ForecastFact(
                    contract: Contract.ID(row[at.contract] as String),
                    probability: Rate(partsPerMillion: row[at.rate]), amount: try money(row, at.amount),
                    madeOn: Day(number: row[at.observedOn])))
        case .attribution:
            return .attribution(
                AttributionFact(
                    contract: Contract.ID(row[at.contract] as String),
                    partner: Partner.ID(row[at.partner] as String), role: row[at.role],
                    from: day(row, at.startsOn), until: day(row, at.endsOn)))
        case .partner, .contract, .observation, .milestone, .reading, .payment:
            throw Unreadable(row: row, column: "kind")
        }
    }

    private func renewal(_ row: Row) throws -> RenewalFact {
        RenewalFact(
            contract: Contract.ID(row[at.contract] as String), outcome: try state(row),
            decidedOn: day(row, at.decidedOn), annualAmount: try money(row, at.annualAmount),
            discount: (row[at.discount] as Int64?).map { Rate(partsPerMillion: $0) },
            termMonths: row[at.termMonths], reason: row[at.reason])
    }

    private func opportunity(_ row: Row) throws -> OpportunityFact {
        OpportunityFact(
            opportunity: row[at.opportunity], partner: Partner.ID(row[at.partner] as String),
            customer: (row[at.customer] as String?).map { Customer.ID($0) }, stage: row[at.stage],
            outcome: try state(row), amount: try money(row, at.amount),
            openedOn: Day(number: row[at.startsOn]), closedOn: day(row, at.endsOn))
    }

    private func state<State: RawRepresentable<String>>(_ row: Row) throws -> State {
        guard let state = (row[at.state] as String?).flatMap({ State(rawValue: $0) }) else {
            throw Unreadable(row: row, column: "state")
        }
        return state
    }

    private func money(_ row: Row, _ column: Int) throws -> Money? {
        guard let minorUnits = row[column] as Int64? else { return nil }
        return Money(minorUnits: minorUnits, currency: try currency(row))
    }

    func day(_ row: Row, _ column: Int) -> Day? { (row[column] as Int32?).map { Day(number: $0) } }

    func currency(_ row: Row) throws -> Currency {
        guard let currency = (row[at.currency] as String?).flatMap({ Currency($0) }) else {
            throw Unreadable(row: row, column: "currency")
        }
        return currency
    }
}
