internal import Foundation
internal import Model
internal import Transport

extension GenericSource {
    /// What is asked for, page by page.
    struct Ask: Sendable {
        var stream: String
        var plan: RequestPlan
        var walk: Walk
        var pageSize: Int

        var isIdentities: Bool {
            if case .identities = walk { true } else { false }
        }
    }

    /// An answer read.
    struct Answer {
        var records: RecordBatch
        var rows: [RowIdentity]
        var envelope: JSONValue
        var response: HTTPResponse
        /// Path and query it answers.
        var target: String
        var origin: HTTPOrigin

        var isEmpty: Bool { rows.isEmpty }
    }

    func page(_ ask: Ask, at position: GenericPosition) async throws(SourceError) -> SourcePage {
        switch ask.plan.mapping.pagination {
        case .offset: return try await offsetPage(ask, at: position)
        case .page(_, let first): return try await numberedPage(ask, first: first, at: position)
        case .none, .nextURL, .cursor, .locatorHeader, .startingAfter, .linkHeader: break
        }
        let answer = try await self.answer(ask, at: position)
        let next = try following(answer, ask, position)
        return try deliver(answer, from: 0, next: next, ask, isFirst: position == GenericPosition())
    }

    /// One page of a list read by offset.
    ///
    /// The last record of the page before is asked for again: as long as it stands at its old place, as many
    /// records precede it as before, and none that followed was skipped. If it moved up, reading steps back to
    /// where it is now; if it is gone, the walk begins anew.
    private func offsetPage(
        _ ask: Ask, at position: GenericPosition
    ) async throws(SourceError) -> SourcePage {
        let offset = position.offset ?? 0
        guard offset > 0, let anchor = position.lastID else {
            let answer = try await self.answer(ask, at: GenericPosition(offset: 0))
            let next = answer.rows.last.map { GenericPosition(lastID: $0.id, offset: answer.rows.count) }
            return try deliver(answer, from: 0, next: next, ask, isFirst: true)
        }
        var start = offset - 1
        while true {
            let answer = try await self.answer(ask, at: GenericPosition(offset: start))
            if let place = answer.rows.firstIndex(where: { $0.id == anchor }) {
                let isAtItsPlace = start + place == offset - 1
                let fresh = answer.rows.count - place - 1
                var next: GenericPosition?
                if fresh > 0 {
                    next = GenericPosition(
                        lastID: answer.rows.last?.id, offset: start + answer.rows.count)
                } else if !isAtItsPlace {
                    next = GenericPosition(lastID: anchor, offset: start + place + 1)
                } else {
                    return try await confirmedEnd(ask, offset: offset)
                }
                return try deliver(answer, from: place + 1, next: next, ask, isFirst: false)
            }
            guard start == offset - 1, start > 0 else { break }
            start = max(0, offset - ask.pageSize)
        }
        throw error(
            .forgottenPosition,
            "stream '\(ask.stream)': record '\(anchor)' was number \(offset) of the list and is gone from there; "
                + "the list shifted while it was read"
        )
    }

    /// Only an empty page ends a list; a source may answer with fewer records than it was asked for.
    private func confirmedEnd(_ ask: Ask, offset: Int) async throws(SourceError) -> SourcePage {
        let answer = try await self.answer(ask, at: GenericPosition(offset: offset))
        let next = answer.rows.last.map {
            GenericPosition(lastID: $0.id, offset: offset + answer.rows.count)
        }
        return try deliver(answer, from: 0, next: next, ask, isFirst: false)
    }

    private func following(
        _ answer: Answer, _ ask: Ask, _ position: GenericPosition
    ) throws(SourceError) -> GenericPosition? {
        switch ask.plan.mapping.pagination {
        case .none, .offset, .page: return nil
        case .nextURL(let pointer):
            return try link(answer.envelope[pointer: pointer], at: pointer, answer, ask)
        case .linkHeader:
            let values = answer.response.headers.filter { $0.name.lowercased() == "link" }.map(\.value)
            guard let next = LinkHeader.next(in: values) else { return nil }
            return try link(.string(next), at: "Link", answer, ask)
        case .cursor(let pointer, _):
            return try cursor(scalar(answer.envelope[pointer: pointer], at: pointer, ask), position, ask)
        case .locatorHeader(let header, _, let end):
            let locator = answer.response.header(header).flatMap { $0 == end ? nil : $0 }
            return try cursor(locator, position, ask)
        case .startingAfter(_, let more):
            guard let flag = answer.envelope[pointer: more]?.bool else {
                throw malformed(ask, "the answer does not say at '\(more)' whether there is more")
            }
            guard flag else { return nil }
            guard let last = answer.rows.last?.id else {
                throw malformed(ask, "the answer says that there is more and holds no record to go on from")
            }
            guard last != position.lastID else { throw loop(ask, "'\(last)' is again the last record") }
            return GenericPosition(lastID: last)
        }
    }

    private func cursor(
        _ cursor: String?, _ position: GenericPosition, _ ask: Ask
    ) throws(SourceError) -> GenericPosition? {
        guard let cursor, !cursor.isEmpty else { return nil }
        guard cursor.utf8.count <= NextLink.maximumBytes else {
            throw malformed(ask, "the cursor is \(cursor.utf8.count) bytes long")
        }
        guard cursor != position.cursor else {
            throw loop(ask, "the cursor '\(GenericFaultReader.printable(cursor))' leads to itself")
        }
        return GenericPosition(cursor: cursor)
    }

    private func link(
        _ value: JSONValue?, at place: String, _ answer: Answer, _ ask: Ask
    ) throws(SourceError) -> GenericPosition? {
        guard let link = try scalar(value, at: place, ask), !link.isEmpty else { return nil }
        do throws(NextLink.Failure) {
            let next = try NextLink.resolve(link, origin: answer.origin, target: answer.target)
            guard next != answer.target else { throw NextLink.Failure.unusable }
            return GenericPosition(link: next)
        } catch {
            let shown = GenericFaultReader.printable(link)
            switch error {
            case .foreign:
                throw self.error(
                    .foreignLink,
                    "stream '\(ask.stream)': the next page's link '\(shown)' leads away from \(answer.origin)"
                )
            case .unusable:
                throw loop(ask, "the next page's link '\(shown)' leads nowhere or to itself")
            }
        }
    }

    /// A text or number; `nil` for none.
    private func scalar(
        _ value: JSONValue?, at pointer: String, _ ask: Ask
    ) throws(SourceError) -> String? {
        switch value {
        case nil, .null, .bool(false): nil
        case .string(let text): text
        case .number(let literal): literal
        case .bool, .array, .object:
            throw malformed(ask, "'\(pointer)' holds neither a text nor a number to go on with")
        }
    }

    func deliver(
        _ answer: Answer, from first: Int, next: GenericPosition?, _ ask: Ask, isFirst: Bool
    ) throws(SourceError) -> SourcePage {
        var count = SourcePage.Count.none
        if let pointer = ask.plan.mapping.total, !answer.response.body.isEmpty {
            if let total = answer.envelope[pointer: pointer]?.integer, total >= 0 {
                count = .chain(total: total, starts: isFirst)
            } else if isFirst {
                throw malformed(ask, "the answer has no count of all records at '\(pointer)'")
            }
        }
        // An answer without content has no columns either.
        let selected = answer.isEmpty ? [] : rows[ask.stream]?.selected(answer.records, from: first) ?? []
        return SourcePage(
            records: ask.isIdentities
                ? RecordBatch(fields: []) : GenericRows.picking(selected, of: answer.records),
            rows: selected.map { answer.rows[$0] }, next: try encode(next), count: count)
    }

    private func encode(_ position: GenericPosition?) throws(SourceError) -> Position? {
        guard let position else { return nil }
        do {
            return Position(String(decoding: try CanonicalJSON.encode(position), as: UTF8.self))
        } catch {
            throw self.error(.malformed, "the position cannot be written: \(error)")
        }
    }
}

// MARK: - Requests

extension GenericSource {
    func send(
        _ ask: Ask, at position: GenericPosition, action: String
    ) async throws(SourceError) -> (response: HTTPResponse, target: String, origin: HTTPOrigin) {
        let origin = try await client.instance()
        let target =
            position.link ?? ask.plan.target(of: ask.walk, at: position, pageSize: ask.pageSize)
        let request = SourceRequest(
            .get, origin.description + target,
            headers: ask.plan.headers(of: ask.walk, at: position, pageSize: ask.pageSize), action: action)
        do throws(SourceError) {
            return (try await client.send(request), target, origin)
        } catch {
            throw meaning(of: error, at: position)
        }
    }

    /// "Not found" of a cursor is a position that was forgotten; of anything else it is a request that names what
    /// is not there.
    private func meaning(of failure: SourceError, at position: GenericPosition) -> SourceError {
        guard failure.kind == .forgottenPosition else { return failure }
        let isOfTheSource = position.link != nil || position.cursor != nil || position.lastID != nil
        return isOfTheSource ? failure : error(.unmappable, failure.detail)
    }

    func answer(_ ask: Ask, at position: GenericPosition) async throws(SourceError) -> Answer {
        let sent = try await send(ask, at: position, action: "reading stream '\(ask.stream)'")
        let columns = rows[ask.stream]
        let fields = columns?.asked ?? []
        if sent.response.status == 204 || sent.response.status == 304 {
            return Answer(
                records: RecordBatch(fields: fields), rows: [], envelope: .null,
                response: sent.response, target: sent.target, origin: sent.origin)
        }
        let page: RecordPage
        do throws(JSONFault) {
            page = try RecordPage(
                parsing: sent.response.body, listAt: ask.plan.mapping.records, fields: fields)
        } catch {
            throw malformed(ask, error.description)
        }
        do throws(RequestFault) {
            return Answer(
                records: page.records, rows: try columns?.identities(page.records) ?? [],
                envelope: page.envelope, response: sent.response, target: sent.target, origin: sent.origin)
        } catch {
            throw self.error(.unmappable, "stream '\(ask.stream)': \(error.reason)")
        }
    }

    private func malformed(_ ask: Ask, _ reason: String) -> SourceError {
        error(.malformed, "reading stream '\(ask.stream)': \(reason)")
    }

    private func loop(_ ask: Ask, _ reason: String) -> SourceError {
        error(.pageLoop, "reading stream '\(ask.stream)': \(reason)")
    }
}
