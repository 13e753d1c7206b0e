package import Model

/// Turns the rows of one stream into facts. Pure.
package struct StreamMapper: Sendable {
    /// The longest text kept, in UTF-8 bytes.
    static let maximumTextBytes = 4096

    package let mapping: StreamMapping
    private let streamZone: Zone?
    private let sourceZone: Zone?
    private let keptInPayloads: Set<String>

    /// - Parameter sourceTimeZone: IANA name of the zone in which the source's moments become days where neither
    ///   field nor stream names one.
    package init(mapping: StreamMapping, sourceTimeZone: String? = nil) {
        self.mapping = mapping
        streamZone = mapping.timeZone.map { Zone($0) }
        sourceZone = sourceTimeZone.map { Zone($0) }
        var kept = mapping
        if !mapping.keepsCustomerNames { kept.fields["customerName"] = nil }
        keptInPayloads = Set(kept.sourceFields)
    }

    /// The page's facts, in the order of its rows, and the rows that fit no fact with the reason; of these only
    /// the mapped fields are kept. A row that was deleted or merged away says that its record is gone.
    ///
    /// - Precondition: the page has an identity for each row.
    package func map(page: SourcePage) -> (records: [MappedRecord], quarantined: [QuarantinedRow]) {
        precondition(page.rows.count == page.records.count, "each row has an identity")
        let mapper = bound(to: page.records.fields)
        let kept = keptInPayloads.union(mapping.openAttributes(among: page.records.fields).values)
        var records: [MappedRecord] = []
        records.reserveCapacity(page.rows.count)
        var quarantined: [QuarantinedRow] = []
        for (row, identity) in page.rows.enumerated() {
            switch identity.state {
            case .deleted, .merged:
                records.append(
                    MappedRecord(
                        nativeID: identity.id, nativeVersion: identity.version, body: .deleted(mapping.kind)))
            case .live:
                if let fault = identity.fault {
                    quarantined.append(
                        QuarantinedRow(
                            place: identity.id, reason: fault, payload: page.records.payload(row, of: kept)))
                    continue
                }
                do throws(MappingFault) {
                    let (body, name) = try mapper.map(page.records, row: row, nativeID: identity.id)
                    records.append(
                        MappedRecord(
                            nativeID: identity.id, nativeVersion: identity.version, body: body, name: name))
                } catch {
                    quarantined.append(
                        QuarantinedRow(
                            place: identity.id, reason: error.description,
                            payload: page.records.payload(row, of: kept),
                            summary: "field '\(error.field)' does not fit the mapping"))
                }
            }
        }
        return (records, quarantined)
    }

    /// The mapping for batches with these fields.
    package func bound(to fields: [String]) -> BoundMapper {
        BoundMapper(mapping: mapping, streamZone: streamZone, sourceZone: sourceZone, fields: fields)
    }
}

extension StreamMapping {
    /// Which of some fields are attributes although no rule names them, by the attribute's name.
    func openAttributes(among fields: [String]) -> [String: String] {
        guard let openAttributes else { return [:] }
        let named = Set(sourceFields)
        var found: [String: String] = [:]
        for field in fields
        where field != openAttributes && field.hasPrefix(openAttributes) && !named.contains(field) {
            found[String(field.dropFirst(openAttributes.count))] = field
        }
        return found
    }
}

/// A mapping whose rules know the places of their fields in a batch.
package final class BoundMapper: Sendable {
    let mapping: StreamMapping
    let attributes: [(name: String, rule: CompiledRule)]
    /// By ``Target``.
    private let rules: [CompiledRule]
    /// By ``Target``: the one column that gives it as it stands; -1 where there is no such one.
    private let plainColumns: [Int]
    /// As above, for days written `yyyy-MM-dd`.
    private let dayColumns: [Int]

    init(mapping: StreamMapping, streamZone: Zone?, sourceZone: Zone?, fields: [String]) {
        self.mapping = mapping
        let columns = Dictionary(
            fields.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        func compiled(_ target: String, _ rule: FieldRule?) -> CompiledRule {
            let zones = FieldZones(
                field: rule?.timeZone.map { Zone($0) }, stream: streamZone, source: sourceZone)
            return CompiledRule(
                target: target, rule: rule, constant: mapping.constants[target], columns: columns,
                zones: zones)
        }
        rules = Target.allCases.map { compiled($0.name, mapping.fields[$0.name]) }
        plainColumns = rules.map { $0.plainColumn ?? -1 }
        dayColumns = rules.map { $0.format == nil || $0.format == .date ? $0.plainColumn ?? -1 : -1 }
        let open = mapping.openAttributes(among: fields).mapValues { FieldRule($0) }
        attributes = mapping.attributes.merging(open) { named, _ in named }.sorted { $0.key < $1.key }
            .map { ($0.key, compiled("", $0.value)) }
    }

    subscript(target: Target) -> CompiledRule { rules[target.rawValue] }

    func plainColumn(_ target: Target) -> Int? { column(plainColumns[target.rawValue]) }

    func dayColumn(_ target: Target) -> Int? { column(dayColumns[target.rawValue]) }

    private func column(_ place: Int) -> Int? { place < 0 ? nil : place }

    /// The fact a row is and the name that belongs to it. `nativeID` names the customer of an observation whose
    /// mapping names none.
    ///
    /// - Precondition: the batch has the fields the mapper was bound to.
    package func map(
        _ batch: RecordBatch, row: Int, nativeID: String
    ) throws(MappingFault) -> (body: FactBody, name: SubjectName?) {
        let reader = MappedRow(mapper: self, batch: batch, row: row)
        return (try reader.body(nativeID: nativeID), try reader.subjectName())
    }
}

/// The target fields of all kinds; see `FactKind.targets`.
enum Target: Int, CaseIterable {
    case amount, annualAmount, baseline, cancelledOn, churn, closedOn, component, contract, currency, customer
    case customerName, decidedOn, discount, effectiveOn, endsOn, entry, from, madeOn, measure, milestone, name
    case observedOn, occasion, openedOn, opportunity, outcome, paidOn, partner, payment, probability, rate
    case reachedOn, reason, renews, requestedOn, role, rule, signedOn, stage, startsOn, termMonths, until,
        value

    var name: String { String(describing: self) }
}
