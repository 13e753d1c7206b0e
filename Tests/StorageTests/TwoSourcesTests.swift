import Foundation
import Model
import Testing

@testable import Storage

/// A CRM and a billing system that tell of one partner, contract, payment or opportunity.
@Suite struct TwoSourcesTests {
    let directory: TemporaryDirectory
    let store: Store

    init() throws {
        directory = try TemporaryDirectory()
        store = try directory.makeStore()
    }

    private func tell(
        _ source: Source.Name, _ records: [MappedRecord], onDay days: Double = 0
    ) async throws {
        var told = page(records)
        told.source = source
        try await store.store(told, at: noon.adding(seconds: days * 86_400))
    }

    private func book() async throws -> Book {
        try await store.read { try $0.book(through: $0.latestSequence()) }
    }

    @Test func aContractThatOneSourceStillHasIsNotDeleted() async throws {
        try await tell("crm", [try contract("c1", minorUnits: 100)])
        try await tell("billing", [try contract("c1", minorUnits: 200)])
        try await tell("billing", [deletion(of: "c1")])
        let left = try await book()
        #expect(left.contracts.map(\.deletedOn) == [nil])
        #expect(left.contracts.map(\.annualAmount.minorUnits) == [100], "the one that has it tells")
        try await tell("billing", [try contract("c1", minorUnits: 300)])
        #expect(
            try await book().contracts.map(\.annualAmount.minorUnits) == [300], "back, and the later word")
    }

    @Test func itIsGoneWhenTheLastSourceHasLostIt() async throws {
        try await tell("crm", [try contract("c1", minorUnits: 100)])
        try await tell("billing", [try contract("c1", minorUnits: 200)])
        try await tell("crm", [deletion(of: "c1")], onDay: 3)
        #expect(try await book().contracts.map(\.deletedOn) == [nil])
        try await tell("billing", [deletion(of: "c1")], onDay: 1)
        let gone = try await book()
        #expect(gone.contracts.map(\.deletedOn) == [Day(noon.adding(seconds: 3 * 86_400), in: .gmt)])
        #expect(gone.contracts.map(\.annualAmount.minorUnits) == [200])
    }

    @Test func aPartnerThatOneSourceStillHasIsInTheRoster() async throws {
        try await tell("crm", [partner("p1", region: "emea")])
        try await tell("billing", [partner("p1", region: "apac")])
        try await tell("billing", [deletion(of: "p1", .partner)])
        let left = try await book()
        #expect(left.deletedPartners.isEmpty)
        #expect(left.partners.map(\.attributes) == [["region": "emea"]])
        try await tell("crm", [deletion(of: "p1", .partner)])
        #expect(try await book().deletedPartners == ["p1"])
    }

    @Test func aNameIsKeptWhileAnySourceHasItsPartner() async throws {
        func purge() async throws -> ErasedText {
            try await store.write { try $0.purgeText(keptBefore: noon.adding(seconds: 86_400 * 10)) }
        }
        try await tell("crm", [partner("p1")])
        try await tell("billing", [partner("p1")])
        try await tell("billing", [deletion(of: "p1", .partner)])
        #expect(try await purge().isEmpty)
        // Another source comes to have it, without a name, after the one that told the name has lost it.
        try await tell("crm", [deletion(of: "p1", .partner)])
        var nameless = partner("p1", region: "apac")
        nameless.name = nil
        try await tell("files", [nameless])
        #expect(try await purge().isEmpty)
        try await tell("files", [deletion(of: "p1", .partner)])
        #expect(try await purge() == ErasedText(names: 1, rows: 0))
    }

    @Test func paymentsAndOpportunitiesStandWhileASourceHasThem() async throws {
        let payment = MappedRecord(
            nativeID: "x", nativeVersion: "",
            body: .payment(
                PaymentFact(
                    payment: "x", partner: "p1", contract: nil, component: .commission, rule: nil,
                    occasion: nil, entry: nil, rate: nil, paidOn: day("2026-07-01"),
                    amount: Money(minorUnits: 5, currency: try #require(Currency("EUR"))))))
        let sale = MappedRecord(
            nativeID: "o", nativeVersion: "",
            body: .opportunity(
                OpportunityFact(
                    opportunity: "o", partner: "p1", customer: nil, stage: "s", outcome: .open, amount: nil,
                    openedOn: day("2026-07-01"), closedOn: nil)))
        for source: Source.Name in ["crm", "billing"] { try await tell(source, [payment, sale]) }
        try await tell("billing", [deletion(of: "x", .payment), deletion(of: "o", .opportunity)])
        #expect(try await book().payments.count == 1)
        #expect(try await book().opportunities.count == 1)
        try await tell("crm", [deletion(of: "x", .payment), deletion(of: "o", .opportunity)])
        #expect(try await book().payments.isEmpty)
        #expect(try await book().opportunities.isEmpty)
    }
}
