import Model
import Testing

@testable import Ingestion

@Suite struct ReconciliationTests {
    private func loaded(_ count: Int, listsIdentities: Bool = true) async throws -> (
        ScriptedSource, MemoryBook
    ) {
        let source = ScriptedSource(
            windows(listsIdentities: listsIdentities), times: [at(0)],
            [.page((1...count).map { "r\($0)=1" }, next: nil)])
        let book = MemoryBook()
        try await read(source, into: book, now: at(0))
        return (source, book)
    }

    @Test func whatIsNoLongerListedIsDeletedOnceLaterChangesHaveConfirmedIt() async throws {
        let (source, book) = try await loaded(40)
        // r1 is gone; r2 was edited while the ids were read and is missing from the list.
        let listed = (3...40).map { "r\($0)" }
        source.answer(
            [.page([], next: nil), .all(listed)], at: [at(8 * day), at(8 * day + 30)])
        try await read(source, into: book, now: at(8 * day))
        #expect(source.asked == ["changes -660-691140", "identities 691140"])
        #expect(book.now.live.count == 40)
        source.answer([.page(["r2=9"], next: nil)], at: [at(8 * day + 3600)])
        try await read(source, into: book, now: at(8 * day + 3600))
        #expect(book.now.live.count == 39 && book.now.live["r1"] == nil && book.now.live["r2"] == "9")
        #expect(book.now.sweep.isEmpty)
        // The next one is due in a week.
        source.answer([.page([], next: nil)], at: [at(9 * day)])
        try await read(source, into: book, now: at(9 * day))
        #expect(source.asked.count == 1)
    }

    @Test func whatTheBookLacksIsFetchedAtOnce() async throws {
        let (source, book) = try await loaded(40)
        let listed = (1...41).map { "r\($0)" }
        source.answer(
            [.page([], next: nil), .all(listed)], at: [at(8 * day), at(8 * day + 30)])
        try await read(source, into: book, now: at(8 * day))
        source.answer(
            [.page([], next: nil), .all((1...41).map { "r\($0)=1" }), .all(listed)],
            at: [at(8 * day + 3600)])
        try await read(source, into: book, now: at(8 * day + 3600))
        #expect(source.asked == ["changes 690540-694740", "full 694740", "identities 694740"])
        #expect(book.now.live["r41"] == "1")
        #expect(book.events.contains { $0.kind == .missingInBook && $0.detail.hasPrefix("1 records") })
        #expect(book.now.lost.isEmpty)
    }

    @Test func aRowThatIsSetAsideIsNotMissingInTheBook() async throws {
        let (source, book) = try await loaded(40)
        source.answer(
            [.page(["x=bad"], next: nil), .all(["x"] + (1...40).map { "r\($0)" })],
            at: [at(8 * day), at(8 * day + 30)])
        try await read(source, into: book, now: at(8 * day))
        source.answer([.page([], next: nil)], at: [at(8 * day + 3600)])
        try await read(source, into: book, now: at(8 * day + 3600))
        #expect(source.asked.count == 1 && book.now.quarantined.keys.contains("x"))
    }

    @Test func aSourceThatListsNoIdsIsReadWhollyEveryWeek() async throws {
        let (source, book) = try await loaded(40, listsIdentities: false)
        source.answer([.page([], next: nil)], at: [at(6 * day)])
        try await read(source, into: book, now: at(6 * day))
        #expect(source.asked == ["changes -660-518340"])
        source.answer(
            [.all((1...39).map { "r\($0)=1" })], at: [at(7 * day), at(7 * day + 5)])
        try await read(source, into: book, now: at(7 * day))
        #expect(source.asked == ["full 604740"])
        source.answer([.page([], next: nil)], at: [at(7 * day + 3600)])
        try await read(source, into: book, now: at(7 * day + 3600))
        #expect(book.now.live.count == 39)
    }

    @Test func aThirdThatVanishesIsHeldUntilSomebodyAllowsIt() async throws {
        let (source, book) = try await loaded(30)
        let answers: [ScriptedSource.Answer] = [
            .page([], next: nil), .all((1...20).map { "r\($0)" }),
        ]
        for round in 0..<2 {
            let now = 8 * day + Double(round) * 3600
            source.answer(answers, at: [at(now), at(now + 30)])
            let ended = await failure { try await read(source, into: book, now: at(now)) }
            #expect(ended.kind == .massChange)
            #expect(ended.detail.contains("10 of 30 records are no longer listed"))
            #expect(book.now.live.count == 30 && book.now.sweep.isEmpty)
            #expect(book.pages.last?.part?.hold?.contains("10 of 30") == true)
            #expect(source.asked.last?.hasPrefix("identities") == true)
        }
        let now = 8 * day + 3 * 3600
        source.answer(answers, at: [at(now), at(now + 30)])
        try await read(source, into: book, now: at(now), accepts: true)
        source.answer([.page([], next: nil)], at: [at(now + 3600)])
        // What was allowed then needs no second word.
        try await read(source, into: book, now: at(now + 3600))
        #expect(book.now.live.count == 20)
    }

    @Test func aSourceThatRecoversIsHeldNoLonger() async throws {
        let (source, book) = try await loaded(30)
        source.answer(
            [.page([], next: nil), .all(["r1"])], at: [at(8 * day), at(8 * day + 30)])
        _ = await failure { try await read(source, into: book, now: at(8 * day)) }
        source.answer(
            [.page([], next: nil), .all((1...30).map { "r\($0)" })],
            at: [at(8 * day + 3600), at(8 * day + 3630)])
        try await read(source, into: book, now: at(8 * day + 3600))
        #expect(book.now.live.count == 30)
    }

    @Test func deletionsOfOneRunAreAppliedTogetherOrHeld() async throws {
        for (count, kind) in [(5, SourceError.Kind?.none), (6, .massChange)] {
            let (source, book) = try await loaded(100)
            let gone = (1...count).map { "r\($0)" }
            source.answer(
                [.gone(Array(gone.prefix(3)), next: "x"), .gone(Array(gone.dropFirst(3)), next: nil)],
                at: [at(1000)])
            let ended = await failure { try await read(source, into: book, now: at(1000)) }
            #expect(ended.kind == kind)
            #expect(book.now.live.count == (kind == nil ? 95 : 100))
            #expect((book.now.completedThrough == at(940)) == (kind == nil))
        }
    }

    @Test func tooManyRowsSetAsideStopTheRunUntilTheyFit() async throws {
        let (source, book) = try await loaded(1)
        let good = (1...200).map { "g\($0)=1" }
        let bad = (1...51).map { "b\($0)=bad" }
        source.answer([.page(good, next: "x"), .page(bad, next: nil)], at: [at(1000)])
        let ended = await failure { try await read(source, into: book, now: at(1000)) }
        #expect(ended.kind == .unmappable)
        #expect(ended.detail.contains("51 of 251 rows set aside; the first: field 'v' does not fit"))
        // The fault's own words may quote the row; they stay with it.
        #expect(!ended.detail.contains("is bad"))
        #expect(book.now.live.count == 201 && book.now.quarantined.count == 51)
        #expect(book.now.completedThrough == at(-60))
        // The page was not passed: what is right now is read.
        source.answer(
            [.page((1...51).map { "b\($0)=1" }, next: nil), .page([], next: nil)], at: [at(2000)])
        try await read(source, into: book, now: at(2000))
        #expect(source.asked == ["changes -660-940 after x", "changes 340-1940"])
        #expect(book.now.live.count == 252 && book.now.quarantined.isEmpty)
    }
}
