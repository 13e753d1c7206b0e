package import Model
import Storage

extension PilotOperations {
    /// Closes a quarter with every line that the programme owes by its last day.
    package func close(_ period: CalendarPeriod, by actor: Actor) async throws -> PeriodClosing {
        try await close(period, by: actor) { transaction, day in
            try programmePayouts(asOf: day, transaction)
        }
    }

    /// Every line of every partner as of `day`, by all that the book tells now.
    func programmePayouts(asOf day: Day, _ transaction: Transaction) throws -> [Payout] {
        let book = try book(through: transaction.latestSequence(), transaction)
        return try programmePayouts(asOf: day, in: book, transaction)
    }
}
