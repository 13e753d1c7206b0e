import Model
import Storage

extension PilotOperations {
    /// Every fact up to the latest sequence, as it was stored, with the names that are kept beside facts.
    package func exportFacts() async throws -> ExportTable {
        let (facts, names) = try await store.read { (try $0.facts(), try $0.partnerNames()) }
        return ExportTable(
            columns: ["sequence", "source", "stream", "native_id", "native_version", "learned_at", "kind"]
                + FactCells.columns,
            rows: try facts.map { fact in
                [
                    .integer(fact.sequence), .text(fact.source.rawValue), .text(fact.stream),
                    .text(fact.nativeID), .text(fact.nativeVersion), .text(fact.learnedAt.description),
                    .text(fact.body.kind.rawValue),
                ] + (try FactCells(fact.body, names: names).cells)
            })
    }
}
