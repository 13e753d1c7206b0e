import Model

extension Section {
    /// The list of mappings under `key`, at least one.
    ///
    /// - Parameters:
    ///   - example: One item, as its author would write it.
    ///   - read: Reads an item, given the last one before it that was sound.
    /// - Returns: `nil` when the key is missing or any item is faulty.
    func requiredItems<Item>(
        _ key: String, example: String, read: (_ item: Section, _ previous: Item?) -> Item?
    ) -> [Item]? {
        requiredField(key, expecting: "a list such as [\(example)]")?.items(example: example, read: read)
    }

    /// Reports `value` unless it is above the item's before; `what` names the items, "the tiers".
    func checkAscending<Value: Comparable>(
        _ what: String, by key: String, _ value: Value, after previous: Value?
    ) {
        guard let previous, value <= previous else { return }
        fault("\(what) do not ascend; expected each '\(key)' above the one before", at: key)
    }
}

extension Field {
    func items<Item>(
        example: String, read: (_ item: Section, _ previous: Item?) -> Item?
    ) -> [Item]? {
        guard let fields = items(expecting: "a list such as [\(example)]") else { return nil }
        if fields.isEmpty { fault("'\(path)' is an empty list; expected at least [\(example)]") }
        var items: [Item] = []
        for field in fields {
            guard let section = field.section(expecting: "a mapping such as \(example)") else { continue }
            let item = read(section, items.last)
            section.finish()
            if let item { items.append(item) }
        }
        return items.count == fields.count && !items.isEmpty ? items : nil
    }
}
