internal import Model

extension GenericSource {
    /// One page of a list that is read by page numbers.
    ///
    /// The last record of the page before must still stand where it stood, as with offsets; a page cannot overlap the
    /// one before it, so that one is asked for again, after this one: what was skipped before is seen then. If the
    /// record moved up or down, reading goes on behind where it is now; if it is gone, the walk begins anew.
    func numberedPage(
        _ ask: Ask, first: Int, at position: GenericPosition
    ) async throws(SourceError) -> SourcePage {
        let number = position.page ?? first
        let answer = try await self.answer(ask, at: GenericPosition(page: number))
        func next(_ answer: Answer, _ number: Int) -> GenericPosition? {
            answer.rows.last.map { GenericPosition(lastID: $0.id, page: number + 1) }
        }
        guard number > first else {
            return try deliver(answer, from: 0, next: next(answer, number), ask, isFirst: true)
        }
        if let anchor = position.lastID {
            // Records were added before the place: it is on this page now.
            if let place = answer.rows.firstIndex(where: { $0.id == anchor }) {
                return try deliver(
                    answer, from: place + 1, next: next(answer, number), ask, isFirst: false)
            }
            let before = try await self.answer(ask, at: GenericPosition(page: number - 1))
            if before.rows.last?.id == anchor {
                return try deliver(answer, from: 0, next: next(answer, number), ask, isFirst: false)
            }
            if let place = before.rows.lastIndex(where: { $0.id == anchor }) {
                return try deliver(
                    before, from: place + 1, next: next(before, number - 1), ask, isFirst: false)
            }
        }
        throw error(
            .forgottenPosition,
            "stream '\(ask.stream)': the last record of page \(number - 1) is gone from there; the list shifted "
                + "while it was read")
    }
}
