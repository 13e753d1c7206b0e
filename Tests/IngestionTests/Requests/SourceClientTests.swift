import Model
import Synchronization
import TestServers
import Testing
import Transport

@testable import Ingestion

@Suite struct SourceClientTests {
    @Test func repeatsWithBackoffUntilItSucceeds() async throws {
        let bench = try Bench([.answer(503), [.reset], .answer(500), .answer(200, "page")])
        defer { bench.server.stop() }
        let response = try await bench.client.send(bench.get())
        #expect(response.body == Array("page".utf8))
        #expect(bench.time.sleeps == [0.5, 1, 2])
        let meter = await bench.client.meter()
        #expect(meter.requests == 4 && meter.bytes == 4 && meter.throttledSeconds == 0)
        #expect(meter.repeats == [.serverFault: 2, .unreachable: 1])
    }

    @Test func givesUpAfterSixTries() async throws {
        let bench = try Bench([.answer(500, "down for repairs")])
        defer { bench.server.stop() }
        let error = await sourceError { _ = try await bench.client.send(bench.get()) }
        #expect(error?.kind == .serverFault && bench.server.requests.count == 6)
        #expect(
            error?.detail
                == "reading stream 'contracts': status 500, down for repairs (tried 6 times)")
        #expect(bench.time.sleeps == [0.5, 1, 2, 4, 8])
    }

    @Test(arguments: ["7", "Fri, 15 Jan 2027 08:00:07 GMT"])
    func waitsAsLongAsItIsAskedTo(_ retryAfter: String) async throws {
        // 1,800,000,000 s after 1970.
        let date = "Fri, 15 Jan 2027 08:00:00 GMT"
        let bench = try Bench([
            .answer(429, headers: [("Retry-After", retryAfter), ("Date", date)]), .answer(200),
        ])
        defer { bench.server.stop() }
        _ = try await bench.client.send(bench.get())
        #expect(bench.time.sleeps == [7])
        let meter = await bench.client.meter()
        #expect(meter.throttledSeconds == 7 && meter.repeats == [.throttled: 1])
    }

    @Test func aDateIsComparedWithOurClockWhereTheServerTellsNone() async throws {
        let bench = try Bench([
            .answer(503, headers: [("Retry-After", "Fri, 15 Jan 2027 08:01:30 GMT")]), .answer(200),
        ])
        defer { bench.server.stop() }
        _ = try await bench.client.send(bench.get())
        #expect(bench.time.sleeps == [90])
    }

    /// Two requests, one asked to wait: the other waits as well.
    @Test func theFloorHoldsForAllRequestsOfTheSource() async throws {
        let held = HeldSleeps()
        let time = ManualTime()
        let script = Script([.answer(429, headers: [("Retry-After", "100")]), .answer(200)])
        let bench = try Bench(
            time: time,
            environment: SourceEnvironment(
                now: { time.instant }, sleep: { await held.sleep($0) }, random: { 0.5 })
        ) { _ in script.next() }
        defer { bench.server.stop() }
        var beginnings = held.beginnings.makeAsyncIterator()
        let first = Task { try await bench.client.send(bench.get("/1")).status }
        #expect(await beginnings.next() == 100)
        time.elapsed = 30
        let second = Task { try await bench.client.send(bench.get("/2")).status }
        #expect(await beginnings.next() == 70)
        #expect(bench.server.requests.map(\.target) == ["/1"])
        let until = await bench.client.meter().throttledUntil
        #expect(until == Instant(iso: "2027-01-15T08:01:40Z"))
        time.elapsed = 100
        held.end()
        #expect(try await first.value == 200)
        #expect(try await second.value == 200)
        #expect(bench.server.requests.count == 3)
        #expect(await bench.client.meter().throttledUntil == nil)
    }

    @Test func aSourceThatAsksForMoreThanAQuarterOfAnHourIsParked() async throws {
        let bench = try Bench([.answer(429, headers: [("Retry-After", "3600")]), .answer(200)])
        defer { bench.server.stop() }
        let error = await sourceError { _ = try await bench.client.send(bench.get()) }
        #expect(error?.kind == .throttled(seconds: 3600))
        #expect(
            error?.detail
                == "reading stream 'contracts': throttled until 2027-01-15T09:00:00Z")
        bench.time.elapsed = 600
        let next = await sourceError { _ = try await bench.client.send(bench.get()) }
        #expect(next?.kind == .throttled(seconds: 3000))
        #expect(bench.server.requests.count == 1 && bench.time.sleeps.isEmpty)
        // What is left is worth waiting for.
        bench.time.elapsed = 3590
        #expect(try await bench.client.send(bench.get()).status == 200)
        #expect(bench.time.sleeps == [10])
    }

    @Test func aJobIsNotStartedTwice() async throws {
        for answer in [.answer(500), [.reset]] as [[ScriptedServer.Step]] {
            let bench = try Bench([answer])
            defer { bench.server.stop() }
            let error = await sourceError { _ = try await bench.client.send(bench.job) }
            #expect(error != nil && bench.server.requests.count == 1)
        }
        let throttled = try Bench([.answer(429, headers: [("Retry-After", "1")]), .answer(201)])
        defer { throttled.server.stop() }
        #expect(try await throttled.client.send(throttled.job).status == 201)
    }

    @Test func anExpiredTokenIsReplacedAndTheRequestReplayedOnce() async throws {
        let authorizer = CountingAuthorizer()
        let bench = try Bench(authorizer: authorizer) {
            $0.headers["authorization"] == "Bearer token-1" ? .answer(401) : .answer(200)
        }
        defer { bench.server.stop() }
        #expect(try await bench.client.send(bench.job).status == 200)
        #expect(
            bench.server.requests.map { $0.headers["authorization"] } == ["Bearer token-1", "Bearer token-2"])
        #expect(await bench.client.meter().repeats == [.expiredToken: 1])
        #expect(bench.time.sleeps.isEmpty)
    }

    @Test func aTokenRefusedRightAfterItWasFetchedIsFinal() async throws {
        let bench = try Bench([.answer(401, "expired")], authorizer: CountingAuthorizer())
        defer { bench.server.stop() }
        let error = await sourceError { _ = try await bench.client.send(bench.get()) }
        #expect(error?.kind == .unauthorized && error?.isRetryable == false)
        #expect(bench.server.requests.count == 2)
        #expect(error?.detail.contains("just been fetched") == true)
    }

    @Test func fixedCredentialsThatAreRefusedAreNotSentAgain() async throws {
        let bench = try Bench([.answer(401, "no such key")])
        defer { bench.server.stop() }
        let error = await sourceError { _ = try await bench.client.send(bench.get()) }
        #expect(error?.kind == .unauthorized && bench.server.requests.count == 1)
        #expect(error?.detail == "reading stream 'contracts': status 401, no such key")
    }

    @Test func stopsAskingASourceThatIsDownAndTriesAgain() async throws {
        let isUp = Mutex(false)
        let bench = try Bench(pace: SourcePace(attempts: 2, breakAfter: 3, breakFor: 60)) { _ in
            isUp.withLock { $0 } ? .answer(200) : .answer(500)
        }
        defer { bench.server.stop() }
        // Two tries, then the third failure opens the breaker and there is no fourth.
        let first = await sourceError { _ = try await bench.client.send(bench.get()) }
        #expect(first?.kind == .serverFault)
        let second = await sourceError { _ = try await bench.client.send(bench.get()) }
        #expect(second?.kind == .unreachable && bench.server.requests.count == 3)
        #expect(second?.detail.contains("3 requests in a row have failed") == true)
        #expect(await bench.client.meter().pausedUntil != nil)
        bench.time.elapsed += 59
        let third = await sourceError { _ = try await bench.client.send(bench.get()) }
        #expect(third?.kind == .unreachable && bench.server.requests.count == 3)
        isUp.withLock { $0 = true }
        bench.time.elapsed += 1
        #expect(try await bench.client.send(bench.get()).status == 200)
        #expect(await bench.client.meter().pausedUntil == nil)
    }

    @Test func refusalsDoNotOpenTheBreaker() async throws {
        let bench = try Bench([.answer(404)], pace: SourcePace(breakAfter: 1))
        defer { bench.server.stop() }
        for count in 1...3 {
            let error = await sourceError { _ = try await bench.client.send(bench.get()) }
            #expect(error?.kind == .malformed && bench.server.requests.count == count)
        }
    }

    @Test func theBudgetIsNotOverdrawn() async throws {
        let bench = try Bench([.answer(200)], pace: SourcePace(requestsPerDay: 5, reserve: 0.4))
        defer { bench.server.stop() }
        for _ in 0..<3 { _ = try await bench.client.send(bench.get()) }
        let error = await sourceError { _ = try await bench.client.send(bench.get()) }
        #expect(error?.kind == .budgetSpent && bench.server.requests.count == 3)
        var urgent = bench.get()
        urgent.isUrgent = true
        for _ in 0..<2 { _ = try await bench.client.send(urgent) }
        let late = await sourceError { [urgent] in _ = try await bench.client.send(urgent) }
        #expect(late?.kind == .budgetSpent && bench.server.requests.count == 5)
        bench.time.elapsed = 86_400
        #expect(try await bench.client.send(bench.get()).status == 200)
    }

    @Test func theSourcesQuotaIsKeptInReserve() async throws {
        let bench = try Bench([.answer(200, headers: [("X-Usage", "85/100")])])
        defer { bench.server.stop() }
        _ = try await bench.client.send(bench.get())
        let error = await sourceError { _ = try await bench.client.send(bench.get()) }
        #expect(error?.kind == .budgetSpent && bench.server.requests.count == 1)
        #expect(await bench.client.meter().quota == SourceQuota(used: 85, limit: 100))
    }

    @Test func aLaneIsPaced() async throws {
        let bench = try Bench(
            [.answer(200)], pace: SourcePace(lanes: ["search": [.init(requests: 2, seconds: 1)]]))
        defer { bench.server.stop() }
        for _ in 0..<5 { _ = try await bench.client.send(bench.get(lane: "search")) }
        #expect(bench.time.sleeps == [1, 1])
        for _ in 0..<5 { _ = try await bench.client.send(bench.get()) }
        #expect(bench.time.elapsed == 2)
        #expect(await bench.client.meter().pacedSeconds == 2)
    }

    @Test func noMoreRequestsAreUnderWayThanAllowed() async throws {
        let current = Mutex((now: 0, most: 0))
        let bench = try Bench(pace: SourcePace(concurrency: 2)) { _ in
            current.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
            defer { current.withLock { $0.now -= 1 } }
            return .answer(200)
        }
        defer { bench.server.stop() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await bench.client.send(bench.get()) } }
            try await group.waitForAll()
        }
        #expect(bench.server.requests.count == 20)
        #expect(current.withLock { $0.most } <= 2)
    }

    @Test func cancellationEndsAWait() async throws {
        let bench = try Bench([.answer(503)])
        defer { bench.server.stop() }
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            return await sourceError { _ = try await bench.client.send(bench.get()) }
        }
        #expect(await task.value?.kind == .cancelled)
    }

    @Test func anAnswerWithoutEndNeedsAParserThatNotices() async throws {
        let bench = try Bench([.raw("HTTP/1.1 200 OK\r\n\r\na,b\n1,2\n")])
        defer { bench.server.stop() }
        #expect(try await bench.client.send(bench.get()).isSelfDelimited == false)
        var request = bench.get()
        request.parserSeesEnd = false
        let error = await sourceError { [request] in _ = try await bench.client.send(request) }
        #expect(error?.kind == .malformed && error?.detail.contains("where it ends") == true)
    }

    @Test func theMeterTellsOfThrottlingWhileItLasts() async throws {
        let held = HeldSleeps()
        let time = ManualTime()
        let script = Script([.answer(429, headers: [("Retry-After", "60")]), .answer(200)])
        let bench = try Bench(
            time: time,
            environment: SourceEnvironment(
                now: { time.instant }, sleep: { await held.sleep($0) }, random: { 0.5 })
        ) { _ in script.next() }
        defer { bench.server.stop() }
        var meters = await bench.client.meters().makeAsyncIterator()
        #expect(await meters.next()?.requests == 0)
        let task = Task { try await bench.client.send(bench.get()).status }
        var beginnings = held.beginnings.makeAsyncIterator()
        #expect(await beginnings.next() == 60)
        let meter = await meters.next()
        #expect(meter?.throttledUntil == Instant(iso: "2027-01-15T08:01:00Z") && meter?.requests == 1)
        time.elapsed = 60
        held.end()
        #expect(try await task.value == 200)
    }
}
