import Documents
import Foundation
import Ingestion
import Model
import Operations
import Transport

/// Makes the configured sources.
struct SourceWiring {
    let configuration: FairwayConfiguration
    let operations: PilotOperations
    let environment: [String: String]

    /// Sources in the order of their names, with how often each is read.
    func sources() throws -> [(source: any OutcomeSource, everyMinutes: Int)] {
        try configuration.sources.sorted { $0.key < $1.key }.map { name, source in
            switch source {
            case .salesforce(let settings):
                (try salesforce(Source.Name(name), settings), settings.everyMinutes)
            case .csv(let settings): (csv(Source.Name(name), settings), 60)
            }
        }
    }

    private func csv(_ name: Source.Name, _ settings: CSVConfiguration) -> CSVFileSource {
        var files: [FactKind: String] = [:]
        files[.partner] = settings.partners
        files[.contract] = settings.contracts
        files[.milestone] = settings.milestones
        files[.reading] = settings.readings
        files[.payment] = settings.payments
        return CSVFileSource(name: name, files: files, now: operations.now)
    }

    private func salesforce(
        _ name: Source.Name, _ settings: Documents.SalesforceConfiguration
    ) throws -> SalesforceSource {
        guard let origin = HTTPOrigin(url: settings.url) else {
            throw OperationError(.invalid, "source '\(name)' has no usable 'url': '\(settings.url)'")
        }
        var policy = TransportPolicy()
        if settings.allowPlainHTTP { policy.allowsPlainHTTP = [origin.hostPort] }
        if settings.allowPrivateAddress { policy.allowsPrivateAddresses = [origin.hostPort] }
        let secret = Secret(
            try settings.clientSecret.resolve(
                for: "sources.\(name).clientSecret", environment: environment))
        return try SalesforceSource(
            Ingestion.SalesforceConfiguration(
                name: name, loginURL: settings.url, clientID: settings.clientID, clientSecret: secret,
                apiVersion: String(settings.apiVersion.drop { $0 == "v" }),
                mapping: SourceMapping(try loadMapping(at: settings.mapping)),
                lag: .seconds(settings.lagSeconds), overlap: .seconds(settings.overlapMinutes * 60),
                pageSize: settings.pageSize),
            client: try HTTPClient(policy: policy))
    }
}

extension SourceMapping {
    /// A mapping file, ready for a connector.
    init(_ document: MappingDocument) {
        self.init(streams: document.streams.map { StreamMapping($0) })
    }
}

extension StreamMapping {
    fileprivate init(_ stream: MappingDocument.Stream) {
        self.init(
            stream: stream.stream, object: stream.object, kind: stream.kind, filter: stream.filter,
            fields: stream.fields, attributes: stream.attributes, constants: stream.constants,
            discountUnit: stream.discountUnit == .percent ? .percent : .fraction,
            amountPeriod: stream.amountPeriod == .year ? .year : .month, currency: stream.currency,
            deletions: stream.deletions)
    }
}
