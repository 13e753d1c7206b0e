package import Foundation

/// A calendar date without a time: contract dates, due dates, look dates.
///
/// Stored as days since 1970-01-01 in the proleptic Gregorian calendar. A `Day` has no time zone of its
/// own; the one it was read in stands beside it (a pilot's, a source's).
package struct Day: Sendable, Hashable, Comparable, Strideable {
    package var number: Int32

    package init(number: Int32) { self.number = number }

    /// The day that `instant` falls on in `zone`.
    package init(_ instant: Instant, in zone: TimeZone) {
        let date = instant.date
        let seconds = date.timeIntervalSince1970 + Double(zone.secondsFromGMT(for: date))
        number = Int32((seconds / 86_400).rounded(.down))
    }

    /// Days-from-civil (Hinnant, "chrono-Compatible Low-Level Date Algorithms"); `nil` for no such date.
    package init?(year: Int, month: Int, day: Int) {
        guard (1...12).contains(month), (1...9999).contains(year), day >= 1 else { return nil }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let length =
            switch month {
            case 2: isLeap ? 29 : 28
            case 4, 6, 9, 11: 30
            default: 31
            }
        guard day <= length else { return nil }
        self.init(uncheckedYear: year, month: month, day: day)
    }

    /// - Precondition: the year is at least 1 and the month has the day.
    init(uncheckedYear year: Int, month: Int, day: Int) {
        let shifted = month <= 2 ? year - 1 : year
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        number = Int32(era * 146_097 + dayOfEra - 719_468)
    }

    /// Parses `yyyy-MM-dd`; `nil` for anything else.
    package init?(iso text: some StringProtocol) { self.init(isoBytes: ArraySlice(text.utf8)) }

    /// Parses the UTF-8 of `yyyy-MM-dd`; `nil` for anything else.
    package init?(isoBytes bytes: ArraySlice<UInt8>) {
        let start = bytes.startIndex
        guard bytes.count == 10, bytes[start + 4] == 45, bytes[start + 7] == 45,
            let year = decimal(bytes[start..<(start + 4)]),
            let month = decimal(bytes[(start + 5)..<(start + 7)]),
            let day = decimal(bytes[(start + 8)..<(start + 10)])
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    /// (year, month, day) in the proleptic Gregorian calendar.
    package var civil: (year: Int, month: Int, day: Int) {
        let shifted = Int(number) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// 1 = Monday … 7 = Sunday (ISO 8601).
    package var isoWeekday: Int { Int((number + 3) % 7 + 7) % 7 + 1 }

    /// The ISO 8601 week this day belongs to: its week-year is the year of the week's Thursday.
    package var isoWeek: ISOWeek {
        let thursday = Day(number: number - Int32(isoWeekday) + 4)
        let year = thursday.civil.year
        let firstOfYear = Day(year: year, month: 1, day: 1) ?? thursday
        return ISOWeek(year: year, week: Int(thursday.number - firstOfYear.number) / 7 + 1)
    }

    /// The first moment of this day in `zone`: midnight, or later where clocks skip midnight that day.
    package func start(in zone: TimeZone) -> Instant {
        let utc = Date(timeIntervalSince1970: Double(number) * 86_400)
        let candidates = [-86_400.0, 86_400].map { shift in
            Instant(utc.addingTimeInterval(-Double(zone.secondsFromGMT(for: utc.addingTimeInterval(shift)))))
        }
        return candidates.filter { Day($0, in: zone) == self }.min() ?? candidates[1]
    }

    package static func < (left: Day, right: Day) -> Bool { left.number < right.number }
    package func distance(to other: Day) -> Int { Int(other.number) - Int(number) }
    package func advanced(by days: Int) -> Day { Day(number: number + Int32(days)) }
    package static func + (day: Day, days: Int) -> Day { day.advanced(by: days) }
    package static func - (day: Day, days: Int) -> Day { day.advanced(by: -days) }
    package static func - (left: Day, right: Day) -> Int { right.distance(to: left) }
}

extension Day: CustomStringConvertible, Codable {
    /// `yyyy-MM-dd`.
    package var description: String {
        let (year, month, day) = civil
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let day = Day(iso: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not a date; expected yyyy-MM-dd")
        }
        self = day
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// An ISO 8601 week, such as 2026-W53.
package struct ISOWeek: Sendable, Hashable, Comparable, CustomStringConvertible {
    package var year: Int
    package var week: Int

    package init(year: Int, week: Int) {
        self.year = year
        self.week = week
    }

    package var description: String { "\(year)-W\(padded(week, 2))" }

    package static func < (left: Self, right: Self) -> Bool {
        (left.year, left.week) < (right.year, right.week)
    }
}

/// An unsigned decimal number of ASCII digits; `nil` if any byte is not a digit.
func decimal(_ bytes: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for byte in bytes {
        guard (48...57).contains(byte) else { return nil }
        value = value * 10 + Int(byte - 48)
    }
    return bytes.isEmpty ? nil : value
}

/// `value` in decimal with leading zeros up to `width`.
func padded(_ value: Int, _ width: Int) -> String {
    let digits = String(value)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
}

extension ISOWeek {
    /// Parses "2026-W05"; `nil` for anything else. Whether the year has that week is not checked.
    package init?(text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 8, bytes[4] == 45, bytes[5] == 87, let year = decimal(bytes[0..<4]),
            let week = decimal(bytes[6..<8]), (1...53).contains(week)
        else { return nil }
        self.init(year: year, week: week)
    }
}
