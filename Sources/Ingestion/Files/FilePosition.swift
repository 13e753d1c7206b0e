internal import Model

/// A file as it was when its reading began. One that has the same bytes is not read again.
struct FileIdentity: Codable, Hashable {
    var name: String
    var stamp: FileStamp
    /// SHA-256 of its bytes.
    var hash: ContentHash
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
}

/// Which files have been read: what the next walk leaves out.
struct FileToken: Codable, Hashable {
    /// Files that are gone are remembered up to this many, so that one that comes back says nothing new.
    static let maximumFiles = 5_000

    var files: [FileIdentity]

    /// The same bytes under the same name say nothing new, and neither do they under another one.
    func hasRead(_ hash: ContentHash) -> Bool { files.contains { $0.hash == hash } }

    /// Whether a file need not even be hashed.
    func knows(_ name: String, _ stamp: FileStamp) -> Bool {
        files.contains { $0.name == name && $0.stamp == stamp }
    }

    mutating func add(_ read: [FileIdentity]) {
        files.removeAll { old in read.contains { $0.name == old.name } }
        files += read
        files.removeFirst(max(0, files.count - FileToken.maximumFiles))
    }
}
