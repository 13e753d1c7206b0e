internal import Foundation
package import Model

/// What of a source's fields has changed since the stream was last read.
package struct SchemaDrift: Sendable {
    package var events: [StreamEvent] = []
    /// What is stored for the next comparison; `nil` when nothing has changed.
    package var snapshot: String?
    /// Whether the source computes a mapped field, so that it may change without the record's stamp.
    package var hasCalculatedField = false

    private struct Snapshot: Codable {
        var fields: [String: String]
    }

    /// - Parameters:
    ///   - known: the snapshot that is stored.
    /// - Throws: when the source no longer has a field that the mapping reads.
    package init(
        _ schema: SourceSchema, against known: String?, plan: StreamPlan, source: Source.Name
    ) throws(SourceError) {
        let types = Dictionary(schema.fields.map { ($0.name, $0.type) }, uniquingKeysWith: { $1 })
        let before = known.flatMap { try? JSONDecoder().decode(Snapshot.self, from: Data($0.utf8)) }
        let mapped = plan.mapping.sourceFields
        let present = Set(types.keys.map { $0.lowercased() })
        let associated = Set(plan.mapping.associations.map(\.name))
        for field in mapped where !present.contains(field.lowercased()) && !associated.contains(field) {
            // Fields of related records are described with those, unless they were told of before.
            guard !field.contains(".") || before?.fields[field] != nil else { continue }
            throw SourceError(
                .unmappable, source: source,
                detail:
                    "stream '\(plan.name)': '\(plan.mapping.object)' has no field '\(field)' any more, or this access may not see it\(suggestion(for: field, among: types.keys.sorted()))"
            )
        }
        let read = Set(mapped.map { $0.lowercased() })
        hasCalculatedField = schema.fields.contains { $0.isCalculated && read.contains($0.name.lowercased()) }
        let snapshot = Snapshot(fields: types)
        if let before {
            compare(before.fields, types, read: read)
            if before.fields == types { return }
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        self.snapshot = (try? encoder.encode(snapshot)).map { String(decoding: $0, as: UTF8.self) }
    }

    private mutating func compare(_ before: [String: String], _ now: [String: String], read: Set<String>) {
        let new = now.keys.filter { before[$0] == nil && !read.contains($0.lowercased()) }.sorted()
        if !new.isEmpty {
            let more = new.count > 10 ? " and \(new.count - 10) more" : ""
            let names = new.prefix(10).map { "'\($0)'" }.joined(separator: ", ")
            events.append(
                StreamEvent(.newField, "the source has new fields that nothing reads: \(names)\(more)"))
        }
        for (name, type) in now.sorted(by: { $0.key < $1.key }) where read.contains(name.lowercased()) {
            guard let old = before[name], old != type else { continue }
            events.append(
                StreamEvent(
                    .typeChanged,
                    "field '\(name)' was of type '\(old)' and is '\(type)' now; rows that do not fit are set aside"
                ))
        }
    }
}
