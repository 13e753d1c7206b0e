import Model
import Testing

@testable import Evaluation

/// A contract that another partner gets later: its outcome stays with the group it was in.
@Suite struct ReassignmentTests {
    private let due = start + 40

    /// Contract "c" renewed in time, p1's from the beginning and p2's from `day` on.
    private func book(movedOn day: Day?) -> Book {
        var reports = Book.Reports()
        reports.partnersOfRow =
            day.map {
                ["c": [Book.NamedPartner("p1", from: .beginning), Book.NamedPartner("p2", from: $0)]]
            } ?? [:]
        return Book(
            sequence: 1, partners: ["p1", "p2"].map { PartnerFact(partner: $0, attributes: [:]) },
            contracts: [
                contract("c", of: day == nil ? "p1" : "p2", ends: due),
                renewal(of: "c", due: due, signed: due, by: day == nil ? "p1" : "p2"),
            ], observations: [:], reports: reports)
    }

    private func owners(_ book: Book, _ assignments: [Assignment]) -> [Partner.ID] {
        let cohort = Cohort(book: book, assignments: assignments)
        return Outcomes(of: metric(), in: cohort, plan: plan(), asOf: start + 182).rows
            .filter { $0.contract == "c" }.map { cohort.members[$0.member].assignment.partner }
    }

    private let both = [assignment("p1"), assignment("p2", "bonus", position: 1)]

    @Test func aMoveAfterAssignmentLeavesTheOutcomeInItsArm() {
        #expect(owners(book(movedOn: nil), both) == ["p1"])
        #expect(owners(book(movedOn: start + 1), both) == ["p1"])
        #expect(owners(book(movedOn: start + 100), both) == ["p1"])
    }

    @Test func aMoveByTheDayOfAssignmentCounts() {
        #expect(owners(book(movedOn: start), both) == ["p2"])
        #expect(owners(book(movedOn: start - 100), both) == ["p2"])
    }

    @Test func ofTwoWhoHadItWhenTheyWereAssignedTheFirstKeepsIt() {
        let late = assignment("p2", "bonus", on: start + 14, position: 1)
        #expect(owners(book(movedOn: start + 7), [both[0], late]) == ["p1"])
        // Only the late joiner is in the pilot: it had the contract when it joined.
        #expect(owners(book(movedOn: start + 7), [late]) == ["p2"])
        #expect(owners(book(movedOn: start + 20), [late]) == [])
    }

    @Test func theNumbersAreThoseOfABookWithoutTheMove() throws {
        let still = Cohort(book: book(movedOn: nil), assignments: both)
        let moved = Cohort(book: book(movedOn: start + 1), assignments: both)
        let rows = [still, moved].map { Outcomes(of: metric(), in: $0, plan: plan(), asOf: start + 182).rows }
        #expect(rows[0] == rows[1] && rows[0].map(\.numerator) == [1])
    }
}
