package import Model

/// A vendor, its partners and their customers' contracts: a deterministic function of the configuration, the
/// seed, the terms posted and the instant it has been advanced to.
///
/// Business happens a day at a time. Rows become visible at the second they are stamped with, many of them
/// together: the nightly run at 02:00, quarterly realignments at 03:00, hourly imports of signed orders at
/// half past, and corrections at 20:00 UTC.
package struct SimulatedVendor: Sendable {
    let behaviour: Behaviour
    /// Business time.
    package private(set) var now: Instant
    /// The last day whose business has been generated.
    private var generatedThrough: Day
    var partners: [SimulatedPartner]
    private let partnerIndex: [RecordID: Int]
    var contracts: [SimulatedContract]
    /// Positions of contracts that can still change.
    var live: [Int]
    /// What the CRM shows at `now`.
    private(set) var accountTable = RecordTable<AccountRow>()
    private(set) var contractTable = RecordTable<ContractRow>()
    /// Rows of days already generated whose stamps are after `now`.
    private var pendingAccounts: [AccountRow] = []
    private var pendingContracts: [ContractRow] = []

    package init(configuration: VendorConfiguration, seed: UInt64) {
        behaviour = Behaviour(configuration: configuration, draws: Draws(seed: seed))
        now = Instant(milliseconds: Int64(configuration.start.number) * 86_400_000)
        generatedThrough = configuration.start - 1
        partners = behaviour.startingPartners()
        partnerIndex = Dictionary(uniqueKeysWithValues: partners.enumerated().map { ($1.id, $0) })
        contracts = []
        for position in partners.indices {
            contracts += behaviour.startingContracts(of: partners[position], at: position)
        }
        live = []
        loadStartingBook()
    }

    package var configuration: VendorConfiguration { behaviour.configuration }
    package var today: Day { Day(number: Int32(now.milliseconds.dividedDown(by: 86_400_000))) }
    package var contractCount: Int { contractTable.count }
    package var partnerCount: Int { accountTable.count }

    /// Moves business time forward to `instant`; an earlier instant changes nothing.
    package mutating func advance(to instant: Instant) {
        guard instant > now else { return }
        now = instant
        while generatedThrough < today {
            generatedThrough = generatedThrough + 1
            let business = generate(generatedThrough)
            pendingAccounts += business.accounts
            pendingContracts += business.contracts
        }
        let second = now.milliseconds.dividedDown(by: 1000)
        accountTable.reveal(&pendingAccounts, through: second)
        contractTable.reveal(&pendingContracts, through: second)
    }

    /// The partner whose account has `id`; `nil` when there is none.
    func partner(_ id: RecordID) -> Int? { partnerIndex[id] }

    /// Records that a partner was told its terms today; `false` when it already holds them.
    mutating func post(_ plan: IncentivePlan.ID, toPartner position: Int) -> Bool {
        guard partners[position].currentPlan != plan else { return false }
        partners[position].hold(plan, postedOn: today)
        return true
    }

    func row(_ partner: SimulatedPartner) -> AccountRow {
        AccountRow(partner, type: configuration.segments[partner.segment].type)
    }

    func row(_ contract: SimulatedContract) -> ContractRow {
        ContractRow(contract, partner: partners[contract.partner].id, currency: configuration.currency)
    }

    /// Shows the book as of the start, as bulk loads of 500 rows a second the evening before.
    private mutating func loadStartingBook() {
        let evening = (configuration.start - 1).seconds(hour: 20)
        for position in contracts.indices {
            contracts[position].stampedAt = evening + Int64(position / 500)
        }
        live = Array(contracts.indices)
        var accounts = partners.map(row).sorted(by: AccountRow.precedes)
        var rows = contracts.map(row).sorted(by: ContractRow.precedes)
        accountTable.reveal(&accounts, through: .max)
        contractTable.reveal(&rows, through: .max)
    }
}

extension Int64 {
    /// The quotient rounded towards −∞.
    func dividedDown(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
