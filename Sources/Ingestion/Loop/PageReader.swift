import Model

/// Fetches and maps pages, the next one while the one before is being stored.
struct PageReader: Sendable {
    let source: any OutcomeSource
    let plan: StreamPlan
    let map: PageMapping

    /// A page with what its rows became.
    struct MappedPage: Sendable {
        var page: SourcePage
        var records: [MappedRecord]
        var quarantined: [QuarantinedRow]
        /// Whether it was asked for twice because the first answer could not be trusted.
        var wasRepeated: Bool
    }

    struct Request: Sendable, Hashable {
        var walk: Walk
        var position: Position?
    }

    typealias Prefetch = (request: Request, task: Task<Result<MappedPage, SourceError>, Never>)

    /// Starts reading a page.
    func prefetch(_ request: Request) -> Prefetch {
        (
            request,
            Task {
                do throws(SourceError) {
                    return .success(try await read(request))
                } catch {
                    return .failure(error)
                }
            }
        )
    }

    /// Ends the page's reading, or its waiting when the caller is cancelled.
    func page(_ prefetch: Prefetch) async throws(SourceError) -> MappedPage {
        let result = await withTaskCancellationHandler {
            await prefetch.task.value
        } onCancel: {
            prefetch.task.cancel()
        }
        return try result.get()
    }

    /// An answer that cannot be trusted is asked for once more; requests are repeated below.
    private func read(_ request: Request) async throws(SourceError) -> MappedPage {
        do throws(SourceError) {
            return try mapped(try await source.page(of: plan, in: request.walk, after: request.position))
        } catch {
            guard error.kind == .malformed else { throw error }
        }
        var page = try mapped(try await source.page(of: plan, in: request.walk, after: request.position))
        page.wasRepeated = true
        return page

        func mapped(_ page: SourcePage) throws(SourceError) -> MappedPage {
            switch request.walk {
            case .deletions, .identities:
                return MappedPage(page: page, records: [], quarantined: [], wasRepeated: false)
            case .full, .changes, .delta: break
            }
            guard page.records.count == page.rows.count else {
                throw SourceError(
                    .malformed, source: source.name,
                    detail:
                        "stream '\(plan.name)': a page has \(page.rows.count) ids for \(page.records.count) rows"
                )
            }
            var (records, quarantined) = map(page)
            // Deletions become facts when the run is complete, by the page's sweep.
            records.removeAll { if case .deleted = $0.body { true } else { false } }
            var spelling = FactSpelling()
            for index in records.indices { records[index].hashAhead(with: &spelling) }
            return MappedPage(page: page, records: records, quarantined: quarantined, wasRepeated: false)
        }
    }
}
