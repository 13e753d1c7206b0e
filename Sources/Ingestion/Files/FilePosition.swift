internal import Model

/// A file as it was when it was checked. One that has the same bytes is not read again.
struct FileIdentity: Codable, Hashable {
    var name: String
    var stamp: FileStamp
    /// SHA-256 of its bytes.
    var hash: ContentHash
    /// Lines that were set aside when it was read; `nil`: none.
    var aside: [Int]?
}

/// Where reading of a stream of files goes on.
struct FilePosition: Codable, Hashable {
    /// The file being read; `nil` between two files.
    var file: FileIdentity?
    /// Bytes, lines and records of it that were delivered.
    var offset = 0
    var lines = 0
    var rows = 0
    /// Files that were read to their end in this walk.
    var done: [FileIdentity] = []
    /// Files of this walk that were checked and wait, in the order they are read.
    var pending: [FileIdentity]?
    /// Columns that files of the stream must have, because earlier ones have them.
    var columns: [String]?

    /// Forgets where in a file reading stood.
    mutating func begin(_ file: FileIdentity?) {
        self.file = file
        offset = 0
        lines = 0
        rows = 0
    }
}

/// Which files have been read: what the next walk leaves out.
struct FileToken: Codable, Hashable {
    /// Files that are gone are remembered up to this many, so that one that comes back says nothing new.
    static let maximumGone = 2_000

    var files: [FileIdentity]
    /// Columns that files to come must have, because earlier ones have them.
    var columns: [String]?
    /// The fingerprint of the mapping they were read by.
    var mapping: String?

    /// Adds what a walk has read; `present` are the names that are there.
    mutating func add(_ read: [FileIdentity], present: Set<String>) {
        let names = Set(read.map(\.name))
        files.removeAll { names.contains($0.name) }
        files += read
        var excess = files.count { !present.contains($0.name) } - FileToken.maximumGone
        files.removeAll { file in
            guard excess > 0, !present.contains(file.name) else { return false }
            excess -= 1
            return true
        }
    }
}
