import Model

/// The calendar month, quarter or year whose bookings share a commission scale.
struct CommissionPeriod: Hashable, CustomStringConvertible {
    private let kind: TieredCommission.Period
    private let year: Int
    /// From 1; always 1 for a year.
    private let index: Int

    init(containing day: Day, by kind: TieredCommission.Period) {
        let civil = day.civil
        self.kind = kind
        year = civil.year
        index =
            switch kind {
            case .month: civil.month
            case .quarter: (civil.month + 2) / 3
            case .year: 1
            }
    }

    /// "2026-07", "2026-Q3" or "2026".
    var description: String {
        switch kind {
        case .month: "\(year)-\(index < 10 ? "0" : "")\(index)"
        case .quarter: "\(year)-Q\(index)"
        case .year: "\(year)"
        }
    }
}
