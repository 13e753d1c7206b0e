/// A calendar month, quarter or year.
package struct CalendarPeriod: Sendable, Hashable, Comparable, CustomStringConvertible {
    package enum Length: String, Sendable, Hashable, Codable, CaseIterable {
        case month, quarter, year

        package var months: Int {
            switch self {
            case .month: 1
            case .quarter: 3
            case .year: 12
            }
        }
    }

    package let length: Length
    /// Periods since year 0: consecutive periods have consecutive numbers.
    package let number: Int

    package init(length: Length, number: Int) {
        self.length = length
        self.number = number
    }

    package init(containing day: Day, _ length: Length) {
        let civil = day.civil
        self.init(length: length, number: (civil.year * 12 + civil.month - 1) / length.months)
    }

    /// Parses "2026-07", "2026-Q3" or "2026"; `nil` for anything else.
    package init?(text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count >= 4, let year = decimal(bytes[0..<4]), year >= 1 else { return nil }
        switch bytes.count {
        case 4: self.init(length: .year, number: year)
        case 7 where bytes[4] == 45 && bytes[5] == 81:
            guard let quarter = decimal(bytes[6..<7]), (1...4).contains(quarter) else { return nil }
            self.init(length: .quarter, number: year * 4 + quarter - 1)
        case 7 where bytes[4] == 45:
            guard let month = decimal(bytes[5..<7]), (1...12).contains(month) else { return nil }
            self.init(length: .month, number: year * 12 + month - 1)
        default: return nil
        }
    }

    private var firstMonth: Int { number * length.months }

    package var firstDay: Day { CalendarPeriod.firstDay(ofMonth: firstMonth) }
    package var lastDay: Day { CalendarPeriod.firstDay(ofMonth: firstMonth + length.months) - 1 }
    package var next: CalendarPeriod { CalendarPeriod(length: length, number: number + 1) }
    package var previous: CalendarPeriod { CalendarPeriod(length: length, number: number - 1) }
    /// The quarters that it has days of, in order.
    package var quarters: [CalendarPeriod] {
        let (first, last) = (
            CalendarPeriod(containing: firstDay, .quarter), CalendarPeriod(containing: lastDay, .quarter)
        )
        return (first.number...last.number).map { CalendarPeriod(length: .quarter, number: $0) }
    }
    /// The same period a year before.
    package var yearBefore: CalendarPeriod {
        CalendarPeriod(length: length, number: number - 12 / length.months)
    }

    package func contains(_ day: Day) -> Bool { CalendarPeriod(containing: day, length) == self }

    private static func firstDay(ofMonth month: Int) -> Day {
        // The month after the calendar's last has a first day too; there is none before its first.
        let month = max(month, 12)
        return Day(uncheckedYear: month / 12, month: month % 12 + 1, day: 1)
    }

    /// "2026-07", "2026-Q3" or "2026".
    package var description: String {
        switch length {
        case .month: "\(padded(number / 12, 4))-\(padded(number % 12 + 1, 2))"
        case .quarter: "\(padded(number / 4, 4))-Q\(number % 4 + 1)"
        case .year: padded(number, 4)
        }
    }

    /// By first day; of two that begin together, the shorter first.
    package static func < (left: Self, right: Self) -> Bool {
        (left.firstMonth, left.length.months) < (right.firstMonth, right.length.months)
    }
}

extension CalendarPeriod: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let period = CalendarPeriod(text: text) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(text)' is not a period; expected 2026-07, 2026-Q3 or 2026")
        }
        self = period
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Day {
    /// The same day of the month so many months later, or the month's last day where it has no such day:
    /// 31 January and one month is 28 or 29 February.
    package func advanced(months: Int) -> Day {
        let civil = civil
        let month = civil.year * 12 + civil.month - 1 + months
        let period = CalendarPeriod(length: .month, number: month)
        return min(period.firstDay + (civil.day - 1), period.lastDay)
    }

    /// Full months from this day to `other`: the largest n with `advanced(months: n) <= other`; 0 when earlier.
    package func fullMonths(until other: Day) -> Int {
        guard other >= self else { return 0 }
        let (from, to) = (civil, other.civil)
        let months = (to.year - from.year) * 12 + to.month - from.month
        return advanced(months: months) <= other ? months : months - 1
    }
}
