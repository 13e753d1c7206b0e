package import Model

/// Reads the mapping file at `path`; everything that is wrong with it is told at once.
package func loadMapping(at path: String) throws(Faults) -> SourceMapping {
    let document = try YAMLDocument(path: path)
    let example = "a list such as [{stream: contracts, object: Contract, kind: contract, fields: {…}}]"
    let field = document.root.requiredField("streams", expecting: example)
    let items = field?.items(expecting: example) ?? []
    if let field, field.isList, items.isEmpty { field.fault("'streams' is empty; expected \(example)") }
    var names: Set<String> = []
    var streams: [StreamMapping] = []
    for item in items {
        guard let section = item.section(expecting: "a mapping such as {stream: contracts, …}") else {
            continue
        }
        if let name = section.field("stream")?.text, !names.insert(name).inserted {
            section.fault(
                "the stream '\(name.excerpt)' stands there already; give each its own name", at: "stream")
        }
        let stream = StreamReader(section: section).read()
        section.finish()
        if let stream { streams.append(stream) }
    }
    document.root.finish()
    try document.throwIfFaulty()
    return SourceMapping(streams: streams)
}
