/// How patient and how strict a leakage audit is.
package struct AuditOptions: Sendable, Hashable, Codable {
    /// From when on the days count within which a line must be paid.
    package enum Clock: String, Sendable, Hashable, Codable, CaseIterable {
        /// The first day it may be paid.
        case payableDay
        /// The last day of the quarter in which that day lies, for partners who are paid once a quarter.
        case quarterEnd
    }

    /// Days after which a payable line that nobody paid is an orphaned promise, and a reduction that
    /// nobody took is leakage.
    package var patienceDays = 45
    package var clock = Clock.payableDay
    /// Minor units by which a paid line may differ from the owed one and count as rounding.
    package var roundingUnits: Int64 = 1
    /// A signing day that was moved back by at least so many days into other terms is backdated.
    package var backdatedDays = 30

    package init() {}
}
