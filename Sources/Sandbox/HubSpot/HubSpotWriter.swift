import Model

/// Writes records as HubSpot does.
struct HubSpotWriter {
    let object: HubSpotObject
    private let view: HubSpotView
    private let properties: [String]
    private let associations: HubSpotAssociations?
    private var bend: RowBend
    private(set) var json = JSONText(capacity: 8192)

    /// - Parameters:
    ///   - asked: the properties wanted; unknown ones are left out, as HubSpot does.
    ///   - associations: when the other object's records belong to it.
    init(
        _ object: HubSpotObject, _ view: HubSpotView, asked: [String],
        associations: HubSpotAssociations? = nil,
        fault: FaultOrder? = nil
    ) {
        self.object = object
        self.view = view
        var names: [String] = []
        for name in HubSpotObject.always + (asked.isEmpty ? object.standard : asked)
        where !names.contains(name) { names.append(name) }
        properties = names
        self.associations = associations
        bend = RowBend(fault)
    }

    mutating func raw(_ text: some StringProtocol) { json.raw(text) }

    mutating func records(_ rows: some Sequence<any RecordRow>) {
        json.raw("[")
        var isFirst = true
        for row in rows {
            if !isFirst { json.raw(",") }
            record(row)
            isFirst = false
        }
        json.raw("]")
    }

    mutating func record(_ row: any RecordRow) {
        json.raw("{\"id\":\"\(row.id.hubSpot)\",\"properties\":{")
        var isFirst = true
        for name in properties {
            let text: String?
            if name == "hs_merged_object_ids", object == .companies {
                text = view.merged(into: row.id)
            } else if let property = object.property(name) {
                text = property.value(row).hubSpot
            } else {
                continue
            }
            if !isFirst { json.raw(",") }
            isFirst = false
            json.string(name)
            json.raw(":")
            if let text {
                // Ids and stamps stay as they are: a fault is to hit what a client maps.
                HubSpotObject.always.contains(name) ? json.string(text) : bend.string(text, to: &json)
            } else {
                json.raw("null")
            }
        }
        json.raw("},\"createdAt\":")
        json.string(object.property("createdate")?.value(row).hubSpot ?? "")
        json.raw(",\"updatedAt\":")
        json.string(FieldValue.dateTime(row.contentStamp * 1000).hubSpot ?? "")
        json.raw(",\"archived\":\(row.isDeleted)")
        if let deletedAt = row.edit?.deletedAt {
            json.raw(",\"archivedAt\":")
            json.string(FieldValue.dateTime(deletedAt * 1000).hubSpot ?? "")
        }
        if let associations { write(associations[row.id]) }
        json.raw("}")
    }

    private mutating func write(_ associations: [HubSpotAssociation]) {
        guard !associations.isEmpty else { return }
        let other = object == .deals ? "companies" : "deals"
        json.raw(",\"associations\":{\"\(other)\":{\"results\":[")
        let items = associations.flatMap { association in
            association.words(from: object).map {
                "{\"id\":\"\(association.to.hubSpot)\",\"type\":\"\($0)\"}"
            }
        }
        json.raw(items.joined(separator: ","))
        json.raw("]}}")
    }
}
