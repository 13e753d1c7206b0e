package import Model

/// Files that another system drops.
package struct FileConfiguration: Sendable {
    package var name: Source.Name
    /// In the order they are read.
    package var streams: [FileStream]

    package init(name: Source.Name, streams: [FileStream]) {
        self.name = name
        self.streams = streams
    }

    /// Files whose columns have the names of the fields: partners first, then contracts, then what is told of
    /// them; each stream is called by its kind.
    package init(name: Source.Name, files: [FactKind: String]) {
        self.name = name
        streams = FactKind.allCases.compactMap { kind in
            files[kind].map { FileStream(content: .kind(kind), path: $0, format: .csv) }
        }
    }

    /// Files with columns of their own: a mapping's objects are files or directories below `directory`, and its
    /// `request` may name the id and what marks a record as deleted.
    package init(name: Source.Name, directory: String, mapping: SourceMapping, nullText: String?) {
        self.name = name
        streams = mapping.streams.map { stream in
            FileStream(
                content: .mapping(stream), path: "\(directory)/\(stream.object)", nullText: nullText,
                id: stream.request?.id, deleted: stream.request?.deleted)
        }
    }
}

/// One stream of files: a file, or all files of a directory in the order of their names.
package struct FileStream: Sendable, Hashable {
    package enum Format: String, Sendable, Hashable, Codable, CaseIterable {
        /// RFC 4180 with a header.
        case csv
        /// One JSON object a line.
        case jsonl
    }

    package enum Content: Sendable, Hashable {
        /// Columns have the names of the kind's fields; those of partners that are none of them are attributes,
        /// and so are those of contracts that are called "attribute.region".
        case kind(FactKind)
        case mapping(StreamMapping)
    }

    package var content: Content
    package var path: String
    /// `nil`: each file's ending says it.
    package var format: Format?
    /// A value that stands for none, beside the empty one: "NULL", "\N".
    package var nullText: String?
    /// The field that identifies a record; `nil`: what records of the kind are about does.
    package var id: String?
    /// What marks a record as deleted.
    package var deleted: FieldCondition?

    package init(
        content: Content, path: String, format: Format? = nil, nullText: String? = nil, id: String? = nil,
        deleted: FieldCondition? = nil
    ) {
        self.content = content
        self.path = path
        self.format = format
        self.nullText = nullText
        self.id = id
        self.deleted = deleted
    }

    /// The format of one of its files.
    func format(of path: String) -> Format {
        format ?? Format.allCases.first { path.lowercased().hasSuffix("." + $0.rawValue) } ?? .csv
    }

    /// Endings of the files of a directory that are read.
    var endings: [String] { (format.map { [$0] } ?? Format.allCases).map { "." + $0.rawValue } }
}
