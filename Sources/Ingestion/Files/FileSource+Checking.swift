internal import Model

/// Which files a walk reads. They are chosen and checked before its first record is delivered, so that a file that
/// cannot be read leaves nothing half told.
extension FileSource {
    /// Checks every file that has not been read, from its first byte to its last, and plans the walk.
    ///
    /// Files are a history by their names: where one is new or has changed, those that sort after it are read once
    /// more behind it, and so the latest of them has the last word. By another mapping all of them are new.
    func plan(
        _ stream: FileStream, _ mapping: StreamMapping, _ token: FileToken
    ) throws(FileFault) -> FilePosition {
        let columns = FileColumns(stream, mapping: mapping)
        let known = Dictionary(token.files.map { ($0.name, $0) }, uniquingKeysWith: { _, last in last })
        let isRemapped = token.mapping.map { $0 != mapping.fingerprint } ?? false
        var hashes = isRemapped ? [] : Set(token.files.map(\.hash))
        var lasting = Set(token.columns ?? [])
        var state = FilePosition()
        var pending: [FileIdentity] = []
        var previous: ContentHash?
        let names = try names(of: stream)
        for name in names {
            guard let stamp = try stamp(of: path(name, of: stream)), !stamp.isDirectory else { continue }
            let before = known[name]
            let isBehind = !pending.isEmpty && !columns.areKnownByPlace
            if let before, before.stamp == stamp, !isRemapped {
                if isBehind { pending.append(before) }
                previous = before.hash
                continue
            }
            let (inspected, table) = try inspect(name, stamp, stream, columns)
            var file = inspected
            // The same bytes under the same name, or behind a file that said the same, say nothing new.
            let isRepeated = columns.areKnownByPlace ? hashes.contains(file.hash) : previous == file.hash
            previous = file.hash
            let isSame = before?.hash == file.hash
            if isSame && !isRemapped || isRepeated {
                if isSame { file.aside = before?.aside }
                if isBehind { pending.append(file) } else { state.done.append(file) }
                continue
            }
            try check(table, columns, &lasting, path: path(name, of: stream))
            if pending.isEmpty, !columns.areKnownByPlace {
                try refuse(file, of: stream, before: token, present: Set(names))
            }
            hashes.insert(file.hash)
            pending.append(file)
        }
        state.pending = pending
        state.columns = lasting.sorted()
        return state
    }

    /// Takes the walk's next file.
    func begin(
        _ state: inout FilePosition, _ stream: FileStream, _ mapping: StreamMapping
    ) throws(FileFault) {
        guard var file = state.pending?.first else { return }
        let path = path(file.name, of: stream)
        guard let stamp = try stamp(of: path), !stamp.isDirectory else { throw FileSource.stale(path) }
        if stamp != file.stamp {
            let columns = FileColumns(stream, mapping: mapping)
            var lasting = Set(state.columns ?? [])
            let (changed, table) = try inspect(file.name, stamp, stream, columns)
            try check(table, columns, &lasting, path: path)
            state.columns = lasting.sorted()
            file = changed
        }
        state.pending?.removeFirst()
        file.aside = nil
        state.begin(file)
    }

    /// Reads a file from its first byte to its last as records would be read.
    private func inspect(
        _ name: String, _ stamp: FileStamp, _ stream: FileStream, _ columns: FileColumns
    ) throws(FileFault) -> (FileIdentity, FileTable) {
        let path = path(name, of: stream)
        do throws(FileFault) {
            let digest = Digest()
            let files = files
            var records = FileRecords(
                format: stream.format(of: path), size: stamp.size, offset: 0, lines: 0
            ) { (offset, count) throws(FileFault) in
                guard !Task.isCancelled else {
                    throw FileFault(reason: "reading was cancelled", kind: .cancelled)
                }
                let bytes = try FileSource.bytes(files, path, offset, count)
                digest.hasher.update(bytes)
                return bytes
            }
            var table = FileTable.jsonl
            if stream.format(of: path) == .csv {
                table = try FileTable(header: try records.next(), needed: columns.needed)
            }
            while let record = try records.next() {
                do throws(FileFault) {
                    _ = try table.values(of: record, nullText: stream.nullText)
                } catch {
                    guard error.kind == .row else { throw error }
                }
            }
            guard try self.stamp(of: path) == stamp else { throw FileSource.stale(path) }
            return (FileIdentity(name: name, stamp: stamp, hash: digest.hasher.hash), table)
        } catch {
            var fault = error
            fault.path = path
            throw fault
        }
    }

    /// Refuses a file without a column that earlier ones had.
    private func check(
        _ table: FileTable, _ columns: FileColumns, _ lasting: inout Set<String>, path: String
    ) throws(FileFault) {
        let own = columns.lasting(in: table)
        let missing = lasting.subtracting(own).sorted().map { "'\($0)'" }
        guard missing.isEmpty else {
            let (noun, pronoun) = missing.count == 1 ? ("column", "it") : ("columns", "them")
            throw FileFault(
                line: 1,
                reason:
                    "there is no \(noun) \(missing.joined(separator: ", ")), and earlier files of the stream"
                    + " had \(pronoun): rows would lose what those told; add the \(noun), empty where there is"
                    + " no value, or name the file in another source", path: path)
        }
        lasting.formUnion(own)
    }

    /// Refuses a file that sorts before one that was read and is gone: nothing could tell once more what the later
    /// one said.
    private func refuse(
        _ file: FileIdentity, of stream: FileStream, before token: FileToken, present: Set<String>
    ) throws(FileFault) {
        let later = token.files.filter { other in
            !present.contains(other.name) && FileSource.precedes(file.name, other.name)
        }
        guard let last = later.map(\.name).max(by: FileSource.precedes) else { return }
        throw FileFault(
            reason:
                "its name sorts before '\(last)', which was read and is gone, so that its rows would stand over"
                + " later ones; take it away and write its rows to a file whose name sorts behind '\(last)'",
            path: path(file.name, of: stream))
    }

    private final class Digest {
        var hasher = ContentHasher()
    }
}
