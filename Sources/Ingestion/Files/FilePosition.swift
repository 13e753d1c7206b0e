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
    static let maximumGone = 2_000

    var files: [FileIdentity]

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

/// What has been read before, for looking up: in earlier walks and in this one.
struct FileMemory {
    private let stamps: [String: FileStamp]
    private let done: Set<String>
    private let hashes: Set<ContentHash>

    init(_ token: FileToken, done: [FileIdentity]) {
        stamps = Dictionary(token.files.map { ($0.name, $0.stamp) }, uniquingKeysWith: { _, last in last })
        self.done = Set(done.map(\.name))
        hashes = Set((token.files + done).map(\.hash))
    }

    /// Whether a file need not even be hashed.
    func knows(_ name: String, _ stamp: FileStamp) -> Bool { stamps[name] == stamp }

    func isDone(_ name: String) -> Bool { done.contains(name) }

    /// The same bytes say nothing new, under the same name or another one.
    func hasRead(_ hash: ContentHash) -> Bool { hashes.contains(hash) }
}
