import Model
import Testing

@testable import Ingestion

@Suite struct LoopFaultTests {
    private func loaded(_ plan: StreamPlan = windows(listsIdentities: true), count: Int = 3) async throws -> (
        ScriptedSource, MemoryBook
    ) {
        let source = ScriptedSource(
            plan, times: [at(0)], [.page((1...count).map { "r\($0)=1" }, next: nil)])
        let book = MemoryBook()
        try await read(source, into: book, now: at(0))
        return (source, book)
    }

    @Test func theClaimDoesNotMoveBackWithTheServersClock() async throws {
        let (source, book) = try await loaded()
        source.answer([.page([], next: nil)], at: [at(-3000)])
        try await read(source, into: book, now: at(-3000))
        // 3000 s back: the window reaches back by as much, and its end stays.
        #expect(source.asked == ["changes -3660--60"])
        #expect(book.now.completedThrough == at(-60))
        #expect(book.events.last?.kind == .clockMovedBack)
        source.answer([.page([], next: nil)], at: [at(1000)])
        try await read(source, into: book, now: at(1000))
        #expect(source.asked == ["changes -3660-940"])
        source.answer([.page([], next: nil)], at: [at(2000)])
        try await read(source, into: book, now: at(2000))
        #expect(source.asked == ["changes 340-1940"])
    }

    @Test func aClockAheadOfThisMachinesIsNotBelieved() async throws {
        let (source, book) = try await loaded()
        source.answer([.page([], next: nil)], at: [at(5000)])
        try await read(source, into: book, now: at(1000))
        // Believed up to 300 s ahead; the window reaches back by the 4000 s between the clocks.
        #expect(source.asked == ["changes -4660-1240"])
        #expect(book.events.last?.kind == .clockSkew)
    }

    @Test func thePositionThatComesTwiceIsALoop() async throws {
        let (source, book) = try await loaded()
        source.answer(
            [.page(["r1=2"], next: "x"), .page(["r2=2"], next: "y"), .page(["r3=2"], next: "x")],
            at: [at(1000)])
        let ended = await failure { try await read(source, into: book, now: at(1000)) }
        #expect(ended.kind == .pageLoop && ended.detail.contains("same position twice"))
        // What was read before stays.
        #expect(book.now.live["r2"] == "2" && book.now.completedThrough == at(-60))
    }

    @Test func aLongCircleIsFoundInConstantSpace() {
        var positions = PositionGuard()
        var repeatedAt: Int?
        for step in 0..<5000 where repeatedAt == nil {
            let position = step < 100 ? step : 100 + (step - 100) % 700
            if positions.isRepeated(Position("p\(position)")) { repeatedAt = step }
        }
        #expect(repeatedAt.map { $0 > 800 && $0 < 3 * 800 } == true)
        var straight = PositionGuard()
        #expect(!(0..<5000).contains { straight.isRepeated(Position("p\($0)")) })
    }

    @Test func tenEmptyPagesPassAndElevenDoNot() async throws {
        for (count, kind) in [(10, SourceError.Kind?.none), (11, .pageLoop)] {
            let (source, book) = try await loaded()
            let empty = (0..<count).map { ScriptedSource.Answer.page([], next: "p\($0)") }
            source.answer(empty + [.page(["r9=1"], next: nil)], at: [at(1000)])
            let ended = await failure { try await read(source, into: book, now: at(1000)) }
            #expect(ended.kind == kind)
            #expect((book.now.live["r9"] == "1") == (kind == nil))
        }
    }

    @Test func aChainThatLacksRowsIsReadAgainAndThenRed() async throws {
        let (source, book) = try await loaded()
        source.answer(
            [
                .page(["r1=2"], next: "x", count: .chain(total: 3, starts: true)),
                .page(["r2=2"], next: nil, count: .chain(total: 3, starts: false)),
                .page(["r1=2"], next: "x", count: .chain(total: 3, starts: true)),
                .page(["r2=2", "r3=2"], next: nil, count: .chain(total: 3, starts: false)),
            ], at: [at(1000)])
        try await read(source, into: book, now: at(1000))
        #expect(book.now.completedThrough == at(940) && book.now.live["r3"] == "2")
        #expect(book.events.last?.kind == .walkRepeated)

        let short: [ScriptedSource.Answer] = [
            .page(["r1=3"], next: nil, count: .chain(total: 3, starts: true)),
            .page(["r1=3"], next: nil, count: .chain(total: 3, starts: true)),
        ]
        source.answer(short, at: [at(2000)])
        let ended = await failure { try await read(source, into: book, now: at(2000)) }
        #expect(ended.kind == .incomplete && ended.detail.contains("2 of 3 rows are missing"))
        #expect(book.now.completedThrough == at(940) && book.now.live["r1"] == "3")
        // The next call tries the same window twice again, and then what is due since.
        source.answer(
            [.page(["r1=3"], next: nil, count: .remaining(1)), .page([], next: nil, count: .remaining(0))],
            at: [at(3000)])
        try await read(source, into: book, now: at(3000))
        #expect(source.asked == ["changes 340-1940", "changes 1340-2940"])
        #expect(book.now.completedThrough == at(2940))
    }

    @Test func remainingRowsThatDoNotComeAreMissing() async throws {
        let (source, book) = try await loaded()
        source.answer(
            [
                .page(["r1=2"], next: "x", count: .remaining(4)),
                .page(["r2=2"], next: nil, count: .remaining(3)),
                .page(["r1=2"], next: "x", count: .remaining(4)),
                .page(["r2=2"], next: nil, count: .remaining(3)),
            ], at: [at(1000)])
        let ended = await failure { try await read(source, into: book, now: at(1000)) }
        #expect(ended.kind == .incomplete && ended.detail.contains("2 of 4 rows are missing, 2 were read"))
    }

    @Test func aWindowThatIsTooLargeIsHalvedUntilItPasses() async throws {
        let (source, book) = try await loaded()
        source.answer(
            [
                .fault(.tooLarge), .fault(.tooLarge), .page(["r1=2"], next: nil), .page([], next: nil),
                .page(["r2=2"], next: nil),
            ], at: [at(1060)])
        try await read(source, into: book, now: at(1060))
        #expect(
            source.asked == [
                "changes -660-1000", "changes -660-170", "changes -660--245", "changes -245-170",
                "changes 170-1000",
            ])
        #expect(book.now.completedThrough == at(1000) && book.now.live["r2"] == "2")
    }

    @Test func aForgottenPositionBeginsTheWalkAgain() async throws {
        let (source, book) = try await loaded()
        source.answer(
            [
                .page(["r1=2"], next: "x"), .fault(.forgottenPosition), .page(["r1=2"], next: "x"),
                .page(["r2=2"], next: nil),
            ], at: [at(1000)])
        try await read(source, into: book, now: at(1000))
        #expect(
            source.asked == [
                "changes -660-940", "changes -660-940 after x", "changes -660-940",
                "changes -660-940 after x",
            ])
        #expect(book.events.map(\.kind).contains(.walkRestarted))
    }

    @Test func anAnswerThatCannotBeTrustedIsAskedForOnceMore() async throws {
        let (source, book) = try await loaded()
        source.answer([.fault(.malformed), .page(["r1=2"], next: nil)], at: [at(1000)])
        try await read(source, into: book, now: at(1000))
        #expect(book.now.live["r1"] == "2")
        source.answer([.fault(.malformed), .fault(.malformed)], at: [at(2000)])
        let ended = await failure { try await read(source, into: book, now: at(2000)) }
        #expect(ended.kind == .malformed && source.asked.count == 2)
    }

    @Test func aFirstLoadGoesOnAtThePageAfterTheLastOneStored() async throws {
        let source = ScriptedSource(
            windows(listsIdentities: true), times: [at(0)],
            [.page(["a=1"], next: "2"), .page(["b=1"], next: "3"), .fault(.unreachable)])
        let book = MemoryBook()
        let ended = await failure { try await read(source, into: book, now: at(0)) }
        #expect(ended.kind == .unreachable && book.now.live == ["a": "1", "b": "1"])
        source.answer([.page(["c=1"], next: nil), .page([], next: nil)], at: [at(5000)])
        try await read(source, into: book, now: at(5000))
        #expect(source.asked == ["full -60 after 3", "changes -660-4940"])
        #expect(book.now.live.count == 3 && book.now.completedThrough == at(4940))
    }

    @Test func theSameRowTwiceOnAPageCountsOnceAndIsTold() async throws {
        let (source, book) = try await loaded()
        source.answer([.page(["r1=2", "r1=3"], next: nil)], at: [at(1000)])
        let summary = try await read(source, into: book, now: at(1000))
        #expect(summary.rows == 2 && book.now.live["r1"] == "3")
        #expect(book.pages.last?.part?.duplicates == 1)
    }
}
