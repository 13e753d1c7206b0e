import Model

/// Reads how a generic source is asked for a stream.
struct RequestReader {
    let section: Section

    func read() -> RequestMapping? {
        defer { section.finish() }
        let path = section.required("path", .requestPath)
        var request = RequestMapping(path: path ?? "")
        request.query = templates("query", name: .parameterName, form: .template(allowing: .everyWalk))
        request.changesQuery = templates(
            "changesQuery", name: .parameterName, form: .template(allowing: .windows))
        request.headers = templates(
            "headers", name: .requestHeaderName, form: .template(allowing: .everyWalk))
        request.records = section.value("records", .pointer, default: request.records)
        request.id = section.value("id", .fieldName, default: request.id)
        request.modified = section.section("modified").flatMap(readModified)
        request.pagination = section.section("pagination").flatMap(readPagination) ?? .none
        request.pageSize = section.value("pageSize", .integer(in: 1...10_000, example: 100), default: 100)
        request.deleted = section.section("deleted").flatMap { deleted in
            defer { deleted.finish() }
            return deleted.condition()
        }
        request.mergedInto = section.optional("mergedInto", .fieldName)
        request.momentFormat = section.value("momentFormat", .choice, default: request.momentFormat)
        request.total = section.optional("total", .pointer)
        if section.contains("changesQuery"), !section.contains("modified") {
            section.fault(
                "'changesQuery' is never sent without 'modified'; expected 'modified: {path: update_time}'"
                    + " beside it", at: "changesQuery")
        }
        return path == nil ? nil : request
    }

    private func templates(
        _ key: String, name: ScalarForm<String>, form: ScalarForm<String>
    ) -> [String: String] {
        var result: [String: String] = [:]
        for field in section.section(key)?.fields() ?? [] {
            let name = field.readKey(name)
            if let text = field.read(form), let name { result[name] = text }
        }
        return result
    }

    private func readModified(_ section: Section) -> RequestMapping.ModifiedField? {
        defer { section.finish() }
        let path = section.required("path", .fieldName)
        let format: DateFormat = section.value("format", .choice, default: .moment)
        return path.map { RequestMapping.ModifiedField(path: $0, format: format) }
    }

    private enum PaginationKind: String, CaseIterable {
        case none, nextURL, cursor, locatorHeader, startingAfter, offset, page, linkHeader
    }

    private func readPagination(_ section: Section) -> RequestMapping.Pagination? {
        let kind: PaginationKind? = section.required("kind", .choice)
        guard let kind else {
            _ = section.fields()
            return nil
        }
        defer { section.finish() }
        func parameter() -> String? { section.required("parameter", .parameterName) }
        func pointer(_ key: String) -> String? { section.required(key, .pointer) }
        switch kind {
        case .none: return RequestMapping.Pagination.none
        case .linkHeader: return .linkHeader
        case .nextURL: return pointer("pointer").map { .nextURL(pointer: $0) }
        case .offset: return parameter().map { .offset(parameter: $0) }
        case .page:
            let first = section.value("first", .integer(in: 0...1), default: 1)
            return parameter().map { .page(parameter: $0, first: first) }
        case .cursor:
            let (pointer, parameter) = (pointer("pointer"), parameter())
            guard let pointer, let parameter else { return nil }
            return .cursor(pointer: pointer, parameter: parameter)
        case .startingAfter:
            let (parameter, more) = (parameter(), pointer("more"))
            guard let parameter, let more else { return nil }
            return .startingAfter(parameter: parameter, more: more)
        case .locatorHeader:
            let header = section.required("header", .requestHeaderName)
            let parameter = parameter()
            let end = section.required("end", .text(example: "\"null\"", maxLength: 100))
            guard let header, let parameter, let end else { return nil }
            return .locatorHeader(header: header, parameter: parameter, end: end)
        }
    }
}
