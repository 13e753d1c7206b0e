import Documents
import Foundation
import Ingestion
import Model
import Operations
import Transport

/// Makes the configured sources.
struct SourceWiring: Sendable {
    let configuration: FairwayConfiguration
    let environment: [String: String]
    /// Business time: what files are complete up to.
    let now: @Sendable () async throws -> Instant
    let requests: SourceEnvironment
    /// What assertions are dated by and tokens expire by.
    let signing: SourceEnvironment

    init(
        configuration: FairwayConfiguration, environment: [String: String],
        now: @escaping @Sendable () async throws -> Instant, requests: SourceEnvironment = .live,
        signing: SourceEnvironment? = nil
    ) {
        self.configuration = configuration
        self.environment = environment
        self.now = now
        self.requests = requests
        self.signing = signing ?? requests
    }

    /// Sources in the order of their names; only the named ones, when names are given.
    ///
    /// Secrets of sources that are not named are not asked for.
    func sources(named names: Set<Source.Name>? = nil) throws -> [WiredSource] {
        let configured = configuration.sources.keys.sorted()
        for name in (names ?? []).sorted() where !configured.contains(name.rawValue) {
            throw OperationError(
                .notFound,
                "there is no source '\(name)'\(suggestion(for: name.rawValue, among: configured)); "
                    + "configured are \(configured.isEmpty ? "none" : configured.joined(separator: ", "))")
        }
        return try wired(names)
    }

    private func wired(_ names: Set<Source.Name>?) throws -> [WiredSource] {
        try configuration.sources.sorted { $0.key < $1.key }.compactMap { name, settings in
            let name = Source.Name(name)
            guard names?.contains(name) ?? true else { return nil }
            return try source(name, settings)
        }
    }

    func source(_ name: Source.Name, _ settings: SourceConfiguration) throws -> WiredSource {
        switch settings {
        case .service(let service): return try ServiceWiring(name, service, self).wired()
        case .csv(let csv):
            return WiredSource(
                FileSource(FileConfiguration(name: name, files: csv.files), now: now),
                everyMinutes: settings.everyMinutes, mapping: rows(of:))
        case .files(let files):
            let mapping = try mapping(at: files.mapping, of: name, kind: nil).inZone(files.timeZone)
            let content = FileConfiguration(
                name: name, directory: files.directory, mapping: mapping, nullText: files.nullToken)
            return WiredSource(
                FileSource(content, now: now), everyMinutes: settings.everyMinutes, mapping: rows(of:))
        }
    }
}

extension CSVConfiguration {
    var files: [FactKind: String] {
        let named: [FactKind: String?] = [
            .partner: partners, .contract: contracts, .milestone: milestones, .reading: readings,
            .payment: payments, .renewal: renewals, .churn: churn, .discount: discounts,
            .opportunity: opportunities, .forecast: forecasts, .attribution: attributions,
        ]
        return named.compactMapValues { $0 }
    }
}

extension SourceMapping {
    /// The source's zone where a stream names none of its own.
    func inZone(_ zone: String?) -> SourceMapping {
        SourceMapping(
            streams: streams.map { stream in
                var stream = stream
                stream.timeZone = stream.timeZone ?? zone
                return stream
            })
    }
}

/// Rows by the stream's mapping, compiled once; its zone is filled in already.
func rows(of plan: StreamPlan) -> PageMapping {
    let mapper = StreamMapper(mapping: plan.mapping)
    return { mapper.map(page: $0) }
}
