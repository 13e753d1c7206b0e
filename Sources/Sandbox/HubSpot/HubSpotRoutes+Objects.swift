import Foundation
import Hummingbird

/// Lists, single records, searches and batches.
extension HubSpotRoutes {
    private static let largestList = 100
    private static let largestBatch = 100

    @Sendable func list(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let object = try object(context)
        let fields = FormFields(request.uri.query ?? "")
        let after = fields["after"].flatMap { $0.isEmpty ? nil : $0 }
        return try await admitted(request, isPage: true, hasCursor: after != nil) { fault in
            guard let size = Int(fields["limit"] ?? "10"), (1...HubSpotRoutes.largestList).contains(size)
            else {
                throw HubSpotError.invalid("limit: expected 1 to \(HubSpotRoutes.largestList)")
            }
            let view = await org.hubSpotView()
            let rows = view.list(object, isArchived: fields.isTrue("archived"))
            let start = try cursor(after, in: rows, object)
            let cut = PageCut(count: rows.count, at: start, size: size, bentBy: fault?.kind)
            var writer = HubSpotWriter(
                object, view, asked: fields.list("properties"),
                associations: fields.list("associations").isEmpty ? nil : await org.hubSpotAssociations(),
                fault: fault)
            writer.raw("{\"results\":")
            writer.records(rows[cut.rows])
            if let next = cut.next {
                // The next page is behind the last record shown: records that come or go do not move it.
                let last = next.offset > 0 ? rows[next.offset - 1].id.hubSpot : "0"
                writer.raw(paging(next.turn == 0 ? last : "\(last).\(next.turn)", cut, request))
            }
            writer.raw("}")
            return PracticeAnswer(writer.json.bytes)
        }
    }

    /// The place behind the record `after` names.
    private func cursor(
        _ after: String?, in rows: [any RecordRow], _ object: HubSpotObject
    ) throws(HubSpotError) -> PageCut.Cursor {
        guard let after else { return PageCut.Cursor(0) }
        let parts = after.split(separator: ".")
        let turn = parts.count == 2 ? Int(parts[1]) ?? 0 : 0
        if parts.first == "0" { return PageCut.Cursor(0, turn: turn) }
        guard let text = parts.first, parts.count <= 2,
            let id = RecordID(hubSpot: String(text), object.prefix)
        else { throw .invalid("after: '\(after)' is no paging cursor") }
        return PageCut.Cursor(rows.firstIndex { $0.id > id } ?? rows.count, turn: turn)
    }

    private func paging(_ after: String, _ cut: PageCut, _ request: Request) -> String {
        let host = cut.isForeign ? "https://crm.example.net" : site.base(of: request)
        return ",\"paging\":{\"next\":{\"after\":\"\(after)\","
            + "\"link\":\"\(host)\(request.uri.path)?after=\(after)\"}}"
    }

    @Sendable func record(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let object = try object(context)
        let text = try context.parameters.require("id")
        let fields = FormFields(request.uri.query ?? "")
        return try await admitted(request, isPage: true) { fault in
            let view = await org.hubSpotView()
            guard let id = RecordID(hubSpot: text, object.prefix),
                let row = view.record(object, id, isArchived: fields.isTrue("archived"))
            else { throw HubSpotError.notFound }
            var writer = HubSpotWriter(
                object, view, asked: fields.list("properties"),
                associations: fields.list("associations").isEmpty ? nil : await org.hubSpotAssociations(),
                fault: fault)
            writer.record(row)
            return PracticeAnswer(writer.json.bytes)
        }
    }

    @Sendable func search(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let object = try object(context)
        let search = try HubSpotSearch(try await body(request), of: object)
        return try await admitted(request, isPage: true, hasCursor: search.after.offset > 0, isSearch: true) {
            fault in
            let view = await org.hubSpotView()
            let rows = search.found(in: view.searchable(object), created: object.property("createdate"))
            let cut = PageCut(count: rows.count, at: search.after, size: search.limit, bentBy: fault?.kind)
            var writer = HubSpotWriter(object, view, asked: search.properties, fault: fault)
            writer.raw("{\"total\":\(rows.count),\"results\":")
            writer.records(rows[cut.rows])
            if let next = cut.next { writer.raw(paging(next.text, cut, request)) }
            writer.raw("}")
            return PracticeAnswer(writer.json.bytes)
        }
    }

    @Sendable func batch(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let object = try object(context)
        let isArchived = FormFields(request.uri.query ?? "").isTrue("archived")
        let body = try await body(request)
        let ids = (body["inputs"] as? [[String: Any]] ?? []).compactMap { HubSpotSearch.text($0["id"]) }
        let asked = body["properties"] as? [String] ?? []
        guard (1...HubSpotRoutes.largestBatch).contains(ids.count) else {
            throw HubSpotError.invalid("inputs: expected 1 to \(HubSpotRoutes.largestBatch) ids")
        }
        return try await admitted(request, isPage: true) { fault in
            let view = await org.hubSpotView()
            var found: [any RecordRow] = []
            var missing: [String] = []
            for text in ids {
                let row = RecordID(hubSpot: text, object.prefix).flatMap {
                    view.record(object, $0, isArchived: isArchived)
                }
                if let row { found.append(row) } else { missing.append(text) }
            }
            var writer = HubSpotWriter(object, view, asked: asked, fault: fault)
            writer.raw("{\"status\":\"COMPLETE\",\"results\":")
            writer.records(found)
            return answer(&writer, missing: missing, what: "Could not get some \(object.name)")
        }
    }

    @Sendable func associations(_ request: Request, _ context: BasicRequestContext) async throws -> Response {
        let from = try object(context, "from")
        let to = try object(context, "to")
        let body = try await body(request)
        let ids = (body["inputs"] as? [[String: Any]] ?? []).compactMap { HubSpotSearch.text($0["id"]) }
        guard (1...1000).contains(ids.count), from != to else {
            throw HubSpotError.invalid("inputs: expected 1 to 1000 ids of deals or companies")
        }
        return try await admitted(request, isPage: true) { fault in
            let view = await org.hubSpotView()
            let known = await org.hubSpotAssociations()
            var writer = HubSpotWriter(from, view, asked: [], fault: fault)
            writer.raw("{\"status\":\"COMPLETE\",\"results\":[")
            var missing: [String] = []
            var isFirst = true
            for text in ids {
                let found = RecordID(hubSpot: text, from.prefix).map { known[$0] } ?? []
                guard !found.isEmpty else {
                    missing.append(text)
                    continue
                }
                let items = found.map {
                    "{\"toObjectId\":\"\($0.to.hubSpot)\",\"associationTypes\":\($0.types(from: from))}"
                }
                writer.raw("\(isFirst ? "" : ","){\"from\":{\"id\":\"\(text)\"},\"to\":[")
                writer.raw(items.joined(separator: ",") + "]}")
                isFirst = false
            }
            writer.raw("]")
            return answer(
                &writer, missing: missing, what: "No \(to.name) are associated with some \(from.name)")
        }
    }

    /// Ends a batch: 200, or 207 with what is missing.
    private func answer(_ writer: inout HubSpotWriter, missing: [String], what: String) -> PracticeAnswer {
        let time = FieldValue.dateTime(0).hubSpot ?? ""
        writer.raw(",\"startedAt\":\"\(time)\",\"completedAt\":\"\(time)\"")
        if !missing.isEmpty {
            var json = JSONText()
            for (position, id) in missing.enumerated() {
                json.raw(position == 0 ? "" : ",")
                json.string(id)
            }
            writer.raw(
                ",\"numErrors\":1,\"errors\":[{\"status\":\"error\",\"category\":\"OBJECT_NOT_FOUND\",")
            writer.raw("\"message\":\"\(what)\",\"context\":{\"ids\":[")
            writer.raw(String(decoding: json.bytes, as: UTF8.self) + "]}}]")
        }
        writer.raw("}")
        var answer = PracticeAnswer(writer.json.bytes)
        if !missing.isEmpty { answer.status = .init(code: 207, reasonPhrase: "Multi-Status") }
        return answer
    }
}
