import Model

/// Walks contracts in the order they were signed and splits each period's commission over them.
struct CommissionLines {
    private struct Account: Hashable {
        var partner: Partner.ID
        var period: CommissionPeriod
    }

    private let commission: TieredCommission
    private let currency: Currency
    /// The whole volume of each account, which decides the tier of a cliff.
    private let totals: [Account: Int64]
    /// The volume so far.
    private var volumes: [Account: Int64] = [:]

    /// - Parameter contracts: all that will be walked, in the plan's currency.
    init(_ contracts: [EarningContract], _ commission: TieredCommission, currency: Currency) {
        self.commission = commission
        self.currency = currency
        totals = contracts.filter(commission.counts).reduce(into: [:]) { totals, contract in
            let account = CommissionLines.account(of: contract, commission)
            totals[account, default: 0] += contract.annualAmount.minorUnits
        }
    }

    /// The line of the next contract; `nil` when the commission does not count it.
    mutating func line(for contract: EarningContract) -> PayoutLine? {
        guard commission.counts(contract) else { return nil }
        let account = CommissionLines.account(of: contract, commission)
        let before = volumes[account, default: 0]
        let after = before + contract.annualAmount.minorUnits
        volumes[account] = after
        return switch commission.scheme {
        case .marginal: marginalLine(from: before, to: after, in: account.period)
        case .cliff: cliffLine(from: before, to: after, of: totals[account, default: 0], in: account.period)
        }
    }

    private func marginalLine(
        from before: Int64, to after: Int64, in period: CommissionPeriod
    ) -> PayoutLine {
        let amount =
            Incentives.commission(on: after, commission) - Incentives.commission(on: before, commission)
        let slices = commission.slices(from: max(before, 0), to: max(after, 0)).map { slice in
            "\(slice.rate) of \(spelled(slice.amount, currency))"
        }
        let words = slices.isEmpty ? "nothing" : slices.joined(separator: " + ")
        return PayoutLine(
            amount: amount,
            explanation: "commission on bookings of \(period) from \(spelled(before, currency)) to "
                + "\(spelled(after, currency)): \(words) = \(spelled(amount, currency))")
    }

    private func cliffLine(
        from before: Int64, to after: Int64, of total: Int64, in period: CommissionPeriod
    ) -> PayoutLine {
        let base = spelled(after - before, currency)
        let volume = "bookings of \(period) are \(spelled(total, currency))"
        guard let tier = commission.tier(reachedBy: total) else {
            return PayoutLine(amount: 0, explanation: "no commission on \(base): \(volume)")
        }
        let amount = tier.rate.of(after) - tier.rate.of(before)
        return PayoutLine(
            amount: amount,
            explanation: "commission \(tier.rate) of \(base) = \(spelled(amount, currency)): \(volume), in "
                + "the tier from \(spelled(tier.from, currency))")
    }

    private static func account(of contract: EarningContract, _ commission: TieredCommission) -> Account {
        Account(
            partner: contract.partner,
            period: CommissionPeriod(containing: contract.signedOn, by: commission.period))
    }
}
