/// A line of the ledger: appended when a period closes, never changed.
package struct LedgerEntry: Sendable, Hashable, Codable {
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Earned, not payable yet: what the vendor owes in the end, or a change of it.
        case accrual
        /// First payment of a line.
        case payout
        /// A later change of a line that was paid or closed.
        case adjustment
        /// What settles an estimate or a scale once its period is over.
        case trueUp
        /// Taken back because a customer left.
        case clawback

        /// Whether it moves money; an accrual only says what is owed.
        package var isPaid: Bool { self != .accrual }
    }

    /// Stable: a hash of the line's key, its kind and the period it was posted in.
    package var id: String
    package var kind: Kind
    /// The quarter it was posted in.
    package var period: CalendarPeriod
    /// The line as it stood when the entry was made. Its amount is the whole line's; the entry's is `amount`.
    package var payout: Payout
    /// Minor units of the payout's currency; what this entry adds.
    package var amount: Int64
    /// The closed entry that an adjustment, a true-up or a clawback changes.
    package var corrects: String?

    package init(
        id: String, kind: Kind, period: CalendarPeriod, payout: Payout, amount: Int64, corrects: String?
    ) {
        self.id = id
        self.kind = kind
        self.period = period
        self.payout = payout
        self.amount = amount
        self.corrects = corrects
    }
}
