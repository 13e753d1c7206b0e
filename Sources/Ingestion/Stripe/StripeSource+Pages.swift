internal import Foundation
internal import Model
internal import Transport

extension StripeSource {
    /// A page of all objects of a kind, from new to old.
    func objectPage(
        _ stream: StreamPlan, _ object: StripeObject, _ walk: Walk, at position: StripePosition
    ) async throws(SourceError) -> SourcePage {
        let fields = stream.mapping.sourceFields
        let query = object.listQuery + expansions(of: object, fields, in: "data.")
        let (list, next) = try await list(
            "/v1/\(object.rawValue)", query: query, upper: walk.upper, at: position, stream: stream)
        let isIdentities = if case .identities = walk { true } else { false }
        var records = RecordBatch(fields: isIdentities ? [] : fields)
        var rows: [RowIdentity] = []
        let filter = RowFilter(stream.mapping.selection)
        for item in list.data where filter.holds(StripeRecord(item).value) {
            let id = try self.id(of: item, stream)
            let created = item["created"]?.integer.map { "created \($0)" } ?? ""
            if !isIdentities {
                // One that is gone since the list was made is told by its event.
                guard let record = try await record(of: item, stream) else { continue }
                records.append(fields.map(record.value))
            }
            rows.append(RowIdentity(id: id, version: created))
        }
        return SourcePage(records: records, rows: rows, next: try encode(next))
    }

    /// The objects that a page of events is about, each as it is now.
    func eventPage(
        _ stream: StreamPlan, _ object: StripeObject, lower: Instant, upper: Instant,
        at position: StripePosition
    ) async throws(SourceError) -> SourcePage {
        let window = WindowText(format: .epochSeconds)
        let types = object.events.map { "&types%5B%5D=\($0)" }.joined()
        let (list, next) = try await list(
            "/v1/events", query: types + "&created%5Bgte%5D=\(window.lower(lower))", upper: upper,
            at: position, stream: stream)
        let fields = stream.mapping.sourceFields
        var page = SourcePage(records: RecordBatch(fields: fields), rows: [], next: try encode(next))
        var seen: Set<String> = []
        let filter = RowFilter(stream.mapping.selection)
        for event in list.data {
            guard let subject = event[pointer: "/data/object"] else {
                throw error(.malformed, "stream '\(stream.name)': an event does not say what it is about")
            }
            // A discount of a customer is none of a subscription's.
            guard let id = object.id(in: subject), seen.insert(id).inserted else { continue }
            var identity = RowIdentity(id: id, version: event["id"]?.string ?? "")
            let current = try await current(id, object, stream)
            if let current, !filter.holds(StripeRecord(current).value) { continue }
            if let current, let record = try await record(of: current, stream) {
                page.records.append(fields.map(record.value))
            } else {
                guard stream.mapping.selection.deletions else { continue }
                identity.state = .deleted
                page.records.append(fields.map { _ in .absent })
            }
            page.rows.append(identity)
        }
        return page
    }

    /// `nil` when there is no such object any more.
    private func current(
        _ id: String, _ object: StripeObject, _ stream: StreamPlan
    ) async throws(SourceError) -> JSONValue? {
        let expansions = expansions(of: object, stream.mapping.sourceFields, in: "")
        let target =
            "/v1/\(object.rawValue)/\(URLText.encoded(id))"
            + (expansions.isEmpty ? "" : "?" + expansions.dropFirst())
        let response: HTTPResponse
        do throws(SourceError) {
            response = try await send(target, action: "reading '\(id)' of stream '\(stream.name)'")
        } catch {
            guard error.kind == .forgottenPosition else { throw error }
            return nil
        }
        let value = try parsed(response, "reading '\(id)'") { bytes throws(JSONFault) in
            try JSONValue(parsing: bytes)
        }
        guard value["id"]?.string == id else {
            throw error(.malformed, "stream '\(stream.name)': asked for '\(id)', another object came")
        }
        return value["deleted"]?.bool == true ? nil : value
    }

    /// An object with all its items; `nil` when it is gone since it was read.
    private func record(
        of object: JSONValue, _ stream: StreamPlan
    ) async throws(SourceError) -> StripeRecord? {
        guard object[pointer: "/items/has_more"]?.bool == true else { return StripeRecord(object) }
        do throws(SourceError) {
            return StripeRecord(object, items: try await items(of: object, stream))
        } catch {
            // "No such subscription", which says nothing of the position in the walk.
            guard error.kind == .forgottenPosition else { throw error }
            return nil
        }
    }

    /// A subscription's items, also those its own list was too short for.
    private func items(
        of object: JSONValue, _ stream: StreamPlan
    ) async throws(SourceError) -> [JSONValue] {
        let id = try self.id(of: object, stream)
        var items: [JSONValue] = []
        var after = ""
        while true {
            let list = try await list(
                "/v1/subscription_items?subscription=\(URLText.encoded(id))&limit=\(StripeSource.pageSize)\(after)",
                action: "reading the items of '\(id)'")
            items += list.data
            guard list.hasMore else { return items }
            guard let last = list.data.last?["id"]?.string, !after.hasSuffix("=\(URLText.encoded(last))")
            else { throw error(.pageLoop, "the list of the items of '\(id)' does not get on") }
            after = "&starting_after=\(URLText.encoded(last))"
        }
    }

    private func expansions(of object: StripeObject, _ fields: [String], in prefix: String) -> String {
        guard object.hasDiscounts, fields.contains(StripeRecord.Derived.discountPercent.rawValue) else {
            return ""
        }
        // From 2025-09-30 on the coupon hangs below the discount's source, as an id unless asked for.
        let paths = version >= "2025-09-30" ? ["discounts.source.coupon"] : ["discounts"]
        return paths.map { "&expand%5B%5D=\(prefix)\($0)" }.joined()
    }

    private func id(of object: JSONValue, _ stream: StreamPlan) throws(SourceError) -> String {
        guard let id = object["id"]?.string, !id.isEmpty else {
            throw error(.malformed, "stream '\(stream.name)': an object has no id")
        }
        return id
    }
}

// MARK: - Lists

extension StripeSource {
    /// A page of a list that runs from new to old, and where it goes on.
    private func list(
        _ path: String, query: String, upper: Instant, at position: StripePosition, stream: StreamPlan
    ) async throws(SourceError) -> (StripeList, StripePosition?) {
        let action = "reading stream '\(stream.name)'"
        func target(_ position: StripePosition) -> String {
            let bound = position.bound.map(String.init) ?? WindowText(format: .epochSeconds).upper(upper)
            let after = position.after.map { "&starting_after=\(URLText.encoded($0))" } ?? ""
            return "\(path)?limit=\(StripeSource.pageSize)\(query)&created%5Blte%5D=\(bound)\(after)"
        }
        var position = position
        let list: StripeList
        do throws(SourceError) {
            list = try await self.list(target(position), action: action)
        } catch {
            // The last object is gone: on from when it was created.
            guard error.kind == .forgottenPosition, position.after != nil, let created = position.created
            else { throw error }
            position = StripePosition(created: created, bound: created)
            list = try await self.list(target(position), action: action)
        }
        guard list.hasMore else { return (list, nil) }
        guard let last = list.data.last, let id = last["id"]?.string,
            let created = last["created"]?.integer
        else {
            throw error(.malformed, "\(action): there is said to be more, but nothing to go on from")
        }
        guard id != position.after else {
            throw error(.pageLoop, "\(action): '\(id)' is again the last object of a page")
        }
        return (list, StripePosition(after: id, created: created, bound: position.bound))
    }

    func list(_ target: String, action: String) async throws(SourceError) -> StripeList {
        try parsed(try await send(target, action: action), action) { bytes throws(JSONFault) in
            try StripeList(parsing: bytes)
        }
    }

    private func parsed<Value>(
        _ response: HTTPResponse, _ action: String, _ read: ([UInt8]) throws(JSONFault) -> Value
    ) throws(SourceError) -> Value {
        do throws(JSONFault) {
            return try read(response.body)
        } catch {
            throw self.error(.malformed, "\(action): \(error)")
        }
    }

    func send(_ target: String, action: String) async throws(SourceError) -> HTTPResponse {
        let origin = try await client.instance()
        return try await client.send(
            SourceRequest(
                .get, origin.description + target,
                headers: [("Accept", "application/json"), ("Stripe-Version", version)], action: action))
    }

    private func encode(_ position: StripePosition?) throws(SourceError) -> Position? {
        guard let position else { return nil }
        do {
            return Position(String(decoding: try CanonicalJSON.encode(position), as: UTF8.self))
        } catch {
            throw self.error(.malformed, "the position cannot be written: \(error)")
        }
    }
}
