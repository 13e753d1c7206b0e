internal import Model
internal import Transport

extension SalesforceSource {
    /// Records that were deleted for good, by Salesforce's log of them. The log is of the object, whatever the
    /// mapping's filter: ids that were never read are in it too.
    func deletions(
        of stream: StreamPlan, lower: Instant, upper: Instant,
        after place: SalesforcePosition.DeletionPlace?
    ) async throws(SourceError) -> SourcePage {
        let object = try await objects.describe(stream.mapping.object, isFresh: false)
        let fields = try await query(for: stream).fields
        guard object.isReplicated else {
            return SourcePage(records: RecordBatch(fields: fields), rows: [], next: nil)
        }
        let whole = SalesforceSpan(lower: place?.start ?? lower, upper: upper)
        guard SalesforceSpan(lower: lower, upper: upper).minutes <= SalesforceSpan.longest else {
            throw error(
                .forgottenToken,
                "stream '\(stream.name)': deletions since \(lower) are asked for and Salesforce keeps them for 15 "
                    + "days; every record's id has to be compared")
        }
        var span = place.map { whole.first(minutes: $0.minutes) } ?? whole
        let found: SalesforceDeletions
        (found, span) = try await log(of: object.name, stream: stream.name, span)
        guard found.earliest <= lower else {
            throw error(
                .forgottenToken,
                "stream '\(stream.name)': Salesforce's log of deleted \(object.name) records begins at "
                    + "\(found.earliest), after \(lower); every record's id has to be compared")
        }
        let isLast = span.end >= whole.end
        let overlap = Double(configuration.overlap.components.seconds)
        // The next window begins an overlap before this one's end; what the log holds back must lie in it.
        guard found.latest >= min(span.end, upper.adding(seconds: -overlap)) else {
            throw error(
                .serverFault,
                "stream '\(stream.name)': Salesforce's log of deleted \(object.name) records reaches only to "
                    + "\(found.latest), before \(upper) less the overlap")
        }
        var records = RecordBatch(fields: fields)
        for row in found.rows {
            records.append(fields.map { $0 == SalesforceQuery.idField ? .text(row.id) : .absent })
        }
        let next = SalesforcePosition.DeletionPlace(start: span.end, minutes: span.minutes)
        return SourcePage(
            records: records, rows: found.rows,
            next: isLast ? nil : try encode(.deletions(next)))
    }

    /// The log of a span, or of as much of it as Salesforce gives at once.
    private func log(
        of object: String, stream: String, _ span: SalesforceSpan
    ) async throws(SourceError) -> (SalesforceDeletions, SalesforceSpan) {
        let action = "reading deletions of stream '\(stream)'"
        var span = span
        while true {
            let path = versioned(
                "sobjects/\(object)/deleted/?start=\(WebText.encoded(span.start.description))"
                    + "&end=\(WebText.encoded(span.end.description))")
            let response: HTTPResponse
            do throws(SourceError) {
                response = try await get(path, action: action)
            } catch {
                guard error.kind == .tooLarge, span.minutes > 1 else { throw error }
                span = span.first(minutes: span.minutes / 2)
                continue
            }
            do throws(SalesforcePageFault) {
                return (try SalesforceDeletions(parsing: response.body), span)
            } catch {
                throw malformed(action, error)
            }
        }
    }
}
