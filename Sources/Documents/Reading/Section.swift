import Model

/// A mapping of a YAML file, read key by key.
///
/// Every key that is asked for becomes known; ``finish()`` reports the keys that nobody asked for.
package final class Section {
    /// The key path from the top of the file, "decision" or "variants.bonus"; empty at the top.
    package let name: String
    private let entries: [YAMLNode.Entry]
    private let position: TextPosition
    private let collector: FaultCollector
    private var known: Set<String> = []

    init(name: String, entries: [YAMLNode.Entry], position: TextPosition, collector: FaultCollector) {
        self.name = name
        self.entries = entries
        self.position = position
        self.collector = collector
    }

    /// The keys in the file's order.
    package var keys: [String] { entries.map(\.key) }

    package func contains(_ key: String) -> Bool { entries.contains { $0.key == key } }

    /// What stands under `key`; `nil` when the key is missing.
    package func field(_ key: String) -> Field? {
        known.insert(key)
        return entries.first { $0.key == key }.map(field(of:))
    }

    /// Everything in this section, for mappings whose keys are names chosen by the author.
    package func fields() -> [Field] {
        known.formUnion(keys)
        return entries.map(field(of:))
    }

    /// What stands under `key`; a fault when it is missing. `expectation` says what belongs there, with an
    /// example.
    package func requiredField(_ key: String, expecting expectation: String) -> Field? {
        if let field = field(key) { return field }
        let place = name.isEmpty ? "" : " in '\(name)'"
        fault("the key '\(key)' is missing\(place); expected \(expectation)")
        return nil
    }

    package func required<Value>(_ key: String, _ form: ScalarForm<Value>) -> Value? {
        requiredField(key, expecting: form.expectation)?.read(form)
    }

    /// `nil` when the key is missing, and when its value is faulty.
    package func optional<Value>(_ key: String, _ form: ScalarForm<Value>) -> Value? {
        field(key)?.read(form)
    }

    package func value<Value>(
        _ key: String, _ form: ScalarForm<Value>, default value: @autoclosure () -> Value
    ) -> Value {
        optional(key, form) ?? value()
    }

    /// The mapping under `key`; `nil` when the key is missing, and when its value is no mapping.
    package func section(_ key: String) -> Section? { field(key)?.section() }

    package func requiredSection(_ key: String, expecting expectation: String) -> Section? {
        requiredField(key, expecting: expectation)?.section(expecting: expectation)
    }

    /// Reports a fault at `key`'s value, or at the section when there is no such key.
    package func fault(_ message: String, at key: String? = nil) {
        let entry = entries.first { $0.key == key }
        collector.add(message, at: entry.map { field(of: $0).position } ?? position)
    }

    /// Reports every key that was not asked for, with the known one it resembles.
    package func finish() {
        for entry in entries where !known.contains(entry.key) {
            let place = name.isEmpty ? "" : " in '\(name)'"
            let hint = nearestName(to: entry.key, among: known)
            let expected =
                hint.map { "did you mean '\($0)'?" }
                ?? "expected one of \(known.sorted().joined(separator: ", "))"
            collector.add("unknown key '\(entry.key.excerpt)'\(place); \(expected)", at: entry.keyPosition)
        }
    }

    private func field(of entry: YAMLNode.Entry) -> Field {
        Field(
            key: entry.key, path: name.isEmpty ? entry.key : "\(name).\(entry.key)",
            keyPosition: entry.keyPosition, node: entry.value, collector: collector)
    }
}
