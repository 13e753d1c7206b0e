package import Model

/// What pilots owe under the terms they granted, and what those will cost until they run out.
package struct Liability: Sendable, Hashable, Codable {
    /// A part of what is held, by what it waits for.
    package struct Waiting: Sendable, Hashable, Codable {
        package var reason: String
        package var amount: Int64
    }

    /// One variant's, in one currency; every amount in minor units.
    package struct Entry: Sendable, Hashable, Codable {
        package var pilot: Pilot.ID
        package var variant: Variant.ID
        package var currency: Currency
        /// Partners that were assigned to the variant.
        package var partners: Int
        /// Payable by the day of the statement, less `paid`.
        package var payable: Int64
        /// What posted ledger entries moved for these lines.
        package var paid: Int64
        /// Earned and not payable yet.
        package var held: Int64
        /// Of which waits for what; sums to `held`.
        package var waiting: [Waiting]
        /// Recurring bonuses still to come on signed contracts if their customers stay, ten years at most.
        package var running: Int64
        /// An estimate: what the promised plans paid on the same calendar days a year before, without recurring bonuses.
        package var expected: Int64
        /// The last day that anybody of the variant is promised; `nil` when all promises are over.
        package var promisedUntil: Day?
        /// Earned and paid by another system: no debt of Fairway's payment files, and in none of the others.
        package var external: Int64
    }

    package struct Total: Sendable, Hashable, Codable {
        package var currency: Currency
        package var payable: Int64
        package var paid: Int64
        package var held: Int64
        package var running: Int64
        package var expected: Int64
        package var external: Int64
    }

    package var asOf: Day
    /// By pilot, variant and currency.
    package var entries: [Entry]
    /// By currency.
    package var totals: [Total]
}

/// A pilot with the lots it drew and what it promised.
package struct PilotStanding: Sendable {
    package var pilot: Pilot
    package var assignments: [Assignment]
    package var promises: [Promise]

    package init(pilot: Pilot, assignments: [Assignment], promises: [Promise]) {
        self.pilot = pilot
        self.assignments = assignments
        self.promises = promises
    }
}

/// Adds up what is owed under the terms of pilots.
///
/// - Parameter ledger: every posted entry; those of other plans and partners are ignored.
package func liability(
    of pilots: [PilotStanding], in book: EarningBook, ledger: [LedgerEntry], asOf: Day
) -> Liability {
    var sums = LiabilitySums(book: book, asOf: asOf)
    sums.addLines(of: pilots, rememberingKeys: !ledger.isEmpty)
    sums.subtractPayments(ledger)
    for standing in pilots { sums.addExpectation(of: standing) }
    let entries = sums.entries.sorted { $0.key < $1.key }.map { key, sum in
        Liability.Entry(
            pilot: key.pilot, variant: key.variant, currency: key.currency, partners: sum.partners.count,
            payable: sum.payable - sum.paid, paid: sum.paid, held: sum.waiting.values.reduce(0, +),
            waiting: sum.waiting.sorted { $0.key < $1.key }.map {
                Liability.Waiting(reason: $0.key, amount: $0.value)
            },
            running: sum.running, expected: sum.expected, promisedUntil: sum.promisedUntil,
            external: sum.external)
    }
    var totals: [Currency: Liability.Total] = [:]
    for entry in entries {
        var total =
            totals[entry.currency]
            ?? Liability.Total(
                currency: entry.currency, payable: 0, paid: 0, held: 0, running: 0, expected: 0,
                external: 0)
        total.payable += entry.payable
        total.paid += entry.paid
        total.held += entry.held
        total.running += entry.running
        total.expected += entry.expected
        total.external += entry.external
        totals[entry.currency] = total
    }
    return Liability(asOf: asOf, entries: entries, totals: totals.values.sorted { $0.currency < $1.currency })
}
