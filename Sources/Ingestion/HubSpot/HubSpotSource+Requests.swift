package import Model
internal import Transport

extension HubSpotSource {
    /// The Date header of the smallest list there is.
    package func serverTime() async throws(SourceError) -> Instant {
        guard let type = streams.first?.mapping.object else {
            throw error(.unmappable, "the mapping names no stream")
        }
        let action = "asking for the server's time"
        let response = try await get(paths.objects(type), [("limit", "1")], action)
        guard let seconds = response.serverTime else {
            throw error(.malformed, "\(action): the answer has no Date header")
        }
        return Instant(milliseconds: Int64(seconds) * 1000)
    }

    /// The type's properties, and the fields that Fairway adds to them.
    ///
    /// Associations and stages count as calculated: they change without the record's stamp moving.
    package func schema(of stream: StreamPlan) async throws(SourceError) -> SourceSchema? {
        let plan = try plan(of: stream)
        var fields = try await properties(of: plan.mapping.object)
        for name in HubSpotStream.recordFields { fields.append(.init(name: name, type: "record")) }
        for association in plan.mapping.associations {
            fields.append(.init(name: association.name, type: "association", isCalculated: true))
        }
        if plan.stageProperties != nil {
            for field in HubSpotStage.Field.allCases {
                fields.append(.init(name: field.rawValue, type: "stage", isCalculated: true))
            }
        }
        return SourceSchema(fields: fields)
    }

    func list(
        _ plan: HubSpotStream, archived: Bool, properties: [String], _ place: HubSpotPosition
    ) async throws(SourceError) -> HubSpotPage {
        var query = [
            ("limit", String(configuration.listPageSize)), ("archived", archived ? "true" : "false"),
        ]
        if !properties.isEmpty { query.append(("properties", properties.joined(separator: ","))) }
        if let after = place.after { query.append(("after", after)) }
        let action = "reading \(archived ? "archived rows of " : "")stream '\(plan.mapping.stream)'"
        let response = try await get(paths.objects(plan.mapping.object), query, action)
        return try parse(action) { () throws(JSONFault) -> HubSpotPage in
            try HubSpotPage(parsing: response.body, properties: properties)
        }
    }

    func search(
        _ plan: HubSpotStream, _ lower: Instant, _ upper: Instant, _ place: HubSpotPosition,
        properties: [String], filters: [JSONValue]
    ) async throws(SourceError) -> HubSpotPage {
        let search = HubSpotSearch(
            stream: plan, lower: lower, upper: upper, lastID: place.lastID,
            limit: configuration.searchPageSize, properties: properties, filters: filters)
        let action = "searching stream '\(plan.mapping.stream)'"
        let response = try await post(
            paths.search(plan.mapping.object), search.body, action, lane: "search")
        return try parse(action) { () throws(JSONFault) -> HubSpotPage in
            try HubSpotPage(parsing: response.body, properties: properties)
        }
    }

    /// Some rows as the primary store has them now; ones that are no more are left out.
    func current(
        _ plan: HubSpotStream, _ ids: [String]
    ) async throws(SourceError) -> (page: HubSpotPage, rows: [Int]) {
        let action = "reading the rows that a search of stream '\(plan.mapping.stream)' found"
        let response = try await post(
            paths.batch(plan.mapping.object), HubSpotBatch.body(ids, properties: plan.properties), action)
        return try parse(action) { () throws(JSONFault) -> (page: HubSpotPage, rows: [Int]) in
            try HubSpotBatch.page(parsing: response.body, properties: plan.properties, asked: ids)
        }
    }

    /// What is related to some rows, by the other object's type.
    func related(
        _ plan: HubSpotStream, to ids: [String]
    ) async throws(SourceError) -> [String: HubSpotAssociations] {
        var result: [String: HubSpotAssociations] = [:]
        let types = Set(
            plan.cells.compactMap { cell in
                if case .association(let index) = cell {
                    plan.mapping.associations[index].object
                } else {
                    nil
                }
            })
        for type in types.sorted() {
            result[type] = try await related(plan.mapping, to: type, ids)
        }
        return result
    }

    /// Batch reads of rows take 100 ids. Associations v4 takes 1,000, v3 was cut to 100 without much notice: 100
    /// suits all.
    static var batchSize: Int { 100 }

    private func related(
        _ mapping: StreamMapping, to type: String, _ ids: [String]
    ) async throws(SourceError) -> HubSpotAssociations {
        let path = paths.associations(from: mapping.object, to: type)
        let action = "reading associations of stream '\(mapping.stream)' with '\(type)'"
        var result = HubSpotAssociations()
        var open = ids.map { (id: $0, after: String?.none) }
        while !open.isEmpty {
            let batch = Array(open.prefix(Self.batchSize))
            open.removeFirst(batch.count)
            let response = try await post(path, HubSpotAssociations.body(batch), action)
            let page = try parse(action) { () throws(JSONFault) -> HubSpotAssociations.Page in
                try HubSpotAssociations.Page(parsing: response.body, asked: batch.map(\.id))
            }
            result.add(page)
            for further in page.further {
                let isAsked = batch.contains { $0.id == further.id && $0.after != further.after }
                guard isAsked else {
                    throw error(
                        .pageLoop, "\(action): those of '\(further.id)' go on where they already were")
                }
                open.append((further.id, further.after))
            }
        }
        return result
    }

    func properties(of type: String) async throws(SourceError) -> [SourceSchema.Field] {
        let action = "reading the properties of '\(type)'"
        let response = try await get(paths.properties(type), [("archived", "false")], action)
        let page = try parse(action) { () throws(JSONFault) -> RecordPage in
            try RecordPage(
                parsing: response.body, listAt: "/results", fields: ["name", "type", "calculated"])
        }
        return (0..<page.records.count).compactMap { row in
            guard case .text(let name) = page.records[row, 0] else { return nil }
            let type = if case .text(let type) = page.records[row, 1] { type } else { "" }
            return SourceSchema.Field(
                name: name, type: type, isCalculated: page.records[row, 2] == .bool(true))
        }
    }

    func pipelines(of type: String) async throws(SourceError) -> HubSpotStages {
        let action = "reading the pipelines of '\(type)'"
        let response = try await get(paths.pipelines(type), [], action)
        return try parse(action) { () throws(JSONFault) -> HubSpotStages in
            try HubSpotStages(parsing: response.body)
        }
    }

    func get(
        _ path: String, _ query: [(name: String, value: String)], _ action: String
    ) async throws(SourceError) -> HTTPResponse {
        let text = query.isEmpty ? "" : "?" + WebText.query(query)
        let url = try await client.instance().description + path + text
        return try await client.send(
            SourceRequest(.get, url, headers: [("Accept", "application/json")], action: action))
    }

    /// Reads by POST: they change nothing and may be sent again.
    private func post(
        _ path: String, _ body: [UInt8], _ action: String, lane: String? = nil
    ) async throws(SourceError) -> HTTPResponse {
        let url = try await client.instance().description + path
        return try await client.send(
            SourceRequest(
                .post, url,
                headers: [("Accept", "application/json"), ("Content-Type", "application/json")], body: body,
                action: action, isRepeatable: true, lane: lane))
    }

    private func parse<Value>(
        _ action: String, _ body: () throws(JSONFault) -> Value
    ) throws(SourceError) -> Value {
        do throws(JSONFault) {
            return try body()
        } catch {
            throw self.error(.malformed, "\(action): \(error.description)")
        }
    }
}
