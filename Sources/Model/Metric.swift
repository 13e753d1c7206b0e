/// How facts become a number a customer: what is counted, from when, in which unit, for which estimand.
package struct Metric: Sendable, Hashable, Codable {
    package typealias ID = Identifier<Metric>

    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Share of due contracts that were renewed by due date + grace.
        case renewalRate
        /// Probability that a customer has left within `horizonDays` of the time origin (Kaplan–Meier).
        case churn
        /// Recurring revenue of matured due contracts after their decision, over what it was before.
        case netRevenueRetention
        /// Mean discount of the contracts that renewed a due contract.
        case discountDepth
        /// A yes-or-no outcome of an imported trial.
        case binary
    }

    /// Whose average the effect is.
    package enum Estimand: String, Sendable, Hashable, Codable, CaseIterable {
        /// Each customer counts once: ratio of totals.
        case customerAverage
        /// Each partner counts once: mean of partner rates.
        case partnerAverage
    }

    /// Where a customer's churn clock starts.
    package enum Origin: String, Sendable, Hashable, Codable, CaseIterable {
        /// The partner's assignment; nobody enters late.
        case assignment
        /// The start of the customer's contract; customers enter at assignment (left truncation).
        case contractStart
    }

    package enum Direction: String, Sendable, Hashable, Codable {
        case higherIsBetter, lowerIsBetter
    }

    package var id: ID
    package var kind: Kind
    package var estimand: Estimand
    /// Days after the due date at which a contract matures, whatever was known earlier.
    package var graceDays: Int
    package var origin: Origin
    /// Days from the origin at which churn is read; used by `.churn` only.
    package var horizonDays: Int

    package init(
        id: ID, kind: Kind, estimand: Estimand, graceDays: Int, origin: Origin, horizonDays: Int
    ) {
        self.id = id
        self.kind = kind
        self.estimand = estimand
        self.graceDays = graceDays
        self.origin = origin
        self.horizonDays = horizonDays
    }

    package var direction: Direction {
        switch kind {
        case .renewalRate, .netRevenueRetention, .binary: .higherIsBetter
        case .churn, .discountDepth: .lowerIsBetter
        }
    }

    /// +1 when a positive effect is a gain, −1 when it is a harm.
    package var benefitSign: Double { direction == .higherIsBetter ? 1 : -1 }

    /// Whether the metric has a due date, so that information accrues by maturing contracts.
    package var hasDueDate: Bool {
        switch kind {
        case .renewalRate, .netRevenueRetention, .discountDepth: true
        case .churn, .binary: false
        }
    }
}

/// A metric that must not get worse by more than a margin, and what happens when it does.
package struct Guardrail: Sendable, Hashable, Codable {
    package enum Severity: String, Sendable, Hashable, Codable, CaseIterable {
        /// A breach is told.
        case alert
        /// A breach is told and pauses new promises of the variant.
        case pause
    }

    package var metric: Metric
    /// The largest acceptable harm, absolute, in the metric's unit: 0.02 is two percentage points.
    package var maxHarm: Double
    package var severity: Severity

    package init(metric: Metric, maxHarm: Double, severity: Severity) {
        self.metric = metric
        self.maxHarm = maxHarm
        self.severity = severity
    }
}
