/// Writes rows and links as Dataverse does.
struct DataverseWriter {
    /// `https://host/api/data/v9.2`.
    let base: String
    let entity: DataverseEntity
    let attributes: [DataverseAttribute]
    private var bend: RowBend
    private(set) var json = JSONText(capacity: 8192)

    init(base: String, entity: DataverseEntity, attributes: [DataverseAttribute], fault: FaultOrder? = nil) {
        self.base = base
        self.entity = entity
        self.attributes = attributes
        bend = RowBend(fault)
    }

    mutating func raw(_ text: some StringProtocol) { json.raw(text) }

    /// - Parameter context: the beginning of a record that stands alone.
    mutating func row(_ row: any RecordRow, context: String? = nil) {
        json.raw("{")
        if let context {
            json.raw("\"@odata.context\":")
            json.string(context)
            json.raw(",")
        }
        json.raw("\"@odata.etag\":\"W/\\\"\(row.version.number)\\\"\"")
        for attribute in attributes {
            json.raw(",\"\(attribute.name)\":")
            switch attribute.value(row) {
            case .id(let id): json.string(id.guid)
            case .dateTime(let milliseconds):
                json.raw("\"")
                json.dateTime(milliseconds, fraction: false, zone: "Z")
                json.raw("\"")
            case let value: bend.value(value, to: &json)
            }
        }
        json.raw("}")
    }

    mutating func deleted(_ id: RecordID) {
        json.raw("{\"@odata.context\":\"\(base)/$metadata#\(entity.entitySet)/$deletedEntity\",")
        json.raw("\"id\":\"\(id.guid)\",\"reason\":\"deleted\"}")
    }
}
