import Foundation
import GRDB
import Model
import Testing

@testable import Storage

/// What storing a page says it did, and every kind of fact on its way through the table.
@Suite struct StoredPageTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try directory.makeStore()
    }

    private func expect(
        _ stored: StoredPage, new: Int = 0, repeated: Int = 0, restated: Int = 0, deleted: Int = 0,
        _ sourceLocation: SourceLocation = #_sourceLocation
    ) {
        #expect(
            stored
                == StoredPage(
                    newFacts: new, repeated: repeated, quarantined: 0, restated: restated, deleted: deleted),
            sourceLocation: sourceLocation)
    }

    @Test func restatementsAndDeletionsAreCounted() async throws {
        expect(try await store.store(page([try contract("c1"), try contract("c2")])), new: 2)
        expect(
            try await store.store(
                page([try contract("c1", minorUnits: 5), try contract("c2"), try contract("c3")])),
            new: 2, repeated: 1, restated: 1)
        expect(try await store.store(page([deletion(of: "c1"), deletion(of: "c2")])), new: 2, deleted: 2)
        expect(try await store.store(page([try contract("c2")])), new: 1, restated: 1)
    }

    @Test func theDeletionOfWhatTheBookDoesNotHaveIsNoFact() async throws {
        expect(try await store.store(page([deletion(of: "stranger")])), repeated: 1)
        try await store.store(page([try contract("c1")]))
        expect(
            try await store.store(page([deletion(of: "c1"), deletion(of: "c1")])), new: 1, repeated: 1,
            deleted: 1)
        // Nor is a second one, though the page calls its kind otherwise.
        expect(try await store.store(page([deletion(of: "c1", .partner)])), repeated: 1)
        #expect(try await store.facts().count == 2)
    }

    @Test func aRecordTwiceInAPageIsStoredInItsOrder() async throws {
        let twice = [try contract("c1", minorUnits: 1), try contract("c1", minorUnits: 2)]
        expect(try await store.store(page(twice)), new: 2, restated: 1)
        let book = try await store.read { try $0.book(through: $0.latestSequence()) }
        #expect(book.contracts.map(\.annualAmount.minorUnits) == [2])
    }

    @Test func whatIsKnownIsFoundAgainInWhateverOrderItsIDsCome() async throws {
        let ids: [Contract.ID] = ["b", "", "a\0c", "a", "a\0d", "é", "c", "b\u{10FFFF}"]
        for order in [ids, ids.reversed(), ids.sorted()] {
            let isFirst = order == ids
            for id in order {
                expect(
                    try await store.store(page([try contract(id)])), new: isFirst ? 1 : 0,
                    repeated: isFirst ? 0 : 1)
            }
        }
        expect(try await store.store(page(try ids.map { try contract($0) })), repeated: ids.count)
    }

    @Test func aBodyThatWasChangedAfterItWasHashedIsNoRepetition() async throws {
        var spelling = FactSpelling()
        var record = try contract("c1", minorUnits: 1)
        record.hashAhead(with: &spelling)
        expect(try await store.store(page([record])), new: 1)
        expect(try await store.store(page([try contract("c1", minorUnits: 1)])), repeated: 1)
        record.body = try contract("c1", minorUnits: 2).body
        expect(try await store.store(page([record])), new: 1, restated: 1)
    }

    @Test func idsThatOnlyLookAlikeAreTwoRecords() async throws {
        let ids: [Contract.ID] = ["é", "e\u{301}", "C1", "c1", "c1 ", ""]
        expect(try await store.store(page(try ids.map { try contract($0) })), new: 6)
        #expect(Set(try await store.facts().map { Array($0.nativeID.utf8) }).count == 6)
    }

    @Test func theHashIsTheOneThatStoresAlreadyHold() async throws {
        let record = try contract("c1", renews: "c0")
        try await store.store(page([record]))
        let hash = try await store.read {
            try String.fetchOne($0.db, sql: "SELECT payload_hash FROM fact")
        }
        #expect(try hash == ContentHash(ofCanonicalJSON: record.body).hex)
    }

    @Test func reportsComeBackAsTheyWereStored() async throws {
        let euros = Money(minorUnits: 90_000, currency: try #require(Currency("EUR")))
        let rate = Rate(partsPerMillion: 75_000)
        let (first, last) = (day("2026-01-01"), day("2026-12-31"))
        let full: [FactBody] = [
            .renewal(
                RenewalFact(
                    contract: "c1", outcome: .won, decidedOn: last, annualAmount: euros, discount: rate,
                    termMonths: 24, reason: "price")),
            .churn(
                ChurnFact(
                    contract: "c1", churn: .involuntary, effectiveOn: last, requestedOn: first,
                    reason: "payment")),
            .discount(DiscountFact(contract: "c1", discount: rate, from: first, until: last)),
            .opportunity(
                OpportunityFact(
                    opportunity: "o1", partner: "p1", customer: "k1", stage: "Proposal", outcome: .lost,
                    amount: euros, openedOn: first, closedOn: last)),
            .forecast(ForecastFact(contract: "c1", probability: rate, amount: euros, madeOn: first)),
            .attribution(
                AttributionFact(contract: "c1", partner: "p1", role: "Reseller", from: first, until: last)),
        ]
        let sparse: [FactBody] = [
            .renewal(RenewalFact(contract: "c1", outcome: .open, decidedOn: nil)),
            .churn(ChurnFact(contract: "c1", churn: .reversal, effectiveOn: last)),
            .discount(DiscountFact(contract: "c1", discount: rate, from: first, until: nil)),
            .opportunity(
                OpportunityFact(
                    opportunity: "o2", partner: "p1", customer: nil, stage: "", outcome: .open, amount: nil,
                    openedOn: first, closedOn: nil)),
            .forecast(ForecastFact(contract: "c1", probability: rate, amount: nil, madeOn: first)),
            .attribution(AttributionFact(contract: "c1", partner: "p1", role: nil, from: nil, until: nil)),
        ]
        // Full, sparse, full again: what one row left bound must not show in the next.
        let bodies = zip(full, sparse).flatMap { [$0, $1, $0] }
        try await store.store(
            page(
                bodies.enumerated().map {
                    MappedRecord(nativeID: "\($0)", nativeVersion: "", body: $1)
                }))
        #expect(try await store.facts().map(\.body) == bodies)
    }

    @Test func theBookFoldsWhatIsReported() async throws {
        let reports: [FactBody] = [
            .renewal(RenewalFact(contract: "c1", outcome: .won, decidedOn: day("2026-07-01"))),
            .opportunity(
                OpportunityFact(
                    opportunity: "o1", partner: "p1", customer: nil, stage: "Open", outcome: .open,
                    amount: nil,
                    openedOn: day("2026-05-01"), closedOn: nil)),
            .forecast(
                ForecastFact(
                    contract: "c1", probability: Rate(partsPerMillion: 1), amount: nil,
                    madeOn: day("2026-05-01"))),
            .churn(ChurnFact(contract: "c2", churn: .voluntary, effectiveOn: day("2026-02-01"))),
        ]
        let records = reports.enumerated().map {
            MappedRecord(nativeID: "r\($0)", nativeVersion: "", body: $1)
        }
        try await store.store(page([partner("p1"), try contract("c1"), try contract("c2")] + records))
        let book = try await store.read { try $0.book(through: $0.latestSequence()) }
        #expect(book.contracts.map(\.id) == ["c1", "c1/renewal", "c2"])
        #expect(book.contracts.map(\.cancelledOn) == [nil, nil, day("2026-02-01")])
        #expect(book.contracts.map(\.sequence) == [2, 4, 7])
        #expect(book.opportunities.map(\.sequence) == [5] && book.forecasts.map(\.sequence) == [6])
        // What a source takes back says nothing any more.
        try await store.store(
            page([
                deletion(of: "r0", .renewal), deletion(of: "r1", .opportunity), deletion(of: "r2", .forecast),
                deletion(of: "r3", .churn),
            ]))
        let after = try await store.read { try $0.book(through: $0.latestSequence()) }
        #expect(
            after.contracts.map(\.id) == ["c1", "c2"] && after.contracts.map(\.cancelledOn) == [nil, nil])
        #expect(after.opportunities.isEmpty && after.forecasts.isEmpty)
    }

    @Test func aContractCountsForThePartnerItHadUntilWeLearnedOfAnother() async throws {
        try await store.store(page([partner("p1"), partner("p2"), try contract("c1", of: "p1")]))
        let before = try await store.read { try $0.book(through: 3) }
        try await store.store(
            page([try contract("c1", of: "p2")]), at: noon.adding(seconds: 86_400 * 3))
        let entry = try await store.read { try $0.book(through: 4) }.contracts[0]
        let learned = Day(noon, in: .gmt) + 3
        #expect(entry.partner == 1)
        #expect(entry.partner(on: learned - 1) == 0 && entry.partner(on: learned) == 1)
        #expect(try await store.read { try $0.book(through: 3) }.contracts == before.contracts)
        // A change of something else keeps what is known of it.
        try await store.store(page([try contract("c1", of: "p2", minorUnits: 1)]))
        let later = try await store.read { try $0.book(through: 5) }.contracts[0]
        #expect(later.attributions == entry.attributions && later.annualAmount.minorUnits == 1)
    }
}
