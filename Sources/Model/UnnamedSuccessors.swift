/// Finds the contract that stands for a renewal in the book where the source does not say which contract it renews.
///
/// Some systems make a contract of each term and name no predecessor. When a renewal is reported as won as well, the
/// new contract and the term that the report tells of are one and the same, and may count once.
struct UnnamedSuccessors {
    /// How much earlier, and how much later, than the day after its end a contract's next term may start.
    static let daysBefore = 30
    static let daysAfter = 60

    let contracts: [ContractFact]
    /// Partner of the contract at an index, on a day.
    let partner: (Int, Day) -> Partner.ID

    private struct Pair {
        var distance: Int
        var renewed: Int
        var successor: Int
    }

    /// The successor of each of the `renewed` contracts that has one, by index; contracts are sorted by id.
    ///
    /// A candidate is of the same customer, of the same partner on the day it starts, renews nothing and starts near
    /// the end of the one before. The nearest pairs come first, then the smaller ids; each contract follows one.
    func find(for renewed: [Int], isDeleted: (Contract.ID) -> Bool) -> [Int: Int] {
        let customers = Set(renewed.map { contracts[$0].customer })
        let free = contracts.indices.filter { index in
            let contract = contracts[index]
            return contract.renews == nil && customers.contains(contract.customer)
                && !isDeleted(contract.contract)
        }
        let candidates = Dictionary(grouping: free) { contracts[$0].customer }
        let pairs = renewed.flatMap { index in
            (candidates[contracts[index].customer] ?? []).compactMap { pair(index, $0) }
        }.sorted { ($0.distance, $0.renewed, $0.successor) < ($1.distance, $1.renewed, $1.successor) }
        var successors: [Int: Int] = [:]
        var taken: Set<Int> = []
        for pair in pairs where successors[pair.renewed] == nil && taken.insert(pair.successor).inserted {
            successors[pair.renewed] = pair.successor
        }
        return successors
    }

    private func pair(_ renewed: Int, _ candidate: Int) -> Pair? {
        let (before, after) = (contracts[renewed], contracts[candidate])
        let late = after.startsOn - (before.endsOn + 1)
        // One that starts no later than the contract itself runs beside it; so none follows itself, or in a circle.
        guard before.startsOn < after.startsOn, (-Self.daysBefore...Self.daysAfter).contains(late),
            partner(renewed, after.startsOn) == partner(candidate, after.startsOn)
        else { return nil }
        return Pair(distance: abs(late), renewed: renewed, successor: candidate)
    }
}
