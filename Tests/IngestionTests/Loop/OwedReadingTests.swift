import Model
import Testing

@testable import Ingestion

/// What is owed is read, whatever comes in between.
@Suite struct OwedReadingTests {
    /// Thirty records read by one mapping; the same source with another one.
    private func remapped(_ count: Int = 30) async throws -> (ScriptedSource, MemoryBook) {
        let source = ScriptedSource(
            windows(listsIdentities: true), times: [at(0)], [.all((1...count).map { "r\($0)=1" })])
        let book = MemoryBook()
        try await read(source, into: book, now: at(0))
        var plan = windows(listsIdentities: true)
        plan.mapping.attributes["region"] = FieldRule("Region__c")
        return (ScriptedSource(plan, times: [at(1000)]), book)
    }

    @Test func aChangedMappingIsReadToItsEndThoughTheReadingWasHeld() async throws {
        let (source, book) = try await remapped()
        let few = ScriptedSource.Answer.all((1...20).map { "r\($0)=2" })
        source.answer([few], at: [at(1000), at(1010)])
        let ended = await failure { try await read(source, into: book, now: at(1000)) }
        #expect(ended.kind == .massChange && book.pages.last?.part?.isReadAgain == true)
        // Held again: what is owed is everything, not what changed.
        source.answer([few], at: [at(2000), at(2010)])
        let again = await failure { try await read(source, into: book, now: at(2000)) }
        #expect(again.kind == .massChange && source.asked == ["full 1940"])
        source.answer([few], at: [at(3000), at(3010)])
        try await read(source, into: book, now: at(3000), accepts: true)
        #expect(source.asked == ["full 2940"] && book.now.live["r20"] == "2")
        source.answer([.page([], next: nil)], at: [at(4000)])
        try await read(source, into: book, now: at(4000))
        #expect(source.asked == ["changes 2340-3940"] && book.now.live.count == 20)
    }

    @Test func aMappingThatChangesTwiceIsReadByTheLastOne() async throws {
        let (source, book) = try await remapped()
        source.answer([.page(["r1=2"], next: "2"), .fault(.unreachable)], at: [at(1000)])
        _ = await failure { try await read(source, into: book, now: at(1000)) }
        #expect(book.pages.last?.part?.isReadAgain == true)
        var plan = windows(listsIdentities: true)
        plan.mapping.attributes["tier"] = FieldRule("Tier__c")
        let other = ScriptedSource(
            plan, times: [at(2000), at(2010)], [.all((1...30).map { "r\($0)=3" })])
        try await read(other, into: book, now: at(2000))
        #expect(other.asked == ["full 1940"] && book.pages.last?.part?.isReadAgain == false)
    }

    @Test func whatIsAskedForFromAMomentOnComesAfterTheReadingThatIsOpen() async throws {
        let (source, book) = try await remapped()
        source.answer([.page(["r1=2"], next: "2"), .fault(.unreachable)], at: [at(1000)])
        _ = await failure { try await read(source, into: book, now: at(1000)) }
        source.answer(
            [
                .page((2...30).map { "r\($0)=2" }, next: nil, count: .remaining(29)),
                .page(["r1=3"], next: nil),
            ], at: [at(2000)])
        try await read(source, into: book, now: at(2000), mode: .since(at(-90_000)))
        #expect(source.asked == ["full 940 after 2", "changes -90000-1940"])
        #expect(book.now.live["r30"] == "2" && book.now.live["r1"] == "3")
    }

    @Test func howAGenericSourceIsAskedIsPartOfItsMapping() {
        var mapping = partnerMapping
        mapping.request = RequestMapping(path: "/deals", query: ["status": "open"])
        let before = mapping.fingerprint
        mapping.request?.query["status"] = "all_not_deleted"
        #expect(mapping.fingerprint != before)
        mapping.request?.query["status"] = "open"
        #expect(mapping.fingerprint == before)
    }

    @Test func recordsThatDoNotComeAreRedUntilTheyComeOrAreGone() async throws {
        for isGone in [false, true] {
            let source = ScriptedSource(
                windows(listsIdentities: true), times: [at(0)], [.all((1...40).map { "r\($0)=1" })])
            let book = MemoryBook()
            try await read(source, into: book, now: at(0))
            let rows = (1...40).map { "r\($0)=1" }
            let ids = (1...40).map { "r\($0)" }
            source.answer(
                [.page([], next: nil), .all(ids + ["r41"])], at: [at(8 * day), at(8 * day + 30)])
            try await read(source, into: book, now: at(8 * day))
            // The list has it, and reading everything does not bring it.
            source.answer(
                [.page([], next: nil), .all(rows), .all(ids + ["r41"])], at: [at(8 * day + 3600)])
            let ended = await failure { try await read(source, into: book, now: at(8 * day + 3600)) }
            #expect(ended.kind == .incomplete && ended.detail.contains("lists 1 record that"))
            #expect(book.now.standingLost == ["r41"])
            // Still red, without reading everything each hour.
            source.answer([.page([], next: nil)], at: [at(8 * day + 7200)])
            let red = await failure { try await read(source, into: book, now: at(8 * day + 7200)) }
            #expect(red.kind == .incomplete && source.asked.count == 1)
            source.answer(
                isGone ? [.all(rows), .all(ids)] : [.all(rows + ["r41=1"]), .all(ids + ["r41"])],
                at: [at(10 * day)])
            try await read(source, into: book, now: at(10 * day))
            #expect(source.asked == ["full 863940", "identities 863940"])
            #expect(book.now.standingLost.isEmpty && (book.now.live["r41"] == nil) == isGone)
        }
    }

    @Test func whatWasAllowedCoversOnlyWhatWasLookedAt() async throws {
        let source = ScriptedSource(
            windows(listsIdentities: true), times: [at(0)], [.all((1...100).map { "r\($0)=1" })])
        let book = MemoryBook()
        try await read(source, into: book, now: at(0))
        let left = (31...100).map { "r\($0)" }
        for accepts in [false, true] {
            let now = 8 * day + (accepts ? 3600 : 0)
            source.answer([.page([], next: nil), .all(left)], at: [at(now), at(now + 30)])
            let ended = await failure {
                try await read(source, into: book, now: at(now), accepts: accepts)
            }
            #expect((ended.kind == .massChange) == !accepts)
        }
        // The run that confirms the thirty brings twenty deletions nobody has seen.
        source.answer([.gone(Array(left.prefix(20)), next: nil)], at: [at(8 * day + 7200)])
        let ended = await failure { try await read(source, into: book, now: at(8 * day + 7200)) }
        #expect(ended.kind == .massChange && ended.detail.contains("20 of 100 records were deleted"))
        #expect(book.now.live.count == 100)
        // Nothing is held of a stream: its limits stay.
        let other = ScriptedSource(
            windows(listsIdentities: true), times: [at(0)], [.all((1...100).map { "r\($0)=1" })])
        let shelf = MemoryBook()
        try await read(other, into: shelf, now: at(0))
        other.answer([.gone(Array(left.prefix(20)), next: nil)], at: [at(1000)])
        let refused = await failure { try await read(other, into: shelf, now: at(1000), accepts: true) }
        #expect(refused.kind == .massChange && shelf.now.live.count == 100)
    }
}
