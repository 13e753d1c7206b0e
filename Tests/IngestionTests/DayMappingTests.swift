import Model
import Testing

@testable import Ingestion

/// Which day a date or a moment of a source is.
@Suite struct DayMappingTests {
    @Test func aDateIsThatDayInEveryZone() throws {
        for zone in ["Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", nil] {
            #expect(try day(.text("2026-03-01"), stream: zone) == "2026-03-01")
        }
    }

    @Test(arguments: [
        ("2026-03-01T23:30:00Z", "Europe/Berlin", "2026-03-02"),
        ("2026-03-01T23:30:00.000+0000", "America/New_York", "2026-03-01"),
        ("2026-03-02T04:59:59Z", "America/New_York", "2026-03-01"),
        ("2026-03-02T05:00:00Z", "America/New_York", "2026-03-02"),
        // Summer time begins on 29 March: midnight moves from 23:00 to 22:00 UTC.
        ("2026-03-28T22:59:59Z", "Europe/Berlin", "2026-03-28"),
        ("2026-03-29T21:59:59Z", "Europe/Berlin", "2026-03-29"),
        ("2026-03-29T22:00:00Z", "Europe/Berlin", "2026-03-30"),
        ("2026-03-01T00:30:00+02:00", "UTC", "2026-02-28"),
    ])
    func aMomentBecomesTheDayOfItsZone(_ text: String, _ zone: String, _ expected: String) throws {
        #expect(try day(.text(text), stream: zone) == expected)
    }

    @Test func theNearestZoneCounts() throws {
        let moment = FieldValue.text("2026-03-01T23:30:00Z")
        #expect(try day(moment, source: "Europe/Berlin") == "2026-03-02")
        #expect(try day(moment, stream: "UTC", source: "Europe/Berlin") == "2026-03-01")
        #expect(
            try day(moment, field: "Europe/Berlin", stream: "UTC", source: "UTC") == "2026-03-02")
    }

    @Test func aMomentWithoutAnyZoneIsRefused() throws {
        let error = #expect(throws: MappingFault.self) { try day(.text("2026-03-01T10:00:00Z")) }
        #expect(error?.field == "D" && error?.reason.contains("a 'timeZone' such as Europe/Berlin") == true)
        #expect(throws: MappingFault.self) { try day(.text("2026-03-01T10:00:00Z"), stream: "Mars/Base") }
    }

    /// 1772319600000 is 2026-02-28T23:00:00Z, midnight of 1 March in Berlin: a portal there means 1 March.
    @Test func aPortalsMidnightIsNotTheDayBefore() throws {
        let midnight = FieldValue.number("1772319600000")
        #expect(try day(midnight, .epochMilliseconds, source: "Europe/Berlin") == "2026-03-01")
        #expect(try day(.text("1772319600000"), .epochMilliseconds, source: "Europe/Berlin") == "2026-03-01")
        #expect(try day(.text("2026-02-28T23:00:00Z"), source: "Europe/Berlin") == "2026-03-01")
    }

    /// A date property is its midnight in UTC, whatever the portal's zone: 1772323200000 is 2026-03-01T00:00:00Z.
    @Test func aDateAsMidnightInUTCNeedsThatZoneAtTheField() throws {
        let date = FieldValue.number("1772323200000")
        #expect(
            try day(date, .epochMilliseconds, field: "UTC", source: "America/New_York") == "2026-03-01")
        #expect(try day(date, .epochMilliseconds, source: "America/New_York") == "2026-02-28")
    }

    @Test(arguments: [
        (FieldValue.number("1772323200"), "2026-03-01"), (.number("1772323199"), "2026-02-28"),
        (.text("1772323199.9"), "2026-02-28"), (.number("-1"), "1969-12-31"),
    ])
    func secondsSince1970(_ value: FieldValue, _ expected: String) throws {
        #expect(try day(value, .epochSeconds, stream: "UTC") == expected)
    }

    @Test func clocksWithoutAnOffset() throws {
        let text = FieldValue.text("2026-03-01 23:30:00")
        #expect(try day(text, .localMoment, stream: "Europe/Berlin") == "2026-03-01")
        // Written in UTC, counted in Berlin.
        #expect(try day(text, .localMoment, field: "UTC", stream: "Europe/Berlin") == "2026-03-02")
        #expect(try day(text, .localMoment, field: "UTC") == "2026-03-01")
        #expect(throws: MappingFault.self) { try day(text, .localMoment) }
        #expect(throws: MappingFault.self) { try day(text, stream: "UTC") }
    }

    @Test(arguments: [
        // Clocks go from 02:00 to 03:00: a time between is read with the offset before.
        ("2026-03-29 01:59:59", "2026-03-29T00:59:59Z"), ("2026-03-29 02:30:00", "2026-03-29T01:30:00Z"),
        ("2026-03-29 03:00:00", "2026-03-29T01:00:00Z"),
        // Clocks go from 03:00 back to 02:00: a time shown twice is the first.
        ("2026-10-25 01:30:00", "2026-10-24T23:30:00Z"), ("2026-10-25 02:30:00", "2026-10-25T00:30:00Z"),
        ("2026-10-25 03:00:00", "2026-10-25T02:00:00Z"), ("2026-03-01T10:00", "2026-03-01T09:00:00Z"),
    ])
    func skippedAndRepeatedHours(_ text: String, _ expected: String) {
        let instant = Instant(
            written: ArraySlice(text.utf8), format: .localMoment, timeZone: "Europe/Berlin")
        #expect(instant?.description == expected)
    }

    @Test(arguments: [
        (#"{"__class__":"date","year":2026,"month":3,"day":1}"#, "2026-03-01"),
        (
            #"{"__class__":"datetime","year":2026,"month":3,"day":1,"hour":23,"minute":30,"second":0,"microsecond":5}"#,
            "2026-03-02"
        ),
        (#"{"year":2026,"month":3,"day":1,"hour":22}"#, "2026-03-01"),
    ])
    func calendarObjects(_ json: String, _ expected: String) throws {
        #expect(try day(.structure(json), .calendarObject, stream: "Europe/Berlin") == expected)
    }

    @Test(arguments: [
        (#"{"year":2026,"month":2,"day":29}"#, DateFormat?.some(.calendarObject)),
        (#"{"year":2026,"month":3,"day":1,"hour":24}"#, .calendarObject), ("[]", .calendarObject),
        (#"{"year":"2026","month":3,"day":1}"#, .calendarObject), ("2026-3-1", nil), ("01.03.2026", nil),
        ("2026-03-01T10:00:00", nil), ("2026-03-01T25:00:00Z", nil), ("2026-03-01", .moment),
        ("2026-03-01T10:00:00Z", .date), ("1e30", .epochSeconds), ("now", .epochMilliseconds),
        ("2026-03-01 10:00:00Z", .localMoment), ("1899-12-31", nil),
    ])
    func whatIsNoDate(_ text: String, _ format: DateFormat?) {
        let value: FieldValue = format == .calendarObject ? .structure(text) : .text(text)
        #expect(throws: MappingFault.self) { try day(value, format, stream: "UTC") }
    }

    private func day(
        _ value: FieldValue, _ format: DateFormat? = nil, field: String? = nil, stream: String? = nil,
        source: String? = nil
    ) throws -> String {
        var mapping = StreamMapping(
            stream: "s", object: "O", kind: .milestone,
            fields: ["reachedOn": FieldRule(paths: ["D"], format: format, timeZone: field)],
            constants: ["contract": "c", "milestone": "m"])
        mapping.timeZone = stream
        var batch = RecordBatch(fields: ["D"])
        batch.append([value])
        let body = try StreamMapper(mapping: mapping, sourceTimeZone: source).bound(to: ["D"])
            .map(batch, row: 0, nativeID: "n").body
        guard case .milestone(let fact) = body else { return "\(body)" }
        return fact.reachedOn.description
    }
}
