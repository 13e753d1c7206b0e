import Model
import Testing

@testable import Ingestion

/// When what a walk did not list counts as gone.
@Suite struct AbsenceTests {
    private func loaded(_ plan: StreamPlan, count: Int = 40) async throws -> (ScriptedSource, MemoryBook) {
        let source = ScriptedSource(plan, times: [at(0)], [.all((1...count).map { "r\($0)=1" })])
        let book = MemoryBook()
        try await read(source, into: book, now: at(0))
        return (source, book)
    }

    @Test func aListNobodyCountedIsConfirmedByASecondOne() async throws {
        let (source, book) = try await loaded(windows(listsIdentities: true))
        func list(_ ids: ClosedRange<Int>) -> ScriptedSource.Answer {
            .page(ids.map { "r\($0)" }, next: nil)
        }
        source.answer([.page([], next: nil), list(3...40)], at: [at(8 * day), at(8 * day + 30)])
        try await read(source, into: book, now: at(8 * day))
        // Changes do not confirm it: a row that a list skipped leaves no trace there.
        source.answer([.page([], next: nil)], at: [at(8 * day + 3600)])
        try await read(source, into: book, now: at(8 * day + 3600))
        #expect(source.asked.count == 1 && book.now.live.count == 40)
        // A day later it is asked again, and r2 is there.
        source.answer(
            [.page([], next: nil), list(2...40)], at: [at(9 * day + 3600), at(9 * day + 3630)])
        try await read(source, into: book, now: at(9 * day + 3600))
        #expect(
            source.asked.last?.hasPrefix("identities") == true)
        #expect(book.now.live.count == 39 && book.now.live["r1"] == nil)
        // No doubt is left: the next list is due in a week.
        source.answer([.page([], next: nil)], at: [at(11 * day)])
        try await read(source, into: book, now: at(11 * day))
        #expect(source.asked.count == 1)
    }

    @Test func anUncountedSnapshotDeletesWhatTwoOfThemLacked() async throws {
        let (source, book) = try await loaded(
            StreamPlan(mapping: partnerMapping, incremental: .snapshot), count: 3)
        for (time, rows, left) in [
            (100.0, ["r1=1"], 3), (200, ["r1=1", "r2=1"], 2), (300, ["r1=1", "r2=1"], 2),
        ] {
            source.answer([.page(rows, next: nil)], at: [at(time)])
            try await read(source, into: book, now: at(time))
            #expect(book.now.live.count == left, "at \(time)")
        }
        #expect(book.now.live["r3"] == nil)
    }

    @Test func aTotalThatChangesWhileItIsPagedIsReadAgainAndThenRed() async throws {
        let (source, book) = try await loaded(windows(listsIdentities: true), count: 3)
        // A row left: the pages moved up by one, and r2 was skipped though the last count fits.
        let shifted: [ScriptedSource.Answer] = [
            .page(["r1=2"], next: "x", count: .chain(total: 3, starts: true)),
            .page(["r3=2"], next: nil, count: .chain(total: 2, starts: false)),
        ]
        source.answer(shifted + shifted, at: [at(1000)])
        let ended = await failure { try await read(source, into: book, now: at(1000)) }
        #expect(ended.kind == .incomplete && ended.detail.contains("counted 3 rows at first and 2 later"))
        #expect(book.now.completedThrough == at(-60) && book.events.contains { $0.kind == .walkRepeated })
    }

    @Test func aClockThatMovedBackLetsNoRunConfirmItself() async throws {
        let source = ScriptedSource(
            windows(), times: [at(10 * day)], [.all((1...40).map { "r\($0)=1" })])
        let book = MemoryBook()
        try await read(source, into: book, now: at(10 * day))
        source.answer([.all((2...40).map { "r\($0)=1" })], at: [at(4 * day), at(4 * day + 30)])
        try await read(source, into: book, now: at(4 * day), mode: .full)
        #expect(source.asked == ["full \(Int(10 * day) - 60)"] && book.now.live.count == 40)
        source.answer([.page([], next: nil)], at: [at(10 * day + 3600)])
        try await read(source, into: book, now: at(10 * day + 3600))
        #expect(book.now.live.count == 39)
    }

    @Test func idsAndDeletionsDoNotThinOutTheRowsSetAside() async throws {
        let (source, book) = try await loaded(
            windows(walksDeletions: true, listsIdentities: true), count: 1)
        // 60 of 100 rows do not fit; 20000 deletions before them say nothing about that.
        let gone = (1...20_000).map { "never\($0)" }
        source.answer(
            [
                .gone(gone, next: nil),
                .page((1...60).map { "b\($0)=bad" } + (1...40).map { "g\($0)=1" }, next: nil),
            ],
            at: [at(1000)])
        let ended = await failure { try await read(source, into: book, now: at(1000)) }
        #expect(ended.kind == .unmappable && ended.detail.contains("60 of 100 rows set aside"))
    }
}
