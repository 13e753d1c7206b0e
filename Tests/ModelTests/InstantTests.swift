import Foundation
import Model
import Testing

@Suite struct InstantTests {
    @Test(arguments: [
        ("2026-07-06T10:20:30Z", "2026-07-06T10:20:30Z"),
        ("2026-07-06T10:20:30.000+0000", "2026-07-06T10:20:30Z"),  // Salesforce
        ("2026-07-06T10:20:30.125Z", "2026-07-06T10:20:30.125Z"),  // HubSpot
        ("2026-07-06T10:20:30.5Z", "2026-07-06T10:20:30.500Z"),
        ("2026-07-06T10:20:30.1239999Z", "2026-07-06T10:20:30.123Z"),  // Dataverse, truncated
        ("2026-07-06T12:20:30+02:00", "2026-07-06T10:20:30Z"),
        ("2026-07-05T23:50:30-1030", "2026-07-06T10:20:30Z"),
        ("2026-07-06 10:20:30z", "2026-07-06T10:20:30Z"),
        ("1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"),
        ("2026-12-31T23:59:60Z", "2027-01-01T00:00:00Z"),  // a leap second is the next minute's first
    ])
    func readsTheFormsThatCRMsSend(text: String, expected: String) throws {
        #expect(try #require(Instant(iso: text)).description == expected)
    }

    @Test(arguments: [
        "2026-07-06T10:20:30", "2026-07-06", "2026-07-06T10:20Z", "2026-07-06T24:00:00Z",
        "2026-07-06T10:60:00Z", "2026-07-06T10:20:61Z", "2026-02-30T10:20:30Z", "2026-07-06T10:20:30.Z",
        "2026-07-06T10:20:30+2", "2026-07-06T10:20:30+02", "2026-07-06T10:20:30+25:00",
        "2026-07-06T10:20:30+02:60", "2026-07-06T10:20:30Zulu", "2026-07-06T10:20:30 UTC",
        "2026-07-06x10:20:30Z", "", "1783333230000",
    ])
    func refusesWhatIsNoMoment(text: String) {
        #expect(Instant(iso: text) == nil)
    }

    @Test func everyMillisecondSurvivesItsText() throws {
        for step in 0..<2000 as Range<Int64> {
            let instant = Instant(milliseconds: (step - 1000) * 86_399_937)
            #expect(Instant(iso: instant.description) == instant, "\(instant)")
        }
    }

    @Test func jsonRoundTripsAndRefusesLocalTimes() throws {
        let instant = Instant(milliseconds: 1_783_333_230_125)
        let bytes = try CanonicalJSON.encode([instant])
        #expect(String(decoding: bytes, as: UTF8.self) == #"["2026-07-06T10:20:30.125Z"]"#)
        #expect(try CanonicalJSON.decode([Instant].self, from: bytes) == [instant])
        #expect(throws: DecodingError.self) {
            try CanonicalJSON.decode([Instant].self, from: Data(#"["2026-07-06T10:20:30"]"#.utf8))
        }
    }

    @Test func secondsAreAddedToTheMillisecond() {
        #expect(Instant(milliseconds: 1000).adding(seconds: 1.5).milliseconds == 2500)
        #expect(Instant(milliseconds: 1000).adding(seconds: -2).milliseconds == -1000)
    }
}
