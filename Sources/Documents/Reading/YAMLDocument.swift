package import Model

/// One YAML file, read strictly: what it contains is asked for by name and type, and everything that is
/// wrong with it is told at once, each fault with its place.
///
///     let document = try YAMLDocument(text: text, file: "config/sandbox.yaml")
///     let start = document.root.required("starts", .day)
///     let weeks = document.root.value("weeks", .integer(in: 1...260), default: 26)
///     document.root.finish()
///     try document.throwIfFaulty()
///
/// A faulty value reads as `nil` (or as its default) and is remembered, so that reading goes on.
package final class YAMLDocument {
    package let file: String
    package let root: Section
    private let collector: FaultCollector

    /// Throws the faults that leave no tree to read: syntax, an empty file, a file that is not a mapping, refused
    /// YAML features other than anchors, aliases and tags. Those, and keys that are set twice, are remembered.
    package init(text: String, file: String) throws(Faults) {
        let text = text.hasPrefix("\u{FEFF}") ? String(text.unicodeScalars.dropFirst()) : text
        let passage = YAMLGate.pass(text, file: file)
        guard let sound = passage.soundText else { throw Faults(passage.faults) }
        let composed: (tree: YAMLNode?, faults: [Fault])
        do {
            composed = try YAMLComposer(file: file).compose(sound)
        } catch {
            throw Faults(passage.faults.isEmpty ? [error] : passage.faults)
        }
        let tree = composed.tree
        guard let tree, !tree.isAbsent else {
            throw Faults([Fault(file: file, line: nil, column: nil, message: "the file is empty")])
        }
        guard case .mapping(let entries, let position) = tree else {
            let place = tree.position
            let message = "the file holds \(tree.found); expected lines of the form 'key: value'"
            let fault = Fault(file: file, line: place.line, column: place.column, message: message)
            throw Faults(passage.faults + composed.faults + [fault])
        }
        self.file = file
        collector = FaultCollector(file: file, unknownLines: passage.unknownLines)
        collector.faults = passage.faults + composed.faults
        root = Section(name: "", entries: entries, position: position, collector: collector)
    }

    /// Reads the file at `path`; the faults carry the path as it is given.
    package convenience init(path: String) throws(Faults) {
        let text: String
        do {
            text = try TextFile.read(path, maxBytes: YAMLGate.maxBytes)
        } catch {
            throw Faults([error])
        }
        try self.init(text: text, file: path)
    }

    package var faults: [Fault] { collector.faults }

    /// Adds what another file that belongs to this one has wrong; a file that is named twice is told once.
    package func add(_ faults: Faults) {
        collector.faults += faults.faults.filter { !collector.faults.contains($0) }
    }

    package func throwIfFaulty() throws(Faults) {
        if !collector.faults.isEmpty { throw Faults(collector.faults) }
    }
}

/// Where the sections and fields of one document leave their faults.
final class FaultCollector {
    let file: String
    /// Lines of which nothing more is said: what stands there in the end is not known.
    private let unknownLines: Set<Int>
    var faults: [Fault] = []

    init(file: String, unknownLines: Set<Int>) {
        self.file = file
        self.unknownLines = unknownLines
    }

    func add(_ message: String, at position: TextPosition) {
        guard !unknownLines.contains(position.line) else { return }
        let fault = Fault(file: file, line: position.line, column: position.column, message: message)
        if !faults.contains(fault) { faults.append(fault) }
    }
}
