import Model

/// A contract of the practice vendor, with what the simulation knows of it and the CRM does not show.
struct SimulatedContract: Sendable {
    /// What the CRM shows as `Status`.
    enum Status: String, Sendable {
        case activated = "Activated"
        case renewed = "Renewed"
        case expired = "Expired"
        case cancelled = "Cancelled"
    }

    let key: ContractKey
    /// The position of its partner.
    let partner: Int
    /// The contract it renews.
    let predecessor: RecordID?
    let signedOn: Day
    let startsOn: Day
    /// The last day of the term: the day the renewal is due.
    let endsOn: Day
    /// List price over a year, in minor units.
    let listAmount: Int64
    /// Price paid over a year, in minor units.
    var amount: Int64
    /// Discount in thousandths of the list price.
    let discountPerMille: Int64
    var status = Status.activated
    var cancelledOn: Day?
    /// The day the renewal will be signed, once it is decided.
    var renewalAgreedFor: Day?
    /// The day the amount will be corrected, if it will.
    let restatedOn: Day?
    /// Seconds since 1970.
    let createdAt: Int64
    var stampedAt: Int64

    var id: RecordID { RecordID(.contract, key: key.bits) }
    /// The customer's account. Customer accounts themselves are not visible to the integration user.
    var customerAccount: RecordID { RecordID(.account, key: key.customerBits) }

    func isInForce(on day: Day) -> Bool {
        cancelledOn == nil && startsOn <= day && day <= endsOn
    }
}

/// Who a contract is between and the how-manieth it is: the subject of its draws and the source of its id.
///
/// Packed as segment (6 bits), partner (20), customer (22), generation (8), in 56 bits. Customer 0 is the
/// partner itself, so a partner's key is never a customer's.
struct ContractKey: Sendable, Hashable {
    let bits: UInt64

    static let customersPerPartner = 1 << 22

    init(partnerKey: UInt64, customer: Int, generation: Int = 0) {
        bits = partnerKey | UInt64(customer + 1) << 8 | UInt64(generation)
    }

    private init(bits: UInt64) { self.bits = bits }

    static func partnerKey(segment: Int, partner: Int) -> UInt64 {
        UInt64(segment) << 50 | UInt64(partner) << 30
    }

    /// The key of the contract that renews this one.
    var next: ContractKey { ContractKey(bits: bits + 1) }
    var customerBits: UInt64 { bits & ~0xFF }
    var partnerBits: UInt64 { bits & ~0x3FFF_FFFF }
}
