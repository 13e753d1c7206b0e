package import Model

/// Which arm each partner of an imported trial was in, by the columns the plan names.
///
/// Throws when a value stands for no variant, or when one partner stands in two arms: the partner is the unit
/// that was randomised, so its rows must agree.
package func trialArms(
    _ bytes: [UInt8], trial: TrialFile, source: Source.Name
) throws(SourceError) -> [Partner.ID: Variant.ID] {
    func fault(_ line: Int, _ reason: String) -> SourceError {
        SourceError(.unmappable, source: source, detail: "line \(line): \(reason)")
    }
    var arms: [Partner.ID: Variant.ID] = [:]
    do throws(CSVFault) {
        var reader = CSVReader(bytes)
        guard let header = try reader.next() else { throw CSVFault(line: 1, reason: "the file is empty") }
        let names = header.fields.map { String(decoding: $0, as: UTF8.self) }
        func index(_ column: String) throws(CSVFault) -> Int {
            guard let index = names.firstIndex(of: column) else {
                let nearest = nearestName(to: column, among: names).map { "; did you mean '\($0)'?" } ?? ""
                throw CSVFault(line: 1, reason: "there is no column '\(column)'\(nearest)")
            }
            return index
        }
        let (partnerColumn, variantColumn) = (try index(trial.partner), try index(trial.variantColumn))
        while let record = try reader.next() {
            // A row of another length is quarantined by the import itself.
            guard record.fields.count == names.count else { continue }
            let partner = Partner.ID(String(decoding: record.fields[partnerColumn], as: UTF8.self))
            let value = String(decoding: record.fields[variantColumn], as: UTF8.self)
            guard !partner.rawValue.isEmpty else { continue }
            guard let variant = trial.variantValues[value] else {
                let known = trial.variantValues.keys.sorted().map { "'\($0)'" }.joined(separator: ", ")
                throw CSVFault(
                    line: record.line,
                    reason:
                        "'\(value)' in column '\(trial.variantColumn)' stands for no variant; the pilot names \(known)"
                )
            }
            if let other = arms[partner], other != variant {
                throw CSVFault(
                    line: record.line,
                    reason:
                        "partner '\(partner)' is in '\(other)' and in '\(variant)'; every row of a partner must name one variant"
                )
            }
            arms[partner] = variant
        }
    } catch {
        throw fault(error.line, error.reason)
    }
    return arms
}
