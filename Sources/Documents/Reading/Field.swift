/// A value of a YAML file with the key (or list place) it stands under.
package struct Field {
    package let key: String
    /// The key path from the top of the file, "metric.kind" or "tiers[1]".
    package let path: String
    let keyPosition: TextPosition
    let node: YAMLNode
    let collector: FaultCollector

    package var isText: Bool { if case .text = node { true } else { false } }
    package var isList: Bool { if case .list = node { true } else { false } }
    package var isSection: Bool { if case .mapping = node { true } else { false } }

    /// The text exactly as it is written, quotes removed; `nil` for lists and mappings.
    package var text: String? { if case .text(let text, _, _) = node { text } else { nil } }

    /// Where the value stands; the key's place when no value follows it.
    package var position: TextPosition { node.isAbsent ? keyPosition : node.position }

    package func fault(_ message: String) { collector.add(message, at: position) }

    /// Reports a fault at the key instead of the value.
    package func keyFault(_ message: String) { collector.add(message, at: keyPosition) }

    /// Says what was found here and what was expected.
    package func faultShape(expecting expectation: String) {
        fault("'\(path)' is \(node.found); expected \(expectation)")
    }

    package func read<Value>(_ form: ScalarForm<Value>) -> Value? {
        guard case .text(let text, let isQuoted, _) = node, !node.isAbsent, !isQuoted || form.acceptsQuotes
        else {
            faultShape(expecting: form.expectation)
            return nil
        }
        if let complaint = form.complaint(about: text) {
            if let mask = form.mask {
                fault("'\(path)' is '\(mask(text).excerpt)'; expected \(complaint)")
            } else {
                faultShape(expecting: complaint)
            }
        }
        return try? form.parse(text)
    }

    /// The key itself, read as `form`.
    package func readKey<Value>(_ form: ScalarForm<Value>) -> Value? {
        if let complaint = form.complaint(about: key) {
            keyFault("the key '\(key.excerpt)' is not \(complaint)")
        }
        return try? form.parse(key)
    }

    package func section(expecting expectation: String = "a mapping of keys to values") -> Section? {
        guard case .mapping(let entries, let position) = node else {
            faultShape(expecting: expectation)
            return nil
        }
        return Section(name: path, entries: entries, position: position, collector: collector)
    }

    /// The items of a list; a fault and `nil` for anything else.
    package func items(expecting expectation: String = "a list such as [a, b]") -> [Field]? {
        guard case .list(let items, _) = node else {
            faultShape(expecting: expectation)
            return nil
        }
        return items.enumerated().map { index, item in
            Field(
                key: key, path: "\(path)[\(index)]", keyPosition: item.position, node: item,
                collector: collector)
        }
    }

    /// The values of a list; faulty items are reported and left out.
    package func list<Value>(of form: ScalarForm<Value>) -> [Value]? {
        items(expecting: "a list, each item \(form.expectation)")?.compactMap { $0.read(form) }
    }

    /// A list, or one value that stands for a list of one.
    package func oneOrMany<Value>(of form: ScalarForm<Value>) -> [Value]? {
        isList ? list(of: form) : read(form).map { [$0] }
    }
}
