package import Model
internal import Transport

/// How one Salesforce organisation is read. Addresses and credentials are the ``SourceClient``'s.
package struct SalesforceConfiguration: Sendable {
    package var name: Source.Name
    /// "61.0"; a "v" before it is left out.
    package var apiVersion: String
    package var mapping: SourceMapping
    /// How far behind the server's clock a window ends: rows become visible when their transaction commits,
    /// with the stamp of when it wrote them.
    package var lag: Duration
    /// How far a window reaches back behind the previous one, for transactions longer than the lag.
    package var overlap: Duration
    /// Rows asked for a page, 200 to 2,000; Salesforce may send fewer.
    package var pageSize: Int
    /// Everything is read by a bulk job when it is more than this many rows; `nil`: never.
    package var bulkAbove: Int?

    package init(
        name: Source.Name, apiVersion: String = "61.0", mapping: SourceMapping,
        lag: Duration = .seconds(60), overlap: Duration = .seconds(900), pageSize: Int = 2000,
        bulkAbove: Int? = 50_000
    ) {
        self.name = name
        self.apiVersion = apiVersion.hasPrefix("v") ? String(apiVersion.dropFirst()) : apiVersion
        self.mapping = mapping
        self.lag = lag
        self.overlap = overlap
        self.pageSize = pageSize
        self.bulkAbove = bulkAbove
    }
}

extension SalesforceConfiguration {
    /// Why the configuration cannot work, whatever the organisation; throws the first reason found.
    func check() throws(SourceError) {
        guard SalesforceVersions.isVersion(apiVersion) else {
            throw refused("'\(apiVersion)' is not an API version; expected one such as 61.0")
        }
        guard (200...2000).contains(pageSize) else {
            throw refused("a page of \(pageSize) rows cannot be asked for; expected 200 to 2000")
        }
        if let bulkAbove, bulkAbove < 0 {
            throw refused("bulk jobs above \(bulkAbove) rows make no sense; expected 0 or more")
        }
        var names: Set<String> = []
        for stream in mapping.streams {
            guard names.insert(stream.stream).inserted else {
                throw unmappable(stream, "the name is used twice; every stream needs its own")
            }
            try check(stream)
        }
    }

    private func check(_ stream: StreamMapping) throws(SourceError) {
        let used = [stream.object] + stream.sourceFields + stream.selection.conditions.keys.sorted()
        for name in used where !SOQL.isIdentifier(name) {
            throw unmappable(
                stream, "'\(name)' is not a Salesforce name; expected letters, digits, '_' and '.'")
        }
        guard !stream.object.contains(".") else {
            throw unmappable(stream, "'\(stream.object)' is not an object; expected a name without dots")
        }
        if let filter = stream.selection.filter, let reason = SOQL.reasonToRefuse(filter: filter) {
            throw unmappable(stream, "the filter \(reason)")
        }
        for (field, values) in stream.selection.conditions.sorted(by: { $0.key < $1.key }) {
            do throws(SOQL.Fault) {
                _ = try SOQL.condition(field, in: values, type: nil)
            } catch {
                throw unmappable(stream, error.reason)
            }
        }
        guard stream.associations.isEmpty else {
            throw unmappable(
                stream,
                "Salesforce has no associations; map the object that joins the two, such as "
                    + "OpportunityPartner, as a stream of its own")
        }
        guard stream.request == nil else {
            throw unmappable(stream, "'request' is for generic sources; Salesforce is asked in its own way")
        }
    }

    private func refused(_ detail: String) -> SourceError {
        SourceError(.refused, source: name, detail: detail)
    }

    private func unmappable(_ stream: StreamMapping, _ detail: String) -> SourceError {
        SourceError(
            .unmappable, source: name, detail: "mapping of stream '\(stream.stream)': \(detail)")
    }
}

/// The versions of the API an organisation offers.
enum SalesforceVersions {
    static func isVersion(_ text: String) -> Bool {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 2
            && parts.allSatisfy { part in
                (1...3).contains(part.utf8.count) && part.utf8.allSatisfy { (48...57).contains($0) }
            }
    }
}
