internal import Model

/// What of each record of a stream is read, and what names a record.
struct FileColumns: Sendable {
    enum IdentityPart: Sendable, Hashable {
        case field(String)
        case constant(String)
    }

    private let mapping: StreamMapping
    /// What the mapping names.
    private let fields: [String]
    /// Parts of a record's id; empty: its place in its file.
    let identity: [IdentityPart]
    /// Whether `id` was named: it must not be empty then. Otherwise the mapping says what must not.
    let isNamed: Bool
    let deleted: FieldCondition?
    let filter: RowFilter
    /// Columns that a file must have.
    let needed: [String]
    /// Whether files may leave out columns that are not needed.
    private let hasOptionalColumns: Bool

    init(_ stream: FileStream, mapping: StreamMapping) {
        self.mapping = mapping
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
        case .mapping:
            needed = fields
            hasOptionalColumns = false
        case .kind(let kind):
            needed = kind.targets.filter(\.isRequired).map(\.name)
            if mapping.needsCurrency(of: kind) { needed.append("currency") }
            hasOptionalColumns = true
        }
        needed += filter.fields
        needed += [stream.id, stream.deleted?.field].compactMap { $0 }
        self.needed = needed
    }

    /// Fields of the batch of a file.
    func fields(of table: FileTable) -> [String] {
        fields + mapping.openAttributes(among: table.columns).values.sorted()
    }

    /// Columns of a file that later files of its stream must have too. A row is the whole record as its file tells
    /// it, so that a file without the column would take back what an earlier one said.
    func lasting(in table: FileTable) -> Set<String> {
        guard hasOptionalColumns else { return [] }
        return Set(fields(of: table)).intersection(table.columns)
    }

    /// Whether records stand for themselves, so that none replaces another.
    var areKnownByPlace: Bool { identity.isEmpty }

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
            throw FileFault(
                line: line, reason: "the field '\(field)' is empty; it identifies the record", kind: .row)
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
    /// Whether each row has an amount whose currency only the row can tell.
    fileprivate func needsCurrency(of kind: FactKind) -> Bool {
        currency == nil && kind.targets.contains { $0.name == kind.amountTarget && $0.isRequired }
    }

    /// The mapping of files whose columns have the names of the kind's fields: whatever a file has, it is the same.
    init(kind: FactKind) {
        self.init(
            stream: kind.rawValue, object: kind.rawValue, kind: kind,
            fields: Dictionary(uniqueKeysWithValues: kind.targets.map { ($0.name, FieldRule($0.name)) }))
        switch kind {
        case .partner: openAttributes = ""
        case .contract: openAttributes = "attribute."
        case .observation, .milestone, .reading, .payment, .renewal, .churn, .discount, .opportunity,
            .forecast, .attribution:
            break
        }
    }
}
