import Model
import Testing

@testable import Reporting

@Suite struct SourcesPageTests {
    private static let now = Instant(milliseconds: 1_772_366_400_000)

    private func stream(_ name: String, _ change: (inout StreamStatus) -> Void = { _ in }) -> StreamStatus {
        var status = StreamStatus(
            source: Source.Name("crm"), stream: name,
            completedThrough: Self.now.adding(seconds: -7200), facts: 5, quarantined: 2, lastError: nil)
        change(&status)
        return status
    }

    private func html(_ streams: [StreamStatus], _ events: [RecordedEvent] = []) throws -> String {
        try SourcesPage(now: Self.now, streams: streams, events: events, isPractice: false).html()
    }

    @Test func saysHowFarBehindAStreamIsAndWhatItCosts() throws {
        let page = try html([stream("contracts") { $0.quota = Quota(used: 18, limit: 5000) }])
        #expect(page.contains("2 h") && page.contains("18 of 5000") && page.contains("read well"))
    }

    @Test func theHoldCountsBeforeTheError() throws {
        let page = try html([
            stream("contracts") {
                $0.lastError = "status 500"
                $0.hold = "30 of 100 records are no longer listed"
            }, stream("partners"),
        ])
        #expect(page.contains("held until somebody has looked: 30 of 100"))
        #expect(page.contains("1 stream of 2 cannot be read as planned") && !page.contains("status 500"))
    }

    @Test func aThrottleThatIsOverIsNoTrouble() throws {
        let over = stream("contracts") { $0.throttledUntil = Self.now.adding(seconds: -1) }
        #expect(try !html([over]).contains("throttled"))
        let going = stream("contracts") { $0.throttledUntil = Self.now.adding(seconds: 90) }
        #expect(try html([going]).contains("throttled until 2026-03-01T12:01:30Z"))
    }

    @Test func whatASourceCallsItselfIsOnlyText() throws {
        let hostile = RecordedEvent(
            source: Source.Name("crm"), stream: "<script>alert(1)</script>", at: Self.now,
            event: StreamEvent(.held, "a & b <i>"))
        let page = try html([stream("<b>x</b>")], [hostile])
        #expect(!page.contains("<script>") && !page.contains("<b>x") && !page.contains("<i>"))
        #expect(page.contains("Look at this: a &amp; b &lt;i&gt;"))
    }
}
