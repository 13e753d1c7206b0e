import Hummingbird

extension StripeRoutes {
    /// A row that a list may show.
    struct Listed: Sendable {
        let id: String
        /// Whether it passes the filters; one that does not can still be a cursor.
        let isWanted: Bool
        let object: @Sendable (StripeVersion) -> StripeValue
    }

    /// Answers with a page of rows, which come newest first.
    ///
    /// - Parameters:
    ///   - what: the word for an object in "No such …".
    ///   - rows: all rows that a cursor may name.
    func list(
        _ request: Request, _ what: String, filters: Set<String>,
        _ rows: (StripeView, StripeListQuery) throws -> [Listed]
    ) async throws -> Response {
        let fields = FormFields(request.uri.query ?? "")
        let hasCursor = fields["starting_after"] != nil || fields["ending_before"] != nil
        return try await admitted(request, hasCursor: hasCursor) { fault, version in
            let query = try StripeListQuery(fields, filters: filters)
            let all = try rows(await org.stripeView(), query)
            let wanted = all.filter(\.isWanted)
            if let id = query.endingBefore {
                let end = try place(of: id, in: all, what, "ending_before").before
                let start = max(0, end - query.limit)
                return page(wanted[start..<end], hasMore: start > 0, request, version)
            }
            var start = 0
            if let id = query.startingAfter {
                let place = try place(of: id, in: all, what, "starting_after").after
                start = max(0, place - (await org.takeStripeReplay(after: id)))
            }
            let cut = PageCut(count: wanted.count, at: .init(start), size: query.limit, bentBy: fault?.kind)
            if let last = wanted[cut.rows].last?.id, let next = cut.next, next.offset < cut.rows.upperBound {
                await org.noteStripeReplay(cut.rows.upperBound - next.offset, after: last)
            }
            return page(
                wanted[cut.rows], hasMore: cut.next != nil, isForeign: cut.isForeign, request, version)
        }
    }

    /// How many wanted rows stand before the row a cursor names, and the first place after it.
    private func place(
        of id: String, in all: [Listed], _ what: String, _ param: String
    ) throws -> (before: Int, after: Int) {
        guard let position = all.firstIndex(where: { $0.id == id }) else {
            throw StripeError.missing(what, id, param: param)
        }
        let before = all[..<position].count(where: \.isWanted)
        return (before, before + (all[position].isWanted ? 1 : 0))
    }

    private func page(
        _ rows: ArraySlice<Listed>, hasMore: Bool, isForeign: Bool = false, _ request: Request,
        _ version: StripeVersion
    ) -> StripeValue {
        // Relative, as Stripe writes it; clients know where they are and should not follow another host.
        let url = (isForeign ? "https://crm.example.net" : "") + request.uri.path
        return [
            "object": "list", "data": .list(rows.map { $0.object(version) }), "has_more": .flag(hasMore),
            "url": .text(url),
        ]
    }

    /// Answers with the object of the path's id.
    func one(
        _ request: Request, _ context: BasicRequestContext, _ what: String,
        _ find: (StripeView, String) -> (@Sendable (StripeVersion) -> StripeValue)?
    ) async throws -> Response {
        let id = try context.parameters.require("id")
        let fields = FormFields(request.uri.query ?? "")
        return try await admitted(request) { _, version in
            for name in fields.names.sorted() {
                guard name == "expand" || name.hasPrefix("expand[") else {
                    throw StripeError.unknown(parameter: name)
                }
                try StripeListQuery.check(expansions: fields.list(name))
            }
            guard let object = find(await org.stripeView(), id) else { throw StripeError.missing(what, id) }
            return object(version)
        }
    }
}
