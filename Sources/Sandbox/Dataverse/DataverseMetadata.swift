/// Definitions of tables and columns, which can be filtered and selected like rows.
enum DataverseMetadata {
    /// A definition: names and values in the order they are written.
    private typealias Item = [(name: String, value: FieldValue)]

    static func entities(
        _ key: String?, _ fields: FormFields, base: String
    ) throws(DataverseError) -> PracticeAnswer {
        let context = "\(base)/$metadata#EntityDefinitions"
        guard let key else {
            return try list(DataverseEntity.all.map(item), fields, context: context)
        }
        return single(item(try entity(key)), fields, context: context + "/$entity")
    }

    /// - Parameter part: `Attributes` or `Attributes(LogicalName='name')`.
    static func attributes(
        of key: String, _ part: String, _ fields: FormFields, base: String
    ) throws(DataverseError) -> PracticeAnswer {
        let entity = try entity(key)
        let context = "\(base)/$metadata#EntityDefinitions('\(entity.logicalName)')/Attributes"
        let items = entity.attributes.enumerated().map { item($1, number: $0, of: entity) }
        if part == "Attributes" { return try list(items, fields, context: context) }
        guard let name = name(in: part, after: "Attributes("),
            let position = entity.attributes.firstIndex(where: { $0.logicalName == name })
        else { throw .noSegment(part) }
        return single(items[position], fields, context: context + "/$entity")
    }

    private static func entity(_ key: String) throws(DataverseError) -> DataverseEntity {
        let name = name(in: key, after: "")
        guard
            let entity = DataverseEntity.all.first(where: {
                $0.logicalName == name || $0.metadataID == key.lowercased()
            })
        else {
            throw DataverseError(
                statusCode: 404, code: "0x80060888",
                message: "Could not find an entity with specified \(key).")
        }
        return entity
    }

    /// `account` of `LogicalName='account'`, with what comes before and a closing parenthesis.
    private static func name(in text: String, after opening: String) -> String? {
        let prefix = "\(opening)LogicalName='"
        guard text.hasPrefix(prefix) else { return nil }
        return String(text.dropFirst(prefix.count).prefix { $0 != "'" }).lowercased()
    }

    private static func item(_ entity: DataverseEntity) -> Item {
        [
            ("MetadataId", .text(entity.metadataID)), ("LogicalName", .text(entity.logicalName)),
            ("SchemaName", .text(entity.isCustom ? "fw_Contract" : "Account")),
            ("EntitySetName", .text(entity.entitySet)), ("LogicalCollectionName", .text(entity.entitySet)),
            ("PrimaryIdAttribute", .text(entity.primaryID)),
            ("PrimaryNameAttribute", .text(entity.primaryName)), ("ChangeTrackingEnabled", .boolean(true)),
            ("IsCustomEntity", .boolean(entity.isCustom)), ("IsPrivate", .boolean(false)),
            ("ObjectTypeCode", .number(units: entity.isCustom ? 10_000 : 1, scale: 1)),
        ]
    }

    private static func item(_ attribute: DataverseAttribute, number: Int, of entity: DataverseEntity) -> Item
    {
        let digits = String(entity.number * 1000 + UInt64(number))
        let id = "fa1e00fd-0000-4000-8000-" + String(repeating: "0", count: 12 - digits.count) + digits
        let isDate = attribute.kind == .date
        let type = isDate ? "DateTime" : attribute.kind.rawValue
        return [
            ("@odata.type", .text("#Microsoft.Dynamics.CRM.\(type)AttributeMetadata")),
            ("MetadataId", .text(id)),
            ("LogicalName", .text(attribute.logicalName)), ("SchemaName", .text(attribute.logicalName)),
            ("AttributeType", .text(type)), ("AttributeOf", .null),
            ("Format", isDate ? .text("DateOnly") : .null),
            ("SourceType", .number(units: attribute.isCalculated ? 1 : 0, scale: 1)),
            ("IsPrimaryId", .boolean(attribute.logicalName == entity.primaryID)),
            ("IsPrimaryName", .boolean(attribute.logicalName == entity.primaryName)),
            ("IsValidForRead", .boolean(true)),
            ("IsCustomAttribute", .boolean(attribute.name.contains("fw_"))),
        ]
    }

    private static func list(
        _ items: [Item], _ fields: FormFields, context: String
    ) throws(DataverseError) -> PracticeAnswer {
        var items = items
        if let text = fields["$filter"], !text.isEmpty, let example = items.first {
            let filter = try ODataFilterParser.parse(text) { name, literal throws(DataverseError) in
                guard let known = example.first(where: { $0.name == name }) else {
                    throw .noProperty(name, "EntityMetadata")
                }
                return switch (literal, known.value) {
                case (.string(let text), _): .text(text)
                case (.boolean(let flag), _): .boolean(flag)
                case (.word(let text), .number): FieldValue.decimal(text) ?? .null
                case (.word(let text), _): .text(text)
                case (.null, _): .null
                }
            }
            items = items.filter { item in
                filter.holds { name in item.first { $0.name == name }?.value ?? .null }
            }
        }
        var json = JSONText(capacity: 4096)
        json.raw("{\"@odata.context\":")
        json.string(context)
        json.raw(",\"value\":[")
        for (position, item) in items.enumerated() {
            json.raw(position == 0 ? "{" : ",{")
            write(item, fields, to: &json)
            json.raw("}")
        }
        json.raw("]}")
        return PracticeAnswer(json.bytes)
    }

    private static func single(_ item: Item, _ fields: FormFields, context: String) -> PracticeAnswer {
        var json = JSONText(capacity: 1024)
        json.raw("{\"@odata.context\":")
        json.string(context)
        json.raw(",")
        write(item, fields, to: &json)
        json.raw("}")
        return PracticeAnswer(json.bytes)
    }

    private static func write(_ item: Item, _ fields: FormFields, to json: inout JSONText) {
        let selected = fields.list("$select")
        let shown = item.filter {
            selected.isEmpty || selected.contains($0.name) || $0.name == "MetadataId"
                || $0.name.hasPrefix("@")
        }
        for (position, field) in shown.enumerated() {
            json.raw(position == 0 ? "" : ",")
            json.string(field.name)
            json.raw(":")
            json.value(field.value)
        }
    }
}
