import Model
import Yams

/// Turns gated text into a tree by libyaml; the only code that knows the YAML library.
struct YAMLComposer {
    let file: String

    /// The tree, or `nil` for a text without any content. Of a key that is set twice the first value stands in the
    /// tree, and the others are faults.
    func compose(_ text: String) throws(Fault) -> (tree: YAMLNode?, faults: [Fault]) {
        var text = text
        var faults: [Fault] = []
        while true {
            do {
                guard let root = try Yams.compose(yaml: text, .basic, .default, .utf8) else {
                    return (nil, faults)
                }
                return (try convert(root, depth: 1), faults)
            } catch YamlError.duplicatedKeysInMapping(let names, let context) {
                let start = position(context.mark)
                guard faults.count < 20, let repeated = RepeatedKey(among: names, in: text, mapping: start)
                else {
                    throw fault(for: .duplicatedKeysInMapping(duplicates: names, context: context))
                }
                faults.append(fault(repeated.message, at: repeated.place))
                text = repeated.textWithout
            } catch {
                throw faults.first ?? unreadable(error)
            }
        }
    }

    private func unreadable(_ error: any Error) -> Fault {
        switch error {
        case let error as Fault: error
        case let error as YamlError: fault(for: error)
        default: fault("not readable as YAML: \(error)", at: nil)
        }
    }

    private func convert(_ node: Node, depth: Int) throws(Fault) -> YAMLNode {
        let place = position(node.mark)
        guard depth <= YAMLGate.maxDepth else {
            throw fault("nested deeper than \(YAMLGate.maxDepth) levels; expected a flat file", at: place)
        }
        switch node {
        case .scalar(let scalar):
            return .text(scalar.string, isQuoted: scalar.style != .plain && scalar.style != .any, place)
        case .sequence(let sequence):
            var items: [YAMLNode] = []
            for item in sequence { items.append(try convert(item, depth: depth + 1)) }
            return .list(items, place)
        case .mapping(let mapping):
            return .mapping(try entries(of: mapping, depth: depth), place)
        case .alias:
            throw fault("a YAML alias stands here; write the value out", at: place)
        }
    }

    private func entries(of mapping: Node.Mapping, depth: Int) throws(Fault) -> [YAMLNode.Entry] {
        var entries: [YAMLNode.Entry] = []
        for (key, value) in mapping {
            let place = position(key.mark)
            guard case .scalar(let scalar) = key, !scalar.string.isEmpty else {
                throw fault("this key is not a text; expected a name before the ':'", at: place)
            }
            entries.append(
                YAMLNode.Entry(
                    key: scalar.string, keyPosition: place, value: try convert(value, depth: depth + 1)))
        }
        return entries
    }

    private func position(_ mark: Mark?) -> TextPosition {
        TextPosition(line: mark?.line ?? 1, column: mark?.column ?? 1)
    }

    private func fault(_ message: String, at place: TextPosition?) -> Fault {
        Fault(file: file, line: place?.line, column: place?.column, message: message)
    }

    private func fault(for error: YamlError) -> Fault {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let detail = [context?.text, problem].compactMap(\.self).joined(separator: ", ")
            return fault("not readable as YAML: \(detail)", at: position(mark))
        case .duplicatedKeysInMapping(let duplicates, let context):
            let names = duplicates.map { "'\($0.excerpt)'" }.joined(separator: ", ")
            return fault("\(names) set here and again below; keep one", at: position(context.mark))
        case .reader(let problem, _, let value, _):
            let code = value >= 0 ? " (U+\(String(value, radix: 16, uppercase: true)))" : ""
            return fault("not readable as YAML: \(problem)\(code)", at: nil)
        case .no, .memory, .writer, .emitter, .representer, .dataCouldNotBeDecoded:
            return fault("not readable as YAML: \(error)", at: nil)
        }
    }
}
