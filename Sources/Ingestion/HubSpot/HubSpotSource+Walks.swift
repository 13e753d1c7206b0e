internal import Model

extension HubSpotSource {
    /// A page of everything. Rows outside the selection are left out here: lists cannot be filtered.
    func listed(
        _ plan: HubSpotStream, run: Instant, _ place: HubSpotPosition
    ) async throws(SourceError) -> SourcePage {
        if place.after == nil { try await requireConditions(plan) }
        let page = try await list(plan, archived: false, properties: plan.properties, place)
        var rows = RowsOfPage(fields: plan.fields)
        try await add(page, Array(0..<page.count), to: &rows, plan, run: run)
        return SourcePage(
            records: rows.records, rows: rows.identities, next: next(page, place),
            skipped: page.count - rows.identities.count)
    }

    /// A page of what changed in a window, by id.
    func found(
        _ plan: HubSpotStream, _ lower: Instant, _ upper: Instant, _ place: HubSpotPosition
    ) async throws(SourceError) -> SourcePage {
        let page = try await search(
            plan, lower, upper, place, properties: [], filters: plan.conditions.filters)
        var rows = RowsOfPage(fields: plan.fields)
        // The index says which rows; their values there may be older than the change it found them by.
        let ids = (0..<page.count).map { page.id($0) }
        for start in stride(from: 0, to: ids.count, by: Self.batchSize) {
            let batch = Array(ids[start..<min(start + Self.batchSize, ids.count)])
            let (current, found) = try await self.current(plan, batch)
            try await add(current, found, to: &rows, plan, run: upper)
        }
        return try searched(page, rows, place, plan)
    }

    /// Archived rows when it is their turn, then merged ones.
    func deleted(
        _ plan: HubSpotStream, _ lower: Instant, _ upper: Instant, _ place: HubSpotPosition
    ) async throws(SourceError) -> SourcePage {
        do throws(SourceError) {
            if place.isAtMerges { return try await merged(plan, lower, upper, place) }
            if let from = archiveRhythm.lower(lower, upper) {
                return try await archived(plan, from, upper, place)
            }
            guard try await tellsMerges(plan) else {
                return SourcePage(records: RecordBatch(fields: plan.fields), rows: [], next: nil)
            }
            return try await merged(plan, lower, upper, HubSpotPosition(isAtMerges: true))
        } catch {
            guard error.kind == .tooLarge else { throw error }
            // Halves of the window would not keep the rhythm of the archived list.
            throw self.error(.malformed, error.detail)
        }
    }

    private func archived(
        _ plan: HubSpotStream, _ lower: Instant, _ upper: Instant, _ place: HubSpotPosition
    ) async throws(SourceError) -> SourcePage {
        let page = try await list(plan, archived: true, properties: [], place)
        var rows = RowsOfPage(fields: plan.fields)
        for row in 0..<page.count {
            let text = page.archivedAt(row)
            // One without a readable time is told rather than passed over.
            if let moment = text.flatMap({ Instant(iso: $0) }), moment < lower || moment > upper { continue }
            rows.addGone(RowIdentity(id: page.id(row), version: text ?? page.version(row), state: .deleted))
        }
        var next = self.next(page, place)
        if next == nil, try await tellsMerges(plan) { next = HubSpotPosition(isAtMerges: true).encoded }
        return SourcePage(
            records: rows.records, rows: rows.identities, next: next,
            skipped: page.count - rows.identities.count)
    }

    /// Losers of merges, told by the winners that changed in the window, whether the stream selects those or not.
    private func merged(
        _ plan: HubSpotStream, _ lower: Instant, _ upper: Instant, _ place: HubSpotPosition
    ) async throws(SourceError) -> SourcePage {
        let page = try await search(
            plan, lower, upper, place, properties: [Self.mergedIDs], filters: [])
        var rows = RowsOfPage(fields: plan.fields)
        for row in 0..<page.count {
            guard case .text(let text) = page.property(row, Self.mergedIDs) else { continue }
            let winner = page.id(row)
            let losers = text.split { $0 == ";" || $0 == "," || $0 == " " }.map(String.init)
            for loser in losers where loser != winner {
                rows.addGone(
                    RowIdentity(id: loser, version: page.version(row), state: .merged(into: winner)))
            }
        }
        return try searched(page, rows, place, plan)
    }

    func identities(
        _ plan: HubSpotStream, _ place: HubSpotPosition
    ) async throws(SourceError) -> SourcePage {
        if place.after == nil { try await requireConditions(plan) }
        let page = try await list(plan, archived: false, properties: plan.conditions.fields, place)
        let rows = (0..<page.count).filter { isSelected($0, of: page, plan) }.map {
            RowIdentity(id: page.id($0), version: page.version($0))
        }
        return SourcePage(
            records: RecordBatch(fields: []), rows: rows, next: next(page, place),
            skipped: page.count - rows.count)
    }

    private static var mergedIDs: String { "hs_merged_object_ids" }

    /// Whether records of the type say what was merged into them; asked once.
    private func tellsMerges(_ plan: HubSpotStream) async throws(SourceError) -> Bool {
        let type = plan.mapping.object
        return try await mergeTypes.value(type, of: nil) { () async throws(SourceError) -> Bool in
            try await properties(of: type).contains { $0.name == Self.mergedIDs }
        }
    }

    /// Lists leave out properties they do not know, and a condition on one of those would select nothing, silently.
    private func requireConditions(_ plan: HubSpotStream) async throws(SourceError) {
        guard !plan.conditions.fields.isEmpty else { return }
        let names = try await properties(of: plan.mapping.object).map(\.name)
        for field in plan.conditions.fields where !names.contains(field) {
            throw error(
                .unmappable,
                "mapping of stream '\(plan.mapping.stream)': `where` names '\(field)', a property that "
                    + "'\(plan.mapping.object)' does not have\(suggestion(for: field, among: names))")
        }
    }

    private func isSelected(_ row: Int, of page: HubSpotPage, _ plan: HubSpotStream) -> Bool {
        plan.conditions.hold { page.property(row, $0) }
    }

    /// Adds a page's rows that belong to the stream, with what associations and stages say about them.
    private func add(
        _ page: HubSpotPage, _ found: [Int], to rows: inout RowsOfPage, _ plan: HubSpotStream, run: Instant
    ) async throws(SourceError) {
        let selected = found.filter { isSelected($0, of: page, plan) }
        guard !selected.isEmpty else { return }
        let live = selected.filter { !page.isArchived($0) }
        let related = try await related(plan, to: live.map { page.id($0) })
        let stages = try await stages(plan, run: run)
        for row in selected {
            let id = page.id(row)
            guard !page.isArchived(row) else {
                guard plan.mapping.selection.deletions else { continue }
                rows.addGone(RowIdentity(id: id, version: page.version(row), state: .deleted))
                continue
            }
            let values = plan.cells.map { cell in
                switch cell {
                case .member(let path): page[row, path]
                case .association(let index):
                    related[plan.mapping.associations[index].object]?
                        .value(of: id, typeID: plan.mapping.associations[index].typeID) ?? .absent
                case .stage(let field):
                    stage(field, row, page, plan, stages)
                }
            }
            rows.records.append(values)
            rows.identities.append(RowIdentity(id: id, version: page.version(row)))
        }
    }

    private func stage(
        _ field: HubSpotStage.Field, _ row: Int, _ page: HubSpotPage, _ plan: HubSpotStream,
        _ stages: HubSpotStages?
    ) -> FieldValue {
        guard let stages, let names = plan.stageProperties else { return .absent }
        return stages.value(
            field, pipeline: page.property(row, names.pipeline), stage: page.property(row, names.stage))
    }

    private func stages(
        _ plan: HubSpotStream, run: Instant
    ) async throws(SourceError) -> HubSpotStages? {
        guard plan.stageProperties != nil else { return nil }
        let type = plan.mapping.object
        return try await stages.value(type, of: run) { () async throws(SourceError) -> HubSpotStages in
            try await pipelines(of: type)
        }
    }

    private func next(_ page: HubSpotPage, _ place: HubSpotPosition) -> Position? {
        page.after.map { HubSpotPosition(after: $0, isAtMerges: place.isAtMerges).encoded }
    }

    /// A search's page with its proof: `total` is what the window still holds behind the last id, so the last page
    /// has to hold all of it.
    private func searched(
        _ page: HubSpotPage, _ rows: RowsOfPage, _ place: HubSpotPosition, _ plan: HubSpotStream
    ) throws(SourceError) -> SourcePage {
        let action = "searching stream '\(plan.mapping.stream)'"
        guard let total = page.total, total >= page.count else {
            throw error(.malformed, "\(action): the answer does not say how many rows there are in all")
        }
        var last = place.lastID
        for row in 0..<page.count {
            let id = page.id(row)
            guard HubSpotID.isValid(id) else {
                throw error(.malformed, "\(action): '\(id.prefix(40))' is not a record's id")
            }
            if let last, !HubSpotID.isOrdered(last, before: id) {
                throw error(
                    .malformed, "\(action): id \(id) follows \(last); the search does not go on by id")
            }
            last = id
        }
        let missing = total - page.count
        let goesOn = missing > 0 && page.count > 0
        return SourcePage(
            records: rows.records, rows: rows.identities,
            next: goesOn ? HubSpotPosition(lastID: last, isAtMerges: place.isAtMerges).encoded : nil,
            // Rows outside the selection and rows gone since are not delivered, several losers of one winner are.
            count: .remaining(missing + rows.identities.count),
            skipped: max(0, page.count - rows.identities.count))
    }
}

/// A page being put together.
private struct RowsOfPage {
    var records: RecordBatch
    var identities: [RowIdentity] = []

    init(fields: [String]) { records = RecordBatch(fields: fields) }

    /// A record that is no more has no values.
    mutating func addGone(_ identity: RowIdentity) {
        records.append(records.fields.map { _ in .absent })
        identities.append(identity)
    }
}
