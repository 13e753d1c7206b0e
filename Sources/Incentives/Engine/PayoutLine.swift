package import Model

/// A line as the engine makes it: numbers only. ``Payout`` is the same line with names and words.
package struct PayoutLine: Sendable {
    /// Index into ``EarningBook/rows``; `nil` for a line on a whole period.
    package var row: Int32?
    /// Which of the account's terms made it.
    package var segment: UInt16
    package var component: PlanComponent
    package var rule: PlanRule
    package var state: Payout.State
    /// Which of the plan's commissions or milestone bonuses.
    package var item: UInt8
    /// What happened when: see ``Occasion``.
    package var occasion: Occasion
    package var earnedOn: Day
    /// The day it is payable from or, of a line that lapsed, the day it did.
    private var day: Day?
    package var base: Int64
    package var amount: Int64
    /// What the explanation needs besides: volumes before and after, a measure, a number of years.
    package var detail: (Int64, Int64)

    package enum Occasion: Sendable, Hashable {
        case period(CalendarPeriod)
        /// Months since the contract's start.
        case month(Int32)
        case renewal, milestone, cancelled
    }

    init(
        row: Int?, segment: Int, component: PlanComponent, rule: PlanRule, state: Payout.State = .payable,
        item: Int = 0, occasion: Occasion, earnedOn: Day, payableOn: Day?, base: Int64, amount: Int64,
        detail: (Int64, Int64) = (0, 0)
    ) {
        self.row = row.map(Int32.init)
        self.segment = UInt16(segment)
        self.component = component
        self.rule = rule
        self.state = state
        self.item = UInt8(item)
        self.occasion = occasion
        self.earnedOn = earnedOn
        day = payableOn
        self.base = base
        self.amount = amount
        self.detail = detail
    }

    package var payableOn: Day? { state == .lapsed ? nil : day }

    /// The day on which its condition could no longer be met.
    package var lapsedOn: Day? { state == .lapsed ? day : nil }

    /// - Parameter day: from which it is payable, or on which it lapsed.
    mutating func settle(_ state: Payout.State, on day: Day?) {
        self.state = state
        self.day = day
    }

    /// Whether it counts to what a partner has earned.
    package var isEarned: Bool {
        switch state {
        case .payable, .held, .external: component != .coMarketing
        case .lapsed, .blocked, .cost: false
        }
    }

    /// What it adds to a period's pay: a rebate counts when it is settled, with all that is due.
    var settledAmount: Int64 {
        guard rule == .rebate else { return amount }
        return row == nil ? detail.0 : 0
    }

    /// Whether it is pay that no condition holds back.
    var isReleased: Bool { state == .payable || state == .external }
}
