import Testing

@testable import Ingestion

@Suite struct PaceTests {
    @Test func aRateThatLetsNothingPassIsNoRate() async {
        await #expect(processExitsWith: .failure) { _ = SourcePace.Rate(requests: 0, seconds: 1) }
        await #expect(processExitsWith: .success) { _ = SourcePace.Rate(requests: 1, seconds: 0) }
    }

    @Test func theBoundOfABackoffDoublesUpToAMinute() {
        let expected = [0.5, 1, 2, 4, 8, 16, 30, 30, 30]
        #expect((1...9).map { Backoff.delay(after: $0, random: 0.5) } == expected)
        #expect(Backoff.delay(after: 3, random: 0) == 0)
        #expect(Backoff.delay(after: .max, random: 0.25) == 15)
    }

    @Test func requestsStartWhenTheirWindowHasRoom() {
        let pace = SourcePace(lanes: ["search": [.init(requests: 2, seconds: 1)]])
        var plan = RatePlan(pace)
        let starts = (0..<5).map { _ in plan.reserve(lane: "search", at: 10) }
        #expect(starts == [10, 10, 11, 11, 12])
        #expect(plan.reserve(lane: nil, at: 10) == 10)
        #expect(plan.reserve(lane: "search", at: 20) == 20)
    }

    @Test func aLaneKeepsToTheGeneralRateToo() {
        let pace = SourcePace(
            rates: [.init(requests: 3, seconds: 10)], lanes: ["search": [.init(requests: 2, seconds: 1)]])
        var plan = RatePlan(pace)
        let starts = (0..<7).map { _ in plan.reserve(lane: "search", at: 0) }
        #expect(starts == [0, 0, 1, 10, 10, 11, 20])
    }

    @Test func noWindowEverHoldsMoreThanItsRate() {
        let rates = [SourcePace.Rate(requests: 5, seconds: 1), .init(requests: 12, seconds: 4)]
        var plan = RatePlan(SourcePace(rates: rates))
        var now = 0.0
        var starts: [Double] = []
        for step in 0..<300 {
            let start = plan.reserve(lane: nil, at: now)
            starts.append(start)
            now = max(now, start) + Double(step % 7) * 0.03
        }
        for rate in rates {
            for index in starts.indices.dropFirst(rate.requests) {
                #expect(starts[index] - starts[index - rate.requests] >= rate.seconds - 1e-9)
            }
        }
    }

    @Test func aClockSetBackDoesNotHoldRequestsUp() {
        var plan = RatePlan(SourcePace(rates: [.init(requests: 1, seconds: 10)]))
        #expect(plan.reserve(lane: nil, at: 5000) == 5000)
        #expect(plan.reserve(lane: nil, at: 100) == 100)
        #expect(plan.reserve(lane: nil, at: 101) == 110)
    }

    @Test func partOfTheDailyBudgetIsKeptForUrgentRequests() {
        var budget = DailyBudget(SourcePace(requestsPerDay: 10, reserve: 0.2))
        for _ in 0..<8 {
            #expect(budget.refusal(isUrgent: false, at: 0) == nil)
            budget.count(at: 0)
        }
        #expect(budget.refusal(isUrgent: false, at: 3599) == .ownBudget(used: 8, allowed: 8))
        for _ in 0..<2 {
            #expect(budget.refusal(isUrgent: true, at: 10) == nil)
            budget.count(at: 10)
        }
        #expect(budget.refusal(isUrgent: true, at: 10) == .ownBudget(used: 10, allowed: 10))
        #expect(budget.refusal(isUrgent: true, at: 86_399) != nil)
        #expect(budget.refusal(isUrgent: false, at: 86_400) == nil)
    }

    @Test func theSourcesOwnQuotaIsLeftInReserveAndAskedAboutAgain() {
        var budget = DailyBudget(SourcePace(reserve: 0.2))
        budget.note(SourceQuota(used: 79, limit: 100), at: 0)
        #expect(budget.refusal(isUrgent: false, at: 1) == nil)
        budget.note(SourceQuota(used: 80, limit: 100), at: 0)
        #expect(budget.refusal(isUrgent: false, at: 1) == .sourceQuota(SourceQuota(used: 80, limit: 100)))
        #expect(budget.refusal(isUrgent: true, at: 1) == nil)
        #expect(budget.refusal(isUrgent: false, at: 899) != nil)
        #expect(budget.refusal(isUrgent: false, at: 900) == nil)
    }

    @Test func aThrottleMovesOnlyForwardAndEndsWithTheClock() {
        var throttle = Throttle()
        #expect(throttle.remaining(at: 0) == nil)
        throttle.ask(100, at: 0)
        throttle.ask(10, at: 0)
        #expect(throttle.remaining(at: 40) == 60)
        #expect(throttle.remaining(at: 100) == nil)
        throttle.ask(-5, at: 200)
        #expect(throttle.remaining(at: 200) == nil)
        throttle.ask(1e12, at: 200)
        #expect(throttle.remaining(at: 200) == 86_400)
        // The clock is set back by a year.
        #expect(throttle.remaining(at: -31_536_000) == 86_400)
    }
}

@Suite struct CircuitBreakerTests {
    let pace = SourcePace(longestWait: 200, breakAfter: 3, breakFor: 60)

    @Test func opensAfterFailuresInARowAndTriesWithOne() {
        var breaker = CircuitBreaker(pace)
        breaker.fail(at: 0)
        breaker.fail(at: 1)
        breaker.succeed()
        for second in 2...4 {
            #expect(breaker.admits(at: Double(second)) == true)
            breaker.fail(at: Double(second))
        }
        #expect(breaker.state == .open(until: 64) && !breaker.admits(at: 63.9))
        #expect(breaker.admits(at: 64) && breaker.state == .halfOpen)
        #expect(breaker.admits(at: 64) == false)
        breaker.succeed()
        #expect(breaker.state == .closed && breaker.failures == 0)
    }

    @Test func aFailedTrialPausesTwiceAsLongUpToTheLongestWait() {
        var breaker = CircuitBreaker(pace)
        for _ in 0..<3 { breaker.fail(at: 0) }
        var now = 60.0
        for pause in [120.0, 200, 200] {
            #expect(breaker.admits(at: now) == true)
            breaker.fail(at: now)
            #expect(breaker.state == .open(until: now + pause))
            now += pause
        }
        #expect(breaker.admits(at: now) == true)
        breaker.succeed()
        for _ in 0..<3 { breaker.fail(at: 1000) }
        #expect(breaker.state == .open(until: 1060))
    }

    @Test func anAbandonedTrialLetsTheNextOneTry() {
        var breaker = CircuitBreaker(pace)
        for _ in 0..<3 { breaker.fail(at: 0) }
        #expect(breaker.admits(at: 60) == true)
        breaker.abandon(at: 61)
        #expect(breaker.admits(at: 61) && breaker.state == .halfOpen)
    }

    @Test func lateFailuresAndClocksSetBackDoNotProlongAPause() {
        var breaker = CircuitBreaker(pace)
        for _ in 0..<3 { breaker.fail(at: 1000) }
        breaker.fail(at: 1050)
        #expect(breaker.state == .open(until: 1060))
        #expect(breaker.admits(at: 10) == true)
    }
}
