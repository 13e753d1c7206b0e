import Ingestion
import Model

/// A source with everything that is needed to read it.
struct WiredSource: Sendable {
    var source: any OutcomeSource
    var everyMinutes: Int
    /// How the rows of one of its streams become facts.
    var mapping: @Sendable (StreamPlan) -> PageMapping
    /// What asking it has cost so far.
    var usage: @Sendable () async -> SourceUsage

    init(
        _ source: any OutcomeSource, everyMinutes: Int,
        mapping: @escaping @Sendable (StreamPlan) -> PageMapping,
        usage: @escaping @Sendable () async -> SourceUsage = { SourceUsage() }
    ) {
        self.source = source
        self.everyMinutes = everyMinutes
        self.mapping = mapping
        self.usage = usage
    }

    var name: Source.Name { source.name }
}
