internal import Foundation
internal import Model

extension FileSource {
    // MARK: - Which files

    /// Names of the files of a stream, by their bytes: the only one, or those of the directory with an ending of
    /// the format.
    func names(of stream: FileStream) throws(FileFault) -> [String] {
        guard let stamp = try stamp(of: stream.path) else {
            throw FileFault(reason: "there is no such file or directory; check the path", kind: .unreadable)
        }
        guard stamp.isDirectory else { return [FileSource.lastComponent(stream.path)] }
        do {
            return try files.names(in: stream.path)
                .filter { name in
                    !name.hasPrefix(".") && stream.endings.contains { name.lowercased().hasSuffix($0) }
                }
                .sorted { Array($0.utf8).lexicographicallyPrecedes(Array($1.utf8)) }
        } catch {
            throw FileFault(reason: "the directory cannot be listed: \(error)", kind: .unreadable)
        }
    }

    func path(_ name: String, of stream: FileStream) -> String {
        name == FileSource.lastComponent(stream.path) ? stream.path : stream.path + "/" + name
    }

    private static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    /// Takes the first file that has not been read, if there is one.
    func begin(_ state: inout FilePosition, _ stream: FileStream, _ token: FileToken) throws(FileFault) {
        let memory = FileMemory(token, done: state.done)
        for name in try names(of: stream) where !memory.isDone(name) {
            let path = path(name, of: stream)
            guard let stamp = try stamp(of: path), !stamp.isDirectory, !memory.knows(name, stamp) else {
                continue
            }
            let file = FileIdentity(name: name, stamp: stamp, hash: try hash(of: path, size: stamp.size))
            guard memory.hasRead(file.hash) else {
                state = FilePosition(file: file, done: state.done)
                return
            }
            // Nothing new in it, so that nothing else of the memory changes.
            state.done.append(file)
        }
    }

    // MARK: - One file

    func read(
        _ file: FileIdentity, _ stream: FileStream, _ mapping: StreamMapping, _ state: inout FilePosition
    ) throws(FileFault) -> SourcePage {
        let path = path(file.name, of: stream)
        try check(file, path)
        guard mapping.selection.filter == nil else {
            throw FileFault(reason: "has no query language for 'filter'; choose rows with 'where'")
        }
        let columns = FileColumns(stream, mapping: mapping)
        let table = try table(of: stream, path: path, needed: columns.needed)
        var records = self.records(
            of: stream, path: path, size: file.stamp.size, offset: state.offset, lines: state.lines)
        var page = SourcePage(records: RecordBatch(fields: columns.fields), rows: [], next: nil)
        if stream.format(of: path) == .csv, state.offset == 0 { _ = try records.next() }
        let start = state.offset
        var isAtEnd = false
        while page.rows.count < FileSource.pageRows, state.offset - start < FileSource.pageBytes {
            guard let record = try records.next() else {
                isAtEnd = true
                break
            }
            let value = try table.values(of: record, nullText: stream.nullText)
            state.offset = record.end
            state.lines = record.linesAfter
            state.rows += 1
            guard columns.filter.holds(value) else { continue }
            var place = "row \(state.rows)"
            if path != stream.path { place = "\(file.name) \(place)" }
            var identity = RowIdentity(
                id: try columns.id(place: place, line: record.line, value),
                version: "\(file.hash.short) line \(record.line)")
            if columns.isDeleted(value) { identity.state = .deleted }
            page.rows.append(identity)
            page.records.append(columns.fields.map(value))
        }
        try check(file, path)
        if isAtEnd {
            // The stamp is only as fine as the file system's clock; the bytes decide.
            guard try hash(of: path, size: file.stamp.size) == file.hash else { throw FileSource.stale }
            state = FilePosition(done: state.done + [file])
        }
        page.next = Position(try encode(state))
        return page
    }

    /// The reader of a file's records, by its header.
    func table(
        of stream: FileStream, path: String, needed: [String]? = nil
    ) throws(FileFault) -> FileTable {
        guard stream.format(of: path) == .csv else { return .jsonl }
        let size = try stamp(of: path)?.size ?? 0
        var records = self.records(of: stream, path: path, size: size, offset: 0, lines: 0)
        let header = try records.next()
        if let needed { return try FileTable(header: header, needed: needed) }
        let kind: FactKind
        switch stream.content {
        case .mapping(let mapping):
            return try FileTable(header: header, needed: FileColumns(stream, mapping: mapping).needed)
        case .kind(let own): kind = own
        }
        let mapping = StreamMapping(kind: kind, columns: try FileTable.texts(header))
        return try FileTable(header: header, needed: FileColumns(stream, mapping: mapping).needed)
    }

    private func records(
        of stream: FileStream, path: String, size: Int, offset: Int, lines: Int
    ) -> FileRecords {
        let files = files
        return FileRecords(format: stream.format(of: path), size: size, offset: offset, lines: lines) {
            (offset, count) throws(FileFault) in
            try FileSource.bytes(files, path, offset, count)
        }
    }

    private func check(_ file: FileIdentity, _ path: String) throws(FileFault) {
        guard try stamp(of: path) == file.stamp else { throw FileSource.stale }
    }

    private static let stale = FileFault(
        reason: "changed while it was read; write files under another name and rename them when complete",
        kind: .stale)

    private func hash(of path: String, size: Int) throws(FileFault) -> ContentHash {
        var hasher = ContentHasher()
        var offset = 0
        while offset < size {
            let bytes = try FileSource.bytes(
                files, path, offset, min(FileRecords.windowBytes, size - offset))
            guard !bytes.isEmpty else { throw FileSource.stale }
            hasher.update(bytes)
            offset += bytes.count
        }
        return hasher.hash
    }

    private static func bytes(
        _ files: any FileReading, _ path: String, _ offset: Int, _ count: Int
    ) throws(FileFault) -> [UInt8] {
        do {
            return try files.read(path, from: offset, count: count)
        } catch {
            throw FileFault(reason: "cannot be read: \(error)", kind: .unreadable)
        }
    }

    private func stamp(of path: String) throws(FileFault) -> FileStamp? {
        do {
            return try files.stamp(of: path)
        } catch {
            throw FileFault(reason: "cannot be looked at: \(error)", kind: .unreadable)
        }
    }

    func encode(_ value: some Encodable) throws(FileFault) -> String {
        do {
            return String(decoding: try CanonicalJSON.encode(value), as: UTF8.self)
        } catch {
            throw FileFault(reason: "the position cannot be written: \(error)", kind: .unreadable)
        }
    }
}
