import Model
import Testing

@Suite struct BookTests {
    private func day(_ iso: String) throws -> Day { try #require(Day(iso: iso), "\(iso)") }

    private func fact(
        _ id: Contract.ID, partner: Partner.ID = "p", customer: Customer.ID = "c",
        renews: Contract.ID? = nil, signed: String = "2026-01-01", ends: String = "2026-12-31",
        cancelled: String? = nil
    ) throws -> ContractFact {
        ContractFact(
            contract: id, partner: partner, customer: customer, renews: renews, signedOn: try day(signed),
            startsOn: try day("2026-01-01"), endsOn: try day(ends),
            cancelledOn: try cancelled.map { try day($0) },
            annualAmount: Money(minorUnits: 100_000, currency: try #require(Currency("EUR"))),
            discount: Rate(partsPerMillion: 0))
    }

    private func book(_ contracts: [ContractFact], partners: [Partner.ID] = ["p"]) -> Book {
        Book(
            sequence: 7, partners: partners.map { PartnerFact(partner: $0, attributes: [:]) },
            contracts: contracts, observations: [:])
    }

    private func successors(_ book: Book) -> [Contract.ID: Contract.ID] {
        book.contracts.reduce(into: [:]) { links, contract in
            if let successor = contract.successor { links[contract.id] = book.contracts[successor].id }
        }
    }

    @Test func recordsAreSortedById() throws {
        let book = book(
            [try fact("k2", customer: "z"), try fact("k10", customer: "a"), try fact("K1", customer: "m")],
            partners: ["q", "p", "P"])
        #expect(book.contracts.map(\.id) == ["K1", "k10", "k2"])
        #expect(book.customers == ["a", "m", "z"])
        #expect(book.partners.map(\.id) == ["P", "p", "q"])
        #expect(book.contracts.map { book.customers[$0.customer] } == ["m", "a", "z"])
        #expect(book.contracts.map(\.partner) == [1, 1, 1])
        #expect(book.sequence == 7)
    }

    @Test func aContractOfAnUnknownPartnerHasNone() throws {
        #expect(book([try fact("k", partner: "stranger")]).contracts[0].partner == nil)
    }

    @Test func aRenewalIsTheSuccessorOfWhatItRenews() throws {
        let book = book([try fact("a"), try fact("b", renews: "a"), try fact("c", renews: "b")])
        #expect(successors(book) == ["a": "b", "b": "c"])
        #expect(book.contracts.map(\.isRenewal) == [false, true, true])
    }

    @Test func renewingWhatTheBookDoesNotHaveIsStillARenewal() throws {
        let book = book([try fact("b", renews: "gone")])
        #expect(book.contracts[0].isRenewal)
        #expect(successors(book).isEmpty)
    }

    @Test func theEarliestSignedOfSeveralClaimsWinsInAnyOrder() throws {
        let facts = [
            try fact("a"),
            try fact("b", renews: "a", signed: "2026-11-20"),
            try fact("c", renews: "a", signed: "2026-11-10"),
            try fact("d", renews: "a", signed: "2026-11-10"),
            try fact("e", renews: "a", signed: "2026-11-30"),
        ]
        for order in permutations(of: facts) {
            #expect(successors(book(order)) == ["a": "c"])  // of equal days, the smaller id
        }
    }

    @Test func aBookIsTheSameInWhateverOrderItsFactsCome() throws {
        let facts = [
            try fact("a", customer: "x"), try fact("b", customer: "y", renews: "a"),
            try fact("c", partner: "q", customer: "x", renews: "b"), try fact("d", renews: "a"),
        ]
        let contracts = book(facts, partners: ["p", "q"]).contracts
        for order in permutations(of: facts) {
            let again = book(order, partners: ["q", "p"])
            #expect(again.contracts == contracts)
            #expect(again.customers == ["c", "x", "y"])
        }
    }

    @Test func aContractRunsFromItsStartThroughItsEndUnlessCancelled() throws {
        let contract = book([try fact("a")]).contracts[0]
        #expect(
            try ["2025-12-31", "2026-01-01", "2026-12-31", "2027-01-01"].map {
                contract.isInForce(on: try day($0))
            } == [false, true, true, false])
        let left = book([try fact("a", cancelled: "2026-06-15")]).contracts[0]
        #expect(left.isInForce(on: try day("2026-06-14")))
        #expect(!left.isInForce(on: try day("2026-06-15")))
    }

    @Test func activeContractsAreCountedByPartner() throws {
        let book = book(
            [
                try fact("a"), try fact("b", partner: "q"), try fact("c", ends: "2026-03-31"),
                try fact("d", partner: "stranger"), try fact("e", signed: "2026-09-01"),
            ], partners: ["p", "q", "r"])
        #expect(book.activeContracts(on: try day("2026-03-31")) == [2, 1, 0])
        #expect(book.activeContracts(on: try day("2026-04-01")) == [1, 1, 0])
        #expect(book.activeContracts(on: try day("2026-09-01")) == [2, 1, 0])
    }
}

/// All orders of a few elements.
private func permutations<Element>(of elements: [Element]) -> [[Element]] {
    guard elements.count > 1 else { return [elements] }
    return elements.indices.flatMap { index in
        var rest = elements
        let picked = rest.remove(at: index)
        return permutations(of: rest).map { [picked] + $0 }
    }
}
