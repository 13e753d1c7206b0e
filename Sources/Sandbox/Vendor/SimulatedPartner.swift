import Model

/// A partner of the practice vendor: who it is, how its customers behave, and the terms it has held.
struct SimulatedPartner: Sendable {
    /// The partner's key in every draw about it.
    let key: UInt64
    let id: RecordID
    let name: String
    let region: String
    let tier: String
    /// The position of its segment in the configuration.
    let segment: Int
    let isWhale: Bool
    /// Customers with a contract in force at the start.
    let customers: Int
    /// The untreated probability that a contract which reaches its due date is renewed.
    let renewal: Double
    /// This partner's multiple of its segment's hazard of leaving mid-term; mean 1 over partners.
    let churnMultiple: Double
    /// In posting order; the last one posted before a day is the one held on it.
    private(set) var terms: [HeldTerms] = []
    /// Seconds since 1970 at which the row last changed.
    var stampedAt: Int64

    struct HeldTerms: Sendable, Hashable {
        var postedOn: Day
        var plan: IncentivePlan.ID
    }

    init(
        key: UInt64, name: String, region: String, tier: String, segment: Int, isWhale: Bool, customers: Int,
        renewal: Double, churnMultiple: Double, stampedAt: Int64
    ) {
        self.key = key
        id = RecordID(.account, key: key)
        self.name = name
        self.region = region
        self.tier = tier
        self.segment = segment
        self.isWhale = isWhale
        self.customers = customers
        self.renewal = renewal
        self.churnMultiple = churnMultiple
        self.stampedAt = stampedAt
    }

    /// The plan that decisions of `day` are made under. A day's decisions fall in its first hours, so terms
    /// posted on a day bear on the next one's.
    func plan(on day: Day) -> IncentivePlan.ID? {
        terms.last { $0.postedOn < day }?.plan
    }

    /// The plan the partner was last told.
    var currentPlan: IncentivePlan.ID? { terms.last?.plan }

    mutating func hold(_ plan: IncentivePlan.ID, postedOn day: Day) {
        terms.append(HeldTerms(postedOn: day, plan: plan))
    }
}
