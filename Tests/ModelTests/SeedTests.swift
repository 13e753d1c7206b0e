import Model
import Testing

@Suite struct SeedTests {
    @Test func isThirtyTwoHexadecimalDigits() throws {
        let seed = try #require(Seed(hex: "000102030405060708090A0b0c0d0e0f"))
        #expect(seed.bytes == Array(0...15))
        #expect(seed.description == "000102030405060708090a0b0c0d0e0f")
        for text in ["", "00", "000102030405060708090a0b0c0d0e0g", "000102030405060708090a0b0c0d0e0f0"] {
            #expect(Seed(hex: text) == nil)
        }
    }

    @Test func generatedSeedsDiffer() {
        var generator = SystemRandomNumberGenerator()
        let seeds = (0..<100).map { _ in Seed(using: &generator) }
        #expect(Set(seeds).count == 100)
        #expect(seeds.allSatisfy { $0.bytes.count == 16 })
    }
}

@Suite struct ScheduleTests {
    @Test func looksFallEveryFewWeeksAndAtTheEnd() throws {
        let starts = try #require(Day(iso: "2026-07-06"))
        func looks(weeks: Int, every: Int) -> [Int] {
            Schedule(starts: starts, weeks: weeks, enrolUntil: starts, lookEveryWeeks: every)
                .lookDates.map { $0 - starts }
        }
        #expect(looks(weeks: 12, every: 4) == [28, 56, 84])
        #expect(looks(weeks: 10, every: 4) == [28, 56, 70])
        #expect(looks(weeks: 3, every: 4) == [21])
    }
}
