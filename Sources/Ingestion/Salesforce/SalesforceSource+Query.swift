internal import Model
internal import Transport

extension SalesforceSource {
    /// Salesforce was founded in it: no stamp is older.
    private static let oldest = Instant(milliseconds: 920_246_400_000)
    /// Addresses longer than this are refused on the way, with an answer that does not say why.
    private static let longestAddress = 16_384
    /// A query over less is not made faster by asking for less.
    private static let shortestSlice: Int64 = 60

    /// The page after `place`, by the query's locator while it is known, else by the last row's key.
    func rows(
        _ reading: SalesforceReading, from place: SalesforcePosition.QueryPlace
    ) async throws(SourceError) -> SourcePage {
        var place = place
        if let chain = place.chain {
            if chains.isOwn(chain.locator, of: reading.chainName) {
                do throws(SourceError) {
                    return try deliver(try await followed(chain, reading), reading, place)
                } catch {
                    switch error.kind {
                    case .forgottenPosition: break
                    case .tooLarge: place = try halved(place, reading, error)
                    default: throw error
                    }
                }
            }
            place.chain = nil
        }
        while true {
            let page: SalesforcePage
            do throws(SourceError) {
                page = try await queried(reading, place)
            } catch {
                guard error.kind == .tooLarge else { throw error }
                place = try halved(place, reading, error)
                continue
            }
            chains.begin(reading.chainName)
            // An empty slice is no page of its own: the first load of a young organisation has many.
            if page.rows.isEmpty, page.total == 0, page.next == nil,
                let next = following(place, reading, true)
            {
                place = next
                continue
            }
            return try deliver(page, reading, place)
        }
    }

    private func followed(
        _ chain: SalesforcePosition.Chain, _ reading: SalesforceReading
    ) async throws(SourceError) -> SalesforcePage {
        let response = try await get(chain.locator, headers: pageHeaders, action: reading.action)
        return try parse(response, reading)
    }

    private func queried(
        _ reading: SalesforceReading, _ place: SalesforcePosition.QueryPlace
    ) async throws(SourceError) -> SalesforcePage {
        let range = range(of: place, reading)
        let soql =
            switch reading.walk {
            case .identities: reading.query.identities(range)
            case .full: reading.query.rows(range, liveOnly: true)
            case .changes, .delta, .deletions: reading.query.rows(range, liveOnly: false)
            }
        let path = try address(soql, reading)
        let response: HTTPResponse
        do throws(SourceError) {
            response = try await get(path, headers: pageHeaders, action: reading.action)
        } catch {
            guard error.kind == .unmappable else { throw error }
            // What is described now names the field, if a field is what is missing.
            await objects.forget()
            _ = try await query(for: reading.plan)
            throw error
        }
        return try parse(response, reading)
    }

    func address(_ soql: String, _ reading: SalesforceReading) throws(SourceError) -> String {
        let path = versioned("\(reading.query.resource)?q=\(WebText.encoded(soql))")
        // The host is part of the limit too; no name is longer.
        guard path.utf8.count + 255 <= SalesforceSource.longestAddress else {
            throw error(
                .unmappable,
                "stream '\(reading.stream)': a query for \(reading.query.fields.count) fields makes an address of "
                    + "\(path.utf8.count) bytes where Salesforce takes \(SalesforceSource.longestAddress); map "
                    + "fewer fields or shorten the filter and its lists")
        }
        return path
    }

    private var pageHeaders: [(name: String, value: String)] {
        [
            ("Accept", "application/json"),
            ("Sforce-Query-Options", "batchSize=\(configuration.pageSize)"),
        ]
    }

    private func parse(
        _ response: HTTPResponse, _ reading: SalesforceReading
    ) throws(SourceError) -> SalesforcePage {
        do throws(SalesforcePageFault) {
            switch reading.walk {
            case .identities:
                return try SalesforcePage(
                    parsing: response.body, fields: [SalesforceQuery.idField], stamp: nil)
            case .full, .changes, .delta, .deletions:
                return try SalesforcePage(
                    parsing: response.body, fields: reading.query.fields, stamp: reading.query.stamp)
            }
        } catch {
            throw malformed(reading.action, error)
        }
    }

    /// Says where to go on after a page, and counts it.
    private func deliver(
        _ page: SalesforcePage, _ reading: SalesforceReading, _ place: SalesforcePosition.QueryPlace
    ) throws(SourceError) -> SourcePage {
        let stream = "stream '\(reading.stream)'"
        let starts = place.chain == nil
        let total = place.chain?.total ?? page.total
        let read = (place.chain?.read ?? 0) + page.rows.count
        guard page.total == total else {
            throw error(
                .malformed, "\(stream): a query of \(total) rows says in the middle that it has \(page.total)"
            )
        }
        if let first = page.stamps.first, let last = place.last?.stamp, first < last {
            throw error(
                .malformed, "\(stream): record '\(page.rows[0].id)' is out of order by \(reading.query.stamp)"
            )
        }
        var next: SalesforcePosition.QueryPlace? = place
        if let last = page.rows.last {
            next?.last = SalesforcePosition.Key(stamp: page.stamps.last, id: last.id)
        }
        if let link = page.next {
            guard link != place.chain?.locator, read <= total else {
                throw error(.pageLoop, "\(stream): the pages repeat, \(read) rows read of \(total) counted")
            }
            let locator = try ownPath(link, reading)
            next?.chain = SalesforcePosition.Chain(locator: locator, total: total, read: read)
            chains.adopt(locator, in: reading.chainName)
        } else {
            next?.chain = nil
            next = next.flatMap { following($0, reading, false) }
            // The last query's rows are counted by whoever stores them; those of slices before it here.
            guard next == nil || read == total else {
                throw error(
                    .incomplete, "\(stream): \(read) rows were read where Salesforce counted \(total)")
            }
        }
        return SourcePage(
            records: page.records, rows: page.rows,
            next: try next.map { (place) throws(SourceError) in try encode(.query(place)) },
            count: .chain(total: total, starts: starts))
    }

    /// A link of the source's, only if it stays where the token may go.
    private func ownPath(_ link: String, _ reading: SalesforceReading) throws(SourceError) -> String {
        let isPlain = link.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 92 && $0 != 35 }
        let parts = link.split(separator: "/", omittingEmptySubsequences: false)
        guard link.hasPrefix("/services/data/"), isPlain, link.utf8.count <= 2048,
            !parts.contains(where: { $0 == ".." || $0 == "." }), !link.contains("%2e"), !link.contains("%2E")
        else {
            throw error(
                .foreignLink,
                "stream '\(reading.stream)': the next page's link is not a path below /services/data/ of the "
                    + "same host")
        }
        return link
    }
}

// MARK: - Slices of time

extension SalesforceSource {
    /// Which rows the place's query asks for.
    func range(
        of place: SalesforcePosition.QueryPlace, _ reading: SalesforceReading
    ) -> SalesforceQuery.Range {
        SalesforceQuery.Range(
            last: place.last, lower: reading.lower, after: place.slice?.after,
            upper: place.slice?.end ?? reading.walk.upper)
    }

    /// The place after a slice; `nil` when the walk is done. Empty slices double the next one.
    private func following(
        _ place: SalesforcePosition.QueryPlace, _ reading: SalesforceReading, _ wasEmpty: Bool
    ) -> SalesforcePosition.QueryPlace? {
        guard let slice = place.slice, slice.end < reading.walk.upper else { return nil }
        let seconds = wasEmpty ? slice.seconds * 2 : slice.seconds
        var next = SalesforcePosition.QueryPlace()
        next.slice = SalesforcePosition.Slice(
            after: slice.end, end: min(slice.end.adding(seconds: Double(seconds)), reading.walk.upper),
            seconds: seconds)
        return next
    }

    /// The place with half the time before it; throws when there is no less to ask for.
    private func halved(
        _ place: SalesforcePosition.QueryPlace, _ reading: SalesforceReading, _ failure: SourceError
    ) throws(SourceError) -> SalesforcePosition.QueryPlace {
        let end = place.slice?.end ?? reading.walk.upper
        var start = place.slice?.after ?? reading.lower ?? SalesforceSource.oldest
        if let last = place.last?.stamp { start = max(start, last) }
        let seconds = (end.milliseconds - start.milliseconds) / 2000
        var isSliced = true
        if case .identities = reading.walk { isSliced = reading.query.created != nil }
        guard isSliced, seconds >= SalesforceSource.shortestSlice else {
            throw error(
                .tooLarge,
                "\(failure.detail); the query cannot be made smaller by time, add a condition on an indexed field"
            )
        }
        var next = place
        next.chain = nil
        next.slice = SalesforcePosition.Slice(
            after: place.slice?.after, end: start.adding(seconds: Double(seconds)).wholeSecond,
            seconds: seconds)
        return next
    }
}
