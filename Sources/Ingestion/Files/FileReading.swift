internal import Foundation
internal import Glibc

/// What a source needs of a file system.
package protocol FileReading: Sendable {
    /// `nil` when there is nothing at the path.
    func stamp(of path: String) throws -> FileStamp?
    /// Names of what is directly in a directory, in any order.
    func names(in directory: String) throws -> [String]
    /// At most `count` bytes from `offset`; fewer only at the end of the file.
    func read(_ path: String, from offset: Int, count: Int) throws -> [UInt8]
}

/// What a file system says of a file.
package struct FileStamp: Sendable, Hashable, Codable {
    package var size: Int
    /// Nanoseconds since 1970.
    package var modified: Int64
    package var isDirectory: Bool

    package init(size: Int, modified: Int64, isDirectory: Bool = false) {
        self.size = size
        self.modified = modified
        self.isDirectory = isDirectory
    }
}

/// The machine's own files.
package struct LocalFiles: FileReading {
    package init() {}

    package func stamp(of path: String) throws -> FileStamp? {
        var status = Glibc.stat()
        guard unsafe stat(path, &status) == 0 else {
            guard errno == ENOENT || errno == ENOTDIR else {
                throw POSIXError(.init(rawValue: errno) ?? .EIO)
            }
            return nil
        }
        let modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
        return FileStamp(
            size: Int(status.st_size), modified: modified,
            isDirectory: status.st_mode & S_IFMT == S_IFDIR)
    }

    package func names(in directory: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory)
    }

    package func read(_ path: String, from offset: Int, count: Int) throws -> [UInt8] {
        let file = try FileHandle(forReadingFrom: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seek(toOffset: UInt64(offset))
        var bytes: [UInt8] = []
        while bytes.count < count, let piece = try file.read(upToCount: count - bytes.count), !piece.isEmpty {
            bytes += piece
        }
        return bytes
    }
}
