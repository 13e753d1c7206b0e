internal import Model

extension SalesforceSource.StreamPlan {
    /// Checks every stream of the mapping; the first fault found is thrown with the stream's name.
    static func all(
        _ configuration: SalesforceConfiguration
    ) throws(SourceError) -> [String: SalesforceSource.StreamPlan] {
        var plans: [String: SalesforceSource.StreamPlan] = [:]
        for mapping in configuration.mapping.streams {
            func fault(_ reason: String) -> SourceError {
                SourceError(
                    .unmappable, source: configuration.name,
                    detail: "mapping of stream '\(mapping.stream)': \(reason)")
            }
            let faults = mapping.record.faults
            guard faults.isEmpty else { throw fault(faults.joined(separator: "; ")) }
            guard plans[mapping.stream] == nil else { throw fault("the name is used twice") }
            do throws(MappingFault) {
                plans[mapping.stream] = .init(mapping: mapping, soql: try SOQL(mapping))
            } catch {
                throw fault(error.description)
            }
        }
        return plans
    }

    func map(_ rows: [SalesforcePage.Row]) -> (records: [MappedRecord], quarantined: [QuarantinedRow]) {
        let mapper = RowMapper(mapping: mapping.record)
        var records: [MappedRecord] = []
        var quarantined: [QuarantinedRow] = []
        for row in rows {
            do throws(MappingFault) {
                let body =
                    row.isDeleted ? .deleted(mapping.kind) : try mapper.body(nativeID: row.id, row.field)
                records.append(MappedRecord(nativeID: row.id, nativeVersion: row.stampText, body: body))
            } catch {
                quarantined.append(
                    QuarantinedRow(place: row.id, reason: error.description, payload: row.value.text))
            }
        }
        return (records, quarantined)
    }
}
