import Model
import Testing

@testable import Ingestion

/// Which walks are read, with which bounds, and what they let a stream claim.
@Suite struct WalkTests {
    @Test func aFirstLoadThenWindowsThatOverlap() async throws {
        let source = ScriptedSource(
            windows(listsIdentities: true), times: [at(1000)],
            [.page(["a=1", "b=1"], next: "2"), .page(["c=1"], next: nil)])
        let book = MemoryBook()
        try await read(source, into: book, now: at(1000))
        #expect(source.asked == ["full 940", "full 940 after 2"])
        #expect(book.now.live == ["a": "1", "b": "1", "c": "1"])
        #expect(book.now.completedThrough == at(940))
        #expect(book.pages[0].completedThrough == nil && book.pages[0].sweep == nil)

        source.answer([.page(["b=2"], next: nil)], at: [at(2000)])
        try await read(source, into: book, now: at(2000))
        #expect(source.asked == ["changes 340-1940"])
        #expect(book.now.live["b"] == "2" && book.now.completedThrough == at(1940))
    }

    @Test func deletionsComeBeforeChangesSoThatWhatWasRestoredStays() async throws {
        let source = ScriptedSource(
            windows(walksDeletions: true, listsIdentities: true), times: [at(1000)],
            [.page(["a=1", "b=1", "c=1"], next: nil)])
        let book = MemoryBook()
        try await read(source, into: book, now: at(1000))
        source.answer([.gone(["a", "b"], next: nil), .page(["b=3"], next: nil)], at: [at(2000)])
        try await read(source, into: book, now: at(2000))
        #expect(source.asked == ["deletions 340-1940", "changes 340-1940"])
        #expect(book.now.live == ["b": "3", "c": "1"])
        #expect(book.pages[1].completedThrough == nil)
    }

    @Test func aTokenStreamReadsWhatChangedDuringItsFirstLoadThenDeltas() async throws {
        let plan = StreamPlan(mapping: partnerMapping, incremental: .token, listsIdentities: true)
        let source = ScriptedSource(
            plan, times: [at(1000), at(1500)],
            [
                .page(["a=1"], next: "2"), .page(["b=1"], next: nil, token: "T1"),
                .page(["a=2"], next: nil), .page(["a", "b"], next: nil),
            ])
        let book = MemoryBook()
        try await read(source, into: book, now: at(1000))
        #expect(
            source.asked == ["full 1000", "full 1000 after 2", "changes 940-1501", "identities 1000"])
        #expect(book.now.live == ["a": "2", "b": "1"])
        source.answer([.gone(["b"], next: nil)], at: [at(3000)])
        let noToken = await failure { try await read(source, into: book, now: at(3000)) }
        #expect(noToken.kind == .malformed && source.asked == ["delta T1 3000"])
        source.answer([.page(["c=1"], next: nil, token: "T2")], at: [at(3000)])
        try await read(source, into: book, now: at(3000))
        #expect(source.asked == ["delta T1 3000"] && book.now.completedThrough == at(3000))
        #expect(book.now.live["c"] == "1")
    }

    @Test func aForgottenTokenReadsEverythingAndFindsWhatIsGone() async throws {
        let plan = StreamPlan(mapping: partnerMapping, incremental: .token, listsIdentities: true)
        let source = ScriptedSource(
            plan, times: [at(0)],
            [
                .page(["a=1", "b=1"], next: nil, token: "T1"), .page([], next: nil),
                .page(["a", "b"], next: nil),
            ])
        let book = MemoryBook()
        try await read(source, into: book, now: at(0))
        source.answer(
            [
                .fault(.forgottenToken), .page(["a=1"], next: nil, token: "T9"), .page([], next: nil),
                .all(["a"]),
            ], at: [at(900), at(950)])
        try await read(source, into: book, now: at(900))
        #expect(source.asked == ["delta T1 900", "full 900", "changes 840-951", "identities 900"])
        source.answer([.page([], next: nil, token: "T10")], at: [at(1900)])
        try await read(source, into: book, now: at(1900))
        #expect(source.asked == ["delta T9 1900"] && book.now.live == ["a": "1"])
        #expect(book.events.contains { $0.kind == .tokenForgotten })
    }

    @Test func aSnapshotThatLacksARecordDeletesItAndAFileDoesNot() async throws {
        for (incremental, left) in [
            (StreamPlan.Incremental.snapshot, ["a": "1"]), (.files, ["a": "1", "b": "1"]),
        ] {
            let source = ScriptedSource(
                StreamPlan(mapping: partnerMapping, incremental: incremental), times: [at(0)],
                [.page(["a=1", "b=1"], next: nil)])
            let book = MemoryBook()
            try await read(source, into: book, now: at(0))
            source.answer([.all(["a=1"])], at: [at(100)])
            try await read(source, into: book, now: at(100))
            #expect(source.asked == ["full 100"])
            #expect(book.now.live == left)
        }
    }

    @Test func filesThatWereReadAreNotReadAgainUnlessSomebodyAsks() async throws {
        let source = ScriptedSource(
            StreamPlan(mapping: partnerMapping, incremental: .files), times: [at(0)],
            [.page(["a=1"], next: "2"), .page(["a=2"], next: nil, token: "T1")])
        let book = MemoryBook()
        try await read(source, into: book, now: at(0))
        source.answer([.page([], next: nil, token: "T2")], at: [at(100)])
        try await read(source, into: book, now: at(100))
        #expect(source.asked == ["delta T1 100"] && book.now.live == ["a": "2"])
        #expect(book.now.completedThrough == at(100))
        source.answer([.fault(.forgottenToken), .page(["a=3"], next: nil)], at: [at(200), at(200)])
        try await read(source, into: book, now: at(200))
        #expect(source.asked == ["delta T2 200", "full 200"] && book.now.live == ["a": "3"])
        // Nobody hands out a token now, so that everything is read each time.
        source.answer([.page(["a=3"], next: nil)], at: [at(300)])
        try await read(source, into: book, now: at(300))
        #expect(source.asked == ["full 300"])
    }

    /// Nobody knows which mapping its rows were read by.
    @Test func anOldConnectorsCursorKeepsItsClaimAndHasEverythingReadOnce() async throws {
        let book = MemoryBook()
        book.set(cursor: #"{"completedThrough":"\#(at(500))","queries":0}"#)
        let source = ScriptedSource(
            windows(listsIdentities: true), times: [at(1000)],
            [.page(["a=1"], next: nil)])
        try await read(source, into: book, now: at(1000))
        #expect(source.asked == ["full 940"])
        #expect(book.now.completedThrough == at(940))
        source.answer([.page([], next: nil)], at: [at(2000)])
        try await read(source, into: book, now: at(2000))
        #expect(source.asked == ["changes 340-1940"])
    }

    @Test func sinceReachesBackAndNeverMovesTheClaimBack() async throws {
        let source = ScriptedSource(
            windows(listsIdentities: true), times: [at(day)], [.page(["a=1"], next: nil)])
        let book = MemoryBook()
        try await read(source, into: book, now: at(day))
        source.answer([.page(["a=1"], next: nil)], at: [at(day + 100)])
        try await read(source, into: book, now: at(day + 100), mode: .since(at(50)))
        #expect(source.asked == ["changes 50-86440"])
        #expect(book.now.completedThrough == at(day + 40))
        // A moment behind the last window leaves no gap.
        source.answer([.page(["a=1"], next: nil)], at: [at(day + 9000)])
        try await read(source, into: book, now: at(day + 9000), mode: .since(at(day + 8000)))
        #expect(source.asked == ["changes 85840-95340"])
    }

    @Test func aCalculatedFieldHasEverythingReadDaily() async throws {
        let schema = SourceSchema(fields: [
            .init(name: "id", type: "id"), .init(name: "v", type: "string", isCalculated: true),
        ])
        let source = ScriptedSource(
            windows(listsIdentities: true), times: [at(0)], [.page(["a=1", "b=1"], next: nil)], schema: schema
        )
        let book = MemoryBook()
        try await read(source, into: book, now: at(0))
        source.answer([.page([], next: nil)], at: [at(day - 100)])
        try await read(source, into: book, now: at(day - 100))
        #expect(source.asked == ["changes -660-86240"])
        source.answer([.page(["a=2", "b=1"], next: nil)], at: [at(day + 100), at(day + 110)])
        try await read(source, into: book, now: at(day + 100))
        #expect(source.asked == ["full 86440"])
        // The same stamp, another value: a new fact.
        #expect(book.now.live == ["a": "2", "b": "1"])
    }

    @Test func anotherMappingHasEverythingRead() async throws {
        let source = ScriptedSource(
            windows(listsIdentities: true), times: [at(0)], [.page(["a=1"], next: nil)])
        let book = MemoryBook()
        try await read(source, into: book, now: at(0))
        var plan = windows(listsIdentities: true)
        plan.mapping.attributes["region"] = FieldRule("Region__c")
        let other = ScriptedSource(plan, times: [at(1000)], [.page(["a=1"], next: nil)])
        try await read(other, into: book, now: at(1000))
        #expect(other.asked == ["full 940"])
        #expect(book.events.last?.detail.contains("mapping has changed") == true)
    }
}
