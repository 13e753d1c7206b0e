package import Model

/// A way in which a plan may be gamed, each measured as a share of a partner's contracts.
package enum GamingDetector: String, Sendable, Hashable, Codable, CaseIterable, Comparable {
    /// Signatures in the last days of calendar quarters, above the share of those days.
    case quarterEndBunching
    /// Signatures for terms of several years.
    case termStuffing
    /// Signatures at a deep discount.
    case discountSpikes
    /// Customers that leave soon after the contract was payable.
    case earlyChurn
    /// Renewals signed long before they are due.
    case pullForward
    /// Customers that come from another partner, less those that go to one.
    case dealShifting

    /// "quarter-end bunching".
    package var title: String {
        switch self {
        case .quarterEndBunching: "quarter-end bunching"
        case .termStuffing: "term stuffing"
        case .discountSpikes: "discount spikes"
        case .earlyChurn: "early churn after payout"
        case .pullForward: "pull-forward"
        case .dealShifting: "deal shifting"
        }
    }

    /// What is counted, of what: "signed in the last days of a quarter, of contracts signed".
    package func counted(_ options: GamingOptions) -> String {
        switch self {
        case .quarterEndBunching:
            "signed in the last \(options.quarterEndDays) days of a quarter beyond the calendar's share, of "
                + "contracts signed"
        case .termStuffing: "for \(options.longTermMonths) months or more, of contracts signed"
        case .discountSpikes: "discounted by more than \(options.deepDiscount), of contracts signed"
        case .earlyChurn: "left within \(options.churnDays) days, of contracts payable so long ago"
        case .pullForward: "signed \(options.earlyDays) days or more before they were due, of renewals signed"
        case .dealShifting:
            "customers won from other partners less those lost, of contracts with known customers"
        }
    }

    package static func < (left: Self, right: Self) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }
}

/// What counts as gaming, and how sure one must be.
package struct GamingOptions: Sendable, Hashable, Codable {
    /// Family-wise error over all detectors and treatment arms, one-sided in the direction of gaming.
    package var alphaOneSided = 0.05
    package var quarterEndDays = 10
    package var longTermMonths = 24
    package var deepDiscount = Rate(partsPerMillion: 200_000)
    package var churnDays = 90
    package var earlyDays = 60
    /// Days before a partner's assignment that its own history is taken from.
    package var historyDays = 365
    /// Contracts that the pooled history counts as in a partner's own: few contracts say little of a partner.
    package var historyWeight = 4.0
    /// Partners with contracts to count that each arm must have.
    package var fewestPartners = 5
    package var draws = 4999
    package var seed: UInt64 = 1
    /// How many partners of the treatment arm are named.
    package var contributors = 5

    package init() {}
}
