import Foundation
import Model
import Testing

@Suite struct DayTests {
    private func day(_ iso: String) throws -> Day { try #require(Day(iso: iso), "\(iso)") }

    @Test(
        arguments: [
            ("1970-01-01", 0), ("1969-12-31", -1), ("2000-02-29", 11_016), ("2026-07-06", 20_640),
        ] as [(String, Int32)])
    func countsDaysFromTheEpoch(iso: String, number: Int32) throws {
        #expect(try day(iso).number == number)
        #expect(Day(number: number).description == iso)
    }

    @Test func everyDayFrom1900To2100IsItsOwnCivilDate() throws {
        var expected = (year: 1900, month: 1, day: 1)
        let lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        var number = try day("1900-01-01").number
        while expected.year <= 2100 {
            let day = Day(number: number)
            #expect(day.civil == expected)
            #expect(Day(year: expected.year, month: expected.month, day: expected.day) == day)
            let isLeap = expected.year % 4 == 0 && (expected.year % 100 != 0 || expected.year == 2000)
            let length = lengths[expected.month - 1] + (isLeap && expected.month == 2 ? 1 : 0)
            expected.day += 1
            if expected.day > length { (expected.month, expected.day) = (expected.month + 1, 1) }
            if expected.month > 12 { (expected.year, expected.month) = (expected.year + 1, 1) }
            number += 1
        }
        #expect(number == (try day("2101-01-01").number))
    }

    @Test(arguments: [
        "2026-02-29", "2100-02-29", "2026-13-01", "2026-00-10", "2026-04-31", "2026-01-00", "0000-01-01",
        "2026-1-01", "2026/01/01", "20260101", " 2026-01-01", "2026-01-01T00:00:00Z", "", "2026-01-0١",
        "-026-01-01",
    ])
    func refusesWhatIsNoDate(text: String) {
        #expect(Day(iso: text) == nil)
    }

    @Test(arguments: [
        ("2020-12-31", "2020-W53"), ("2021-01-03", "2020-W53"), ("2021-01-04", "2021-W01"),
        ("2026-12-28", "2026-W53"), ("2027-01-03", "2026-W53"), ("2027-01-04", "2027-W01"),
        ("2032-12-31", "2032-W53"), ("2033-01-02", "2032-W53"), ("2033-01-03", "2033-W01"),
        ("2024-12-29", "2024-W52"), ("2024-12-30", "2025-W01"), ("2026-01-01", "2026-W01"),
        ("2025-12-29", "2026-W01"), ("2023-01-01", "2022-W52"), ("1970-01-01", "1970-W01"),
        ("1969-12-28", "1969-W52"),
    ])
    func weeksBelongToTheYearOfTheirThursday(iso: String, week: String) throws {
        #expect(try day(iso).isoWeek.description == week)
    }

    @Test func weeksAgreeWithTheSystemsCalendarFrom1960To2040() throws {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = .gmt
        var current = try day("1960-01-01")
        while current < (try day("2040-01-01")) {
            let date = Date(timeIntervalSince1970: Double(current.number) * 86_400)
            let parts = calendar.dateComponents([.yearForWeekOfYear, .weekOfYear, .weekday], from: date)
            #expect(current.isoWeek.year == parts.yearForWeekOfYear, "\(current)")
            #expect(current.isoWeek.week == parts.weekOfYear, "\(current)")
            #expect(current.isoWeekday % 7 + 1 == parts.weekday, "\(current)")
            current = current + 37  // every weekday in turn: 37 ≡ 2 (mod 7)
        }
    }

    @Test func weeksAreOrderedAcrossYears() {
        #expect(ISOWeek(year: 2026, week: 53) < ISOWeek(year: 2027, week: 1))
        #expect(ISOWeek(year: 2026, week: 9) < ISOWeek(year: 2026, week: 10))
    }

    @Test(arguments: [
        ("2026-03-28T23:30:00Z", "2026-03-29"),  // 00:30 before the clocks go forward
        ("2026-03-29T21:59:59Z", "2026-03-29"), ("2026-03-29T22:00:00Z", "2026-03-30"),
        ("2026-10-24T21:59:59Z", "2026-10-24"), ("2026-10-24T22:00:00Z", "2026-10-25"),
        ("2026-10-25T22:59:59Z", "2026-10-25"), ("2026-10-25T23:00:00Z", "2026-10-26"),
    ])
    func anInstantFallsOnTheDayOfTheZonesOwnClock(instant: String, date: String) throws {
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        #expect(Day(try #require(Instant(iso: instant)), in: berlin).description == date)
    }

    @Test func instantsBeforeTheEpochFallOnTheDayTheyAreIn() throws {
        let instant = try #require(Instant(iso: "1969-12-31T23:59:59.999Z"))
        #expect(Day(instant, in: .gmt).description == "1969-12-31")
    }

    @Test(arguments: [
        "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Pacific/Kiritimati", "Asia/Kolkata",
        "Africa/Cairo",
    ])
    func everyDayStartsOnItselfAndTheInstantBeforeDoesNot(name: String) throws {
        let zone = try #require(TimeZone(identifier: name))
        let first = try day("2026-01-01")
        for offset in 0..<366 {
            let day = first + offset
            let start = day.start(in: zone)
            #expect(Day(start, in: zone) == day, "\(day)")
            #expect(Day(Instant(milliseconds: start.milliseconds - 1), in: zone) == day - 1, "\(day)")
        }
    }

    @Test func daysOfAClockChangeAre23And25HoursLong() throws {
        let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
        func hours(_ iso: String) throws -> Int64 {
            let day = try day(iso)
            return ((day + 1).start(in: berlin).milliseconds - day.start(in: berlin).milliseconds)
                / 3_600_000
        }
        #expect(try hours("2026-03-29") == 23)
        #expect(try hours("2026-10-25") == 25)
        #expect(try hours("2026-07-06") == 24)
    }

    @Test func jsonIsTheIsoDateAndNothingElse() throws {
        let day = try day("2026-07-06")
        let bytes = try CanonicalJSON.encode([day])
        #expect(String(decoding: bytes, as: UTF8.self) == #"["2026-07-06"]"#)
        #expect(try CanonicalJSON.decode([Day].self, from: bytes) == [day])
        #expect(throws: DecodingError.self) {
            try CanonicalJSON.decode([Day].self, from: Data(#"["06.07.2026"]"#.utf8))
        }
    }
}
