package import Model
internal import Transport

extension DataverseSource {
    /// The Date header of the smallest read there is.
    package func serverTime() async throws(SourceError) -> Instant {
        guard let stream = streams.first else { throw error(.unmappable, "the mapping names no stream") }
        let definition = try await table(try plan(of: stream)).definition
        let action = "asking for the server's time"
        let url = try await address(
            definition.entitySet, [("$select", definition.primaryID), ("$top", "1")])
        let response = try await get(url, action)
        guard let seconds = response.serverTime else {
            throw error(.malformed, "\(action): the answer has no Date header")
        }
        return Instant(milliseconds: Int64(seconds) * 1000)
    }

    /// The table's columns by the names queries use, read anew each time.
    package func schema(of stream: StreamPlan) async throws(SourceError) -> SourceSchema? {
        let plan = try plan(of: stream)
        let table = try await readTable(plan)
        tables.keep(table, as: plan.mapping.object, of: nil)
        var fields = table.attributes.values.filter(\.isReadable).map {
            SourceSchema.Field(name: $0.column, type: $0.type, isCalculated: $0.isCalculated)
        }
        if table.attributes[DataverseStream.currencyColumn] != nil {
            fields.append(.init(name: DataverseStream.currencyField, type: "currency"))
        }
        return SourceSchema(fields: fields.sorted { $0.name < $1.name })
    }

    /// The stream's table; its definition is kept until ``schema(of:)`` reads it anew.
    func table(_ plan: DataverseStream) async throws(SourceError) -> DataverseTable {
        try await tables.value(plan.mapping.object, of: nil) {
            () async throws(SourceError) -> DataverseTable in
            try await readTable(plan)
        }
    }

    private func readTable(_ plan: DataverseStream) async throws(SourceError) -> DataverseTable {
        let object = plan.mapping.object
        let action = "reading the definition of table '\(object)'"
        let definition = try await definition(object, action)
        let path = "EntityDefinitions(LogicalName=\(ODataLiteral.quoted(definition.logicalName)))/Attributes"
        let response = try await get(
            try await address(path, [("$select", DataverseTable.attributesSelect)]), action)
        return try parse(action) { () throws(JSONFault) -> DataverseTable in
            try DataverseTable(definition, attributes: response.body)
        }
    }

    /// By the logical name, else by the entity set: the mapping may use either.
    private func definition(
        _ object: String, _ action: String
    ) async throws(SourceError) -> DataverseTable.Definition {
        for property in ["LogicalName", "EntitySetName"] {
            let url = try await address(
                "EntityDefinitions",
                [
                    ("$select", DataverseTable.Definition.select),
                    ("$filter", "\(property) eq \(ODataLiteral.quoted(object))"),
                ])
            let response = try await get(url, action)
            let found = try parse(action) { () throws(JSONFault) -> DataverseTable.Definition? in
                try DataverseTable.Definition.find(object, in: response.body)
            }
            if let found { return found }
        }
        throw error(
            .unmappable,
            "\(action): there is neither a table nor an entity set of that name, or this user may not see it")
    }

    func read(
        _ url: String, _ plan: DataverseStream, _ table: DataverseTable, columns: [String], isTracked: Bool
    ) async throws(SourceError) -> DataversePage {
        let action = "reading stream '\(plan.mapping.stream)'"
        let tracking = isTracked ? ",odata.track-changes" : ""
        // The same preference with every page: without it the next one has another size.
        let response = try await get(
            url, action, prefer: "odata.maxpagesize=\(configuration.pageSize)\(tracking)")
        return try parse(action) { () throws(JSONFault) -> DataversePage in
            try DataversePage(
                parsing: response.body, primaryID: table.definition.primaryID, columns: columns)
        }
    }

    /// ISO codes by the currencies' ids.
    func currencyCodes() async throws(SourceError) -> [String: String] {
        let action = "reading the currencies"
        var codes: [String: String] = [:]
        var seen: Set<String> = []
        var next: String? = try await address(
            "transactioncurrencies", [("$select", "transactioncurrencyid,isocurrencycode")])
        while let url = next {
            guard seen.insert(url).inserted else { throw error(.pageLoop, "\(action): the pages repeat") }
            let response = try await get(url, action)
            let page = try parse(action) { () throws(JSONFault) -> RecordPage in
                try RecordPage(
                    parsing: response.body, listAt: "/value",
                    fields: ["transactioncurrencyid", "isocurrencycode"])
            }
            for row in 0..<page.records.count {
                guard case .text(let id) = page.records[row, 0], case .text(let code) = page.records[row, 1]
                else { continue }
                codes[id.lowercased()] = code
            }
            next = nil
            if let link = page.envelope["@odata.nextLink"]?.string { next = try await checked(link, action) }
        }
        return codes
    }

    func link(_ link: String, of plan: DataverseStream) async throws(SourceError) -> String {
        try await checked(link, "reading stream '\(plan.mapping.stream)'")
    }

    /// A link of the source's, only if it stays where rows are: the token goes with it.
    private func checked(_ link: String, _ action: String) async throws(SourceError) -> String {
        let instance = try await client.instance()
        let isPrintable = link.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 92 }
        guard isPrintable, let found = HTTPOrigin(url: link), found == instance || found == client.origin,
            let scheme = link.firstRange(of: "://"),
            let slash = link[scheme.upperBound...].firstIndex(of: "/")
        else {
            throw error(
                .foreignLink, "\(action): the link to the next rows does not lead to \(instance)")
        }
        let path = link[slash...].prefix { $0 != "?" && $0 != "#" }.lowercased()
        guard path.hasPrefix("/api/data/"), !path.contains(".."), !path.contains("%2e") else {
            throw error(
                .foreignLink, "\(action): the link to the next rows does not lead below /api/data/")
        }
        return link
    }

    func address(
        _ path: String, _ query: [(name: String, value: String)]
    ) async throws(SourceError) -> String {
        let base = try await client.instance().description + "/api/data/\(configuration.apiVersion)/" + path
        return query.isEmpty ? base : base + "?" + WebText.query(query)
    }

    func get(
        _ url: String, _ action: String, prefer: String? = nil
    ) async throws(SourceError) -> HTTPResponse {
        var headers = [
            ("Accept", "application/json"), ("OData-Version", "4.0"), ("OData-MaxVersion", "4.0"),
        ]
        if let prefer { headers.append(("Prefer", prefer)) }
        return try await client.send(SourceRequest(.get, url, headers: headers, action: action))
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
