package import Model

/// The commission on a period's whole volume, in minor units; 0 for a volume of 0 or less.
///
/// - Marginal: each slice of the volume earns its own tier's rate, rounded half to even slice by slice, so that
///   the slices a statement prints add up. With 5 % from 0 and 8 % from 10,000.00, a volume of 12,000.00 earns
///   500.00 + 160.00.
/// - Cliff: the whole volume earns the rate of the tier it reaches: 8 % of 12,000.00, so 960.00.
///
/// A marginal commission never falls as the volume grows; a cliff with ascending rates jumps at each tier.
package func commission(on volume: Int64, _ commission: TieredCommission) -> Int64 {
    switch commission.scheme {
    case .marginal:
        commission.slices(from: 0, to: max(volume, 0)).reduce(0) { $0 + $1.rate.of($1.amount) }
    case .cliff:
        commission.tier(reachedBy: volume)?.rate.of(volume) ?? 0
    }
}

extension TieredCommission {
    /// The part of a booked amount that falls into one tier.
    struct Slice: Hashable {
        var amount: Int64
        var rate: Rate
    }

    /// How the volume between two levels spreads over the tiers; tiers without a share are left out, and a
    /// volume that falls gives negative amounts.
    func slices(from before: Int64, to after: Int64) -> [Slice] {
        tiers.indices.compactMap { index in
            let tier = tiers[index]
            let end = index + 1 < tiers.count ? tiers[index + 1].from : Int64.max
            func share(of volume: Int64) -> Int64 { min(max(volume, tier.from), end) - tier.from }
            let amount = share(of: after) - share(of: before)
            return amount == 0 ? nil : Slice(amount: amount, rate: tier.rate)
        }
    }

    /// The highest tier that begins at or below `volume`; `nil` for a volume of 0 or less.
    func tier(reachedBy volume: Int64) -> Tier? {
        volume > 0 ? tiers.last { $0.from <= volume } : nil
    }

    /// Whether a contract counts towards bookings and is paid on.
    func counts(_ contract: EarningContract) -> Bool {
        switch basis {
        case .newBookings: !contract.isRenewal
        case .allBookings: true
        }
    }
}
