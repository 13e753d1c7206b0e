import Model
import Testing

@testable import Daemon

@Suite struct ReadingScheduleTests {
    @Test func aSourceIsDueAtOnceAndThenByItsOwnRhythm() {
        var schedule = ReadingSchedule(everyMinutes: ["crm": 60, "billing": 5])
        let start = Instant(milliseconds: 0)
        #expect(schedule.due(at: start) == ["crm", "billing"])
        #expect(schedule.due(at: start.adding(seconds: 299)) == [])
        #expect(schedule.due(at: start.adding(seconds: 300)) == ["billing"])
        #expect(schedule.due(at: start.adding(seconds: 3600)) == ["crm", "billing"])
    }
}
