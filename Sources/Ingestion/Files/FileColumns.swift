internal import Model

/// What of each record of a stream is read, and what names a record.
struct FileColumns: Sendable {
    enum IdentityPart: Sendable, Hashable {
        case field(String)
        case constant(String)
    }

    /// What the mapping names, in the order of the batch.
    let fields: [String]
    /// Parts of a record's id; empty: its place in its file.
    let identity: [IdentityPart]
    /// Whether `id` was named: it must not be empty then. Otherwise the mapping says what must not.
    let isNamed: Bool
    let deleted: FieldCondition?
    let filter: RowFilter
    /// Columns that a file must have.
    let needed: [String]

    init(_ stream: FileStream, mapping: StreamMapping) {
        fields = mapping.sourceFields
        deleted = stream.deleted
        filter = RowFilter(mapping.selection)
        isNamed = stream.id != nil
        if let id = stream.id {
            identity = [.field(id)]
        } else {
            identity = mapping.kind.identityTargets.compactMap { target in
                if let field = mapping.fields[target]?.paths.first { return .field(field) }
                return mapping.constants[target].map { .constant($0) }
            }
        }
        var needed: [String]
        switch stream.content {
        case .mapping: needed = fields
        case .kind(let kind): needed = kind.targets.filter(\.isRequired).map(\.name)
        }
        needed += filter.fields
        needed += [stream.id, stream.deleted?.field].compactMap { $0 }
        self.needed = needed
    }

    /// The id of a record; `place` names it where nothing else does.
    func id(place: String, line: Int, _ value: (String) -> FieldValue) throws(FileFault) -> String {
        guard !identity.isEmpty else { return place }
        var parts: [String] = []
        for part in identity {
            switch part {
            case .constant(let text): parts.append(text)
            case .field(let field): parts.append(GenericRows.text(value(field)) ?? "")
            }
        }
        guard parts.contains(where: { !$0.isEmpty }) else {
            guard isNamed, case .field(let field) = identity[0] else { return place }
            throw FileFault(line: line, reason: "the field '\(field)' is empty; it identifies the record")
        }
        guard parts.count > 1 else { return parts[0] }
        // Escaped as in RFC 6901, so that no two lists give one id.
        return parts.map { $0.replacing("~", with: "~0").replacing("/", with: "~1") }.joined(separator: "/")
    }

    func isDeleted(_ value: (String) -> FieldValue) -> Bool {
        guard let deleted, let text = GenericRows.text(value(deleted.field)) else { return false }
        return deleted.values.contains(text)
    }
}

extension FactKind {
    /// What a fact of the kind is about, where its record has no id of its own: a restated row is the same record
    /// wherever it stands.
    fileprivate var identityTargets: [String] {
        switch self {
        case .partner: ["partner"]
        case .contract, .renewal: ["contract"]
        case .payment: ["payment"]
        case .opportunity: ["opportunity"]
        case .milestone: ["milestone", "contract"]
        case .reading: ["measure", "observedOn", "customer"]
        case .churn: ["effectiveOn", "contract"]
        case .discount, .attribution: ["from", "contract"]
        case .forecast: ["madeOn", "contract"]
        case .observation: []
        }
    }
}

extension StreamMapping {
    /// The mapping of files whose columns have the names of the kind's fields.
    init(kind: FactKind, columns: [String]) {
        let targets = kind.targets.map(\.name)
        let others = columns.filter { !targets.contains($0) }
        let prefix = "attribute."
        let attributes: [(String, FieldRule)] =
            switch kind {
            case .partner: others.map { ($0, FieldRule($0)) }
            case .contract:
                others.filter { $0.hasPrefix(prefix) && $0 != prefix }
                    .map { (String($0.dropFirst(prefix.count)), FieldRule($0)) }
            case .observation, .milestone, .reading, .payment, .renewal, .churn, .discount, .opportunity,
                .forecast, .attribution:
                []
            }
        let present = kind.targets.filter { $0.isRequired || columns.contains($0.name) }
        self.init(
            stream: kind.rawValue, object: kind.rawValue, kind: kind,
            fields: Dictionary(uniqueKeysWithValues: present.map { ($0.name, FieldRule($0.name)) }),
            attributes: Dictionary(attributes, uniquingKeysWith: { first, _ in first }))
    }
}
