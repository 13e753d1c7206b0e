import Model

/// One day's business.
extension SimulatedVendor {
    /// The rows a day adds or changes, sorted by (stamp, id).
    struct DayOfBusiness {
        var accounts: [AccountRow] = []
        var contracts: [ContractRow] = []
    }

    /// Plays `day` and returns the rows it touched; the tables do not show them yet.
    mutating func generate(_ day: Day) -> DayOfBusiness {
        let plans = partners.map { $0.plan(on: day) }
        let hazards = partners.indices.map {
            behaviour.departureHazard(of: partners[$0], under: plans[$0])
        }
        var touched: [ContractRow] = []
        var born: [SimulatedContract] = []
        var stillLive: [Int] = []
        for position in live {
            let partner = contracts[position].partner
            let events = behaviour.events(
                of: &contracts[position], partner: partners[partner], plan: plans[partner],
                hazard: hazards[partner], on: day)
            touched += events.rows
            if let renewal = events.renewal { born.append(renewal) }
            if !events.isOver { stillLive.append(position) }
        }
        born += firstContracts(on: day, plans: plans)
        live = stillLive + Array(contracts.count..<(contracts.count + born.count))
        contracts += born
        touched += born.map(row)
        touched.sort(by: ContractRow.precedes)
        return DayOfBusiness(accounts: realignment(on: day), contracts: touched)
    }

    private func firstContracts(on day: Day, plans: [IncentivePlan.ID?]) -> [SimulatedContract] {
        partners.indices.flatMap { position -> [SimulatedContract] in
            let partner = partners[position]
            return (0..<behaviour.newCustomers(of: partner, on: day)).map { number in
                let customer = 65_536 + (day - configuration.start) * 4 + number
                return behaviour.firstContract(
                    ContractKey(partnerKey: partner.key, customer: customer), of: partner, at: position,
                    signedOn: day, plan: plans[position])
            }
        }
    }

    /// On the first day of a quarter sales operations touch every account at once; nothing else changes.
    private mutating func realignment(on day: Day) -> [AccountRow] {
        guard day.civil.day == 1, day.civil.month % 3 == 1 else { return [] }
        for position in partners.indices { partners[position].stampedAt = day.seconds(hour: 3) }
        return partners.map(row).sorted(by: AccountRow.precedes)
    }
}
