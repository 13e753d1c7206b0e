package import Model

/// The partners of a pilot and the contracts that were theirs when they were assigned.
///
/// Contracts signed on or after the day of assignment never join: they are what the incentives may have
/// caused. So is left out what was decided before: a contract whose successor was already signed.
package struct Cohort: Sendable {
    /// A partner of the pilot.
    package struct Member: Sendable {
        package var assignment: Assignment
        /// Index into the book's partners; `nil` for a partner whom only an imported trial knows.
        package var bookIndex: Int?
        /// Indices into the book's contracts, ascending.
        package var contracts: [Int]
    }

    package var book: Book
    /// In the order of the assignments: by stratum, block and position.
    package var members: [Member]

    package init(book: Book, assignments: [Assignment]) {
        self.book = book
        let bookIndex = Dictionary(
            book.partners.enumerated().map { ($1.id, $0) }, uniquingKeysWith: { first, _ in first })
        var memberOfPartner = [Int?](repeating: nil, count: book.partners.count)
        members = assignments.enumerated().map { index, assignment in
            let partner = bookIndex[assignment.partner]
            if let partner { memberOfPartner[partner] = index }
            return Member(assignment: assignment, bookIndex: partner, contracts: [])
        }
        for (index, contract) in book.contracts.enumerated() {
            guard let member = Cohort.member(with: contract, memberOfPartner, assignments) else { continue }
            if Cohort.belongs(contract, in: book, assignedOn: members[member].assignment.assignedOn) {
                members[member].contracts.append(index)
            }
        }
    }

    /// The member that had the contract on the day it was assigned; of several to whom it went one after the other,
    /// the one assigned first. So no later re-assignment takes an outcome out of its group.
    private static func member(
        with contract: Book.ContractEntry, _ memberOfPartner: [Int?], _ assignments: [Assignment]
    ) -> Int? {
        guard !contract.attributions.isEmpty else { return contract.partner.flatMap { memberOfPartner[$0] } }
        let partners = Set(contract.attributions.compactMap(\.partner))
        return partners.compactMap { partner -> Int? in
            guard let member = memberOfPartner[partner] else { return nil }
            return contract.partner(on: assignments[member].assignedOn) == partner ? member : nil
        }.min { (assignments[$0].assignedOn, $0) < (assignments[$1].assignedOn, $1) }
    }

    private static func belongs(_ contract: Book.ContractEntry, in book: Book, assignedOn day: Day) -> Bool {
        guard contract.signedOn < day, contract.endsOn >= day else { return false }
        if let cancelled = contract.cancelledOn, cancelled <= day { return false }
        if let deleted = contract.deletedOn, deleted < day { return false }
        if let successor = contract.successor, book.contracts[successor].signedOn < day { return false }
        return true
    }

    /// Whether a contract's renewal decision falls inside the pilot's window: it matures by the last look.
    package static func isDue(
        _ contract: Book.ContractEntry, assignedOn day: Day, schedule: Schedule, graceDays: Int
    ) -> Bool {
        contract.endsOn >= day && contract.endsOn + graceDays <= schedule.ends
    }

    /// The contract that renewed `contract` by its due date + grace; `nil` if none did.
    package static func renewal(
        of contract: Book.ContractEntry, in book: Book, graceDays: Int
    ) -> Book.ContractEntry? {
        guard let index = contract.successor else { return nil }
        let successor = book.contracts[index]
        return successor.signedOn <= contract.endsOn + graceDays ? successor : nil
    }
}
