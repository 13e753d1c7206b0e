internal import Model

/// A stream's mapping, checked, in HubSpot's terms: which properties to ask for and where each field comes from.
struct HubSpotStream: Sendable {
    /// Where the value of a mapped field comes from.
    enum Cell: Sendable, Hashable {
        /// A member of the answer, by its path.
        case member(String)
        /// An association of the mapping, by its place there.
        case association(Int)
        case stage(HubSpotStage.Field)
    }

    let mapping: StreamMapping
    /// The mapped fields and where each comes from, in the same order.
    let fields: [String]
    let cells: [Cell]
    /// Properties to ask for with a whole row; those conditions need included.
    let properties: [String]
    let conditions: HubSpotConditions
    /// The property that holds the time of the last change.
    let modified: String
    /// The properties that hold a row's pipeline and stage, when a field needs what a stage means.
    let stageProperties: (pipeline: String, stage: String)?

    /// Members of a record that are not properties.
    static let recordFields = ["id", "createdAt", "updatedAt", "archived"]

    /// Throws the reason the mapping cannot work, for the person who wrote it.
    init(_ mapping: StreamMapping) throws(HubSpotMappingFault) {
        guard HubSpotStream.isName(mapping.object) else {
            throw HubSpotMappingFault(
                reason:
                    "'\(mapping.object)' is not an object type; expected one such as deals, 0-3 or 2-1234567")
        }
        guard mapping.selection.filter == nil else {
            throw HubSpotMappingFault(
                reason: "HubSpot has no query text, so `filter` cannot be used; "
                    + "write the condition as `where: {pipeline: renewals}`")
        }
        for association in mapping.associations where !HubSpotStream.isName(association.object) {
            throw HubSpotMappingFault(
                reason: "association '\(association.name)' is to '\(association.object)', "
                    + "which is not an object type; expected one such as companies")
        }
        conditions = try HubSpotConditions(mapping.selection.conditions)
        let others = HubSpotStream.recordFields + mapping.associations.map(\.name)
        for field in conditions.fields where others.contains(field) {
            throw HubSpotMappingFault(
                reason: "`where` names '\(field)', which is not a property; a record's own id is hs_object_id"
            )
        }
        let isContact = mapping.object == "contacts" || mapping.object == "contact" || mapping.object == "0-1"
        let isDeal = mapping.object == "deals" || mapping.object == "deal" || mapping.object == "0-3"
        modified = isContact ? "lastmodifieddate" : "hs_lastmodifieddate"
        fields = mapping.sourceFields
        var cells: [Cell] = []
        for field in fields { cells.append(try HubSpotStream.cell(field, mapping)) }
        self.cells = cells
        let needsStages = cells.contains {
            if case .stage = $0 { true } else { false }
        }
        stageProperties =
            needsStages ? (isDeal ? ("pipeline", "dealstage") : ("hs_pipeline", "hs_pipeline_stage")) : nil
        var properties = Set(conditions.fields)
        for case .member(let path) in cells where path.hasPrefix("properties.") {
            properties.insert(String(path.dropFirst("properties.".count)))
        }
        if let stageProperties { properties.formUnion([stageProperties.pipeline, stageProperties.stage]) }
        self.properties = properties.sorted()
        self.mapping = mapping
    }

    private static func cell(
        _ field: String, _ mapping: StreamMapping
    ) throws(HubSpotMappingFault) -> Cell {
        if let index = mapping.associations.firstIndex(where: { $0.name == field }) {
            return .association(index)
        }
        if field.hasPrefix("@") {
            guard let stage = HubSpotStage.Field(rawValue: field) else {
                let names = HubSpotStage.Field.allCases.map(\.rawValue)
                throw HubSpotMappingFault(
                    reason: "'\(field)' is unknown; expected one of \(names.joined(separator: ", "))")
            }
            return .stage(stage)
        }
        if recordFields.contains(field) { return .member(field) }
        guard isName(field) else {
            throw HubSpotMappingFault(
                reason: "'\(field)' is not a property's internal name; expected letters, digits, '_' and '-'")
        }
        return .member("properties." + field)
    }

    static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 128
            && text.utf8.allSatisfy {
                (48...57).contains($0) || (65...90).contains($0) || (97...122).contains($0) || $0 == 95
                    || $0 == 45
            }
    }
}

/// Why a mapping cannot be read from HubSpot.
struct HubSpotMappingFault: Error, Hashable {
    var reason: String
}
