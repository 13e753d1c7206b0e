import Model

/// What the ledger's entries come to.
struct LedgerBalance: Sendable, Hashable {
    /// Minor units of one currency.
    struct Sums: Sendable, Hashable, Codable {
        /// Earned and not lapsed.
        var accrued: Int64 = 0
        /// Handed to a payment file, less what was taken back.
        var paid: Int64 = 0

        /// Earned and not paid yet.
        var liability: Int64 { accrued - paid }

        fileprivate mutating func add(_ entry: LedgerEntry) {
            if entry.kind.isPaid { paid += entry.amount } else { accrued += entry.amount }
        }
    }

    private(set) var byKey: [Payout.Key: [Currency: Sums]] = [:]
    private(set) var byPartner: [Partner.ID: [Currency: Sums]] = [:]
    private(set) var total: [Currency: Sums] = [:]

    init(_ entries: some Sequence<LedgerEntry>) {
        for entry in entries {
            let currency = entry.payout.currency
            byKey[entry.payout.key, default: [:]][currency, default: Sums()].add(entry)
            byPartner[entry.payout.partner, default: [:]][currency, default: Sums()].add(entry)
            total[currency, default: Sums()].add(entry)
        }
    }
}
