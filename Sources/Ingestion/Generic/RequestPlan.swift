internal import Model

/// A stream's request, checked and ready to be filled in.
struct RequestPlan: Sendable {
    private let path: RequestTemplate
    private let query: [(name: String, value: RequestTemplate)]
    private let changesQuery: [(name: String, value: RequestTemplate)]
    private let headers: [(name: String, value: RequestTemplate)]
    let mapping: RequestMapping
    /// The zone of local moments in the request; `nil`: UTC.
    private let zone: String?

    init(_ stream: StreamMapping) throws(RequestFault) {
        guard let mapping = stream.request else {
            throw RequestFault(reason: "has no 'request'; say how it is asked for: path, records, pagination")
        }
        self.mapping = mapping
        zone = stream.timeZone
        guard mapping.path.hasPrefix("/"), !mapping.path.hasPrefix("//"), URLText.isPlain(mapping.path),
            !mapping.path.contains("#")
        else {
            throw RequestFault(
                reason: "'\(mapping.path)' is not a path such as /api/v2/deals, in ASCII and without blanks")
        }
        guard stream.selection.filter == nil else {
            throw RequestFault(reason: "has a filter; write the source's own parameters into 'request.query'")
        }
        guard mapping.total == nil || stream.selection.conditions.isEmpty else {
            throw RequestFault(
                reason: "has both 'where' and 'total', and the source counts rows that 'where' leaves out; "
                    + "select by its own parameters in 'request.query'")
        }
        guard (1...10_000).contains(mapping.pageSize) else {
            throw RequestFault(reason: "asks for \(mapping.pageSize) rows a page; expected 1 to 10000")
        }
        path = try RequestTemplate(mapping.path)
        query = try RequestPlan.templates(mapping.query)
        changesQuery = try RequestPlan.templates(mapping.changesQuery)
        headers = try RequestPlan.templates(mapping.headers)
        try check()
    }

    private static func templates(
        _ texts: [String: String]
    ) throws(RequestFault) -> [(name: String, value: RequestTemplate)] {
        var templates: [(name: String, value: RequestTemplate)] = []
        for (name, text) in texts.sorted(by: { $0.key < $1.key }) {
            templates.append((name, try RequestTemplate(text)))
        }
        return templates
    }

    private func check() throws(RequestFault) {
        let always = ([path] + query.map(\.value) + headers.map(\.value)).map(\.placeholders)
        guard !always.contains(where: { $0.contains(.lower) }) else {
            throw RequestFault(
                reason: "uses {lower} where everything is read; it belongs into 'changesQuery'")
        }
        guard path.placeholders.isDisjoint(with: [.cursor, .lastID]) else {
            throw RequestFault(reason: "has a path that no first page can be asked with; use 'query'")
        }
        for (name, _) in headers {
            let isToken = !name.isEmpty && name.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != 58 }
            guard isToken, !["authorization", "host", "cookie"].contains(name.lowercased()) else {
                throw RequestFault(
                    reason: "the header '\(name)' cannot be set here; credentials belong into 'auth'")
            }
        }
        for value in mapping.headers.values where !value.utf8.allSatisfy({ $0 >= 32 && $0 < 127 }) {
            throw RequestFault(reason: "the header value '\(value)' is not plain ASCII on one line")
        }
        let isListWhole = mapping.records.isEmpty
        let needsEnvelope =
            switch mapping.pagination {
            case .nextURL, .cursor, .startingAfter: true
            case .none, .locatorHeader, .offset, .page, .linkHeader: mapping.total != nil
            }
        guard !(isListWhole && needsEnvelope) else {
            throw RequestFault(
                reason: "its answer is the list itself (records: \"\"), so nothing beside it can be read; "
                    + "name the pointer of the list")
        }
    }

    /// Whether what changed since a moment can be asked for.
    var asksForChanges: Bool {
        mapping.modified != nil && changesQuery.contains { $0.value.placeholders.contains(.lower) }
    }

    /// Path and query of the page at `position`.
    func target(of walk: Walk, at position: GenericPosition, pageSize: Int) -> String {
        let values = values(of: walk, at: position, pageSize: pageSize)
        var items = query
        if case .changes = walk {
            // A parameter of the same name stands in for the one everything is read with.
            items.removeAll { item in changesQuery.contains { $0.name == item.name } }
            items += changesQuery
        }
        var parameters = items.compactMap { item in
            item.value.filled(values).map { "\(URLText.encoded(item.name))=\(URLText.encoded($0))" }
        }
        let paged: (name: String, value: String?) =
            switch mapping.pagination {
            case .none, .nextURL, .linkHeader: ("", nil)
            case .cursor(_, let parameter): (parameter, position.cursor)
            case .locatorHeader(_, let parameter, _): (parameter, position.cursor)
            case .startingAfter(let parameter, _): (parameter, position.lastID)
            case .offset(let parameter): (parameter, values[.offset])
            case .page(let parameter, _): (parameter, values[.page])
            }
        // Without a parameter's name the request's own texts carry it.
        if !paged.name.isEmpty, let value = paged.value {
            parameters.append("\(URLText.encoded(paged.name))=\(URLText.encoded(value))")
        }
        let path = path.filled(values, encoding: URLText.encoded) ?? mapping.path
        guard !parameters.isEmpty else { return path }
        return path + (path.contains("?") ? "&" : "?") + parameters.joined(separator: "&")
    }

    func headers(
        of walk: Walk, at position: GenericPosition, pageSize: Int
    ) -> [(name: String, value: String)] {
        let values = values(of: walk, at: position, pageSize: pageSize)
        var filled = headers.compactMap { header in
            header.value.filled(values).map { (name: header.name, value: $0) }
        }
        if !filled.contains(where: { $0.name.lowercased() == "accept" }) {
            filled.append(("Accept", "application/json"))
        }
        return filled
    }

    private func values(
        of walk: Walk, at position: GenericPosition, pageSize: Int
    ) -> [RequestTemplate.Placeholder: String] {
        let window = WindowText(format: mapping.momentFormat, zone: zone)
        var values: [RequestTemplate.Placeholder: String] = [
            .upper: window.upper(walk.upper), .offset: "\(position.offset ?? 0)", .pageSize: "\(pageSize)",
        ]
        if case .changes(let lower, _) = walk { values[.lower] = window.lower(lower) }
        values[.cursor] = position.cursor
        values[.lastID] = position.lastID
        if case .page(_, let first) = mapping.pagination { values[.page] = "\(position.page ?? first)" }
        return values
    }
}
