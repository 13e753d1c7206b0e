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
                .sorted(by: FileSource.precedes)
        } catch {
            throw FileFault(reason: "the directory cannot be listed: \(error)", kind: .unreadable)
        }
    }

    static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }

    func path(_ name: String, of stream: FileStream) -> String {
        name == FileSource.lastComponent(stream.path) ? stream.path : stream.path + "/" + name
    }

    private static func lastComponent(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    // MARK: - One file

    /// - Parameter before: what was known of a file of the same name.
    func read(
        _ file: FileIdentity, _ stream: FileStream, _ mapping: StreamMapping, _ state: inout FilePosition,
        before: FileIdentity?
    ) throws(FileFault) -> SourcePage {
        let path = path(file.name, of: stream)
        try check(file, path)
        let columns = FileColumns(stream, mapping: mapping)
        let table = try table(of: stream, path: path, needed: columns.needed)
        var records = self.records(
            of: stream, path: path, size: file.stamp.size, offset: state.offset, lines: state.lines)
        let fields = columns.fields(of: table)
        var page = SourcePage(records: RecordBatch(fields: fields), rows: [], next: nil)
        if stream.format(of: path) == .csv, state.offset == 0 { _ = try records.next() }
        let start = state.offset
        let prefix = path == stream.path ? "" : file.name + " "
        var isAtEnd = false
        while page.rows.count < FileSource.pageRows, state.offset - start < FileSource.pageBytes {
            guard let record = try records.next() else {
                isAtEnd = true
                break
            }
            state.offset = record.end
            state.lines = record.linesAfter
            state.rows += 1
            let version = "\(file.hash.short) line \(record.line)"
            var value: (String) -> FieldValue = { _ in .absent }
            do throws(FileFault) {
                value = try table.values(of: record, nullText: stream.nullText)
                guard columns.filter.holds(value) else { continue }
                var identity = RowIdentity(
                    id: try columns.id(place: "\(prefix)row \(state.rows)", line: record.line, value),
                    version: version)
                if columns.isDeleted(value) { identity.state = .deleted }
                page.rows.append(identity)
            } catch {
                guard error.kind == .row else { throw error }
                var aside = state.file?.aside ?? []
                aside.append(record.line)
                state.file?.aside = aside
                page.rows.append(
                    RowIdentity(
                        id: "\(prefix)line \(record.line)", version: version, fault: error.reason))
            }
            page.records.append(fields.map(value))
        }
        try check(file, path)
        if isAtEnd {
            // The stamp is only as fine as the file system's clock; the bytes decide.
            guard try hash(of: path, size: file.stamp.size) == file.hash else { throw FileSource.stale(path) }
            let aside = Set(state.file?.aside ?? [])
            for line in before?.aside ?? [] where !aside.contains(line) {
                // What was set aside at the line is there no longer.
                page.rows.append(
                    RowIdentity(
                        id: "\(prefix)line \(line)", version: "\(file.hash.short) line \(line)",
                        state: .deleted))
                page.records.append(fields.map { _ in .absent })
            }
            state.done += [state.file ?? file]
            state.begin(nil)
        }
        page.next = Position(try encode(state))
        return page
    }

    /// The reader of a file's records, by its header.
    func table(of stream: FileStream, path: String, needed: [String]) throws(FileFault) -> FileTable {
        guard stream.format(of: path) == .csv else { return .jsonl }
        let size = try stamp(of: path)?.size ?? 0
        var records = self.records(of: stream, path: path, size: size, offset: 0, lines: 0)
        return try FileTable(header: try records.next(), needed: needed)
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
        guard try stamp(of: path) == file.stamp else { throw FileSource.stale(path) }
    }

    static func stale(_ path: String) -> FileFault {
        FileFault(
            reason: "changed while it was read; write files under another name and rename them when complete",
            kind: .stale, path: path)
    }

    private func hash(of path: String, size: Int) throws(FileFault) -> ContentHash {
        var hasher = ContentHasher()
        var offset = 0
        while offset < size {
            let bytes = try FileSource.bytes(
                files, path, offset, min(FileRecords.windowBytes, size - offset))
            guard !bytes.isEmpty else { throw FileSource.stale(path) }
            hasher.update(bytes)
            offset += bytes.count
        }
        return hasher.hash
    }

    static func bytes(
        _ files: any FileReading, _ path: String, _ offset: Int, _ count: Int
    ) throws(FileFault) -> [UInt8] {
        do {
            return try files.read(path, from: offset, count: count)
        } catch {
            throw FileFault(reason: "cannot be read: \(error)", kind: .unreadable)
        }
    }

    func stamp(of path: String) throws(FileFault) -> FileStamp? {
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
