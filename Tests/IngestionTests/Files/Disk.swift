import Model
import Synchronization

@testable import Ingestion

extension FileSource {
    struct Read {
        var rows: [RowIdentity] = []
        /// What is there of each row.
        var values: [[String: String]] = []
        var token: String?
    }

    /// A stream from end to end.
    func read(_ stream: Int, from token: String? = nil) async throws -> Read {
        let walk = token.map { Walk.delta(token: $0, upper: noon) } ?? .full(upper: noon)
        var read = Read()
        var position: Position?
        repeat {
            let page = try await page(of: streams[stream], in: walk, after: position)
            read.rows += page.rows
            for row in 0..<page.records.count {
                var values: [String: String] = [:]
                for (index, field) in page.records.fields.enumerated() {
                    if case .text(let text) = page.records[row, index] { values[field] = text }
                }
                read.values.append(values)
            }
            position = page.next
            read.token = page.token
        } while position != nil
        return read
    }
}

extension StreamMapping {
    static func deal(_ field: String) -> StreamMapping {
        StreamMapping(stream: "deals", object: "deals", kind: .partner, fields: ["partner": FieldRule(field)])
    }
}

/// Files in memory; every write has a stamp of its own.
final class Disk: FileReading {
    private struct State {
        var files: [String: (bytes: [UInt8], modified: Int64)] = [:]
        var clock: Int64 = 0
        var longestRead = 0
    }
    private let state = Mutex(State())

    init(_ files: [String: String]) {
        for (path, text) in files { write(path, Array(text.utf8)) }
    }

    var longestRead: Int { state.withLock { $0.longestRead } }

    func write(_ path: String, _ bytes: [UInt8], keepingStamp: Bool = false) {
        state.withLock { state in
            state.clock += 1
            let modified = keepingStamp ? state.files[path]?.modified : nil
            state.files[path] = (bytes, modified ?? state.clock)
        }
    }

    func remove(_ path: String) { state.withLock { $0.files[path] = nil } }

    func source(_ stream: FileStream) -> FileSource {
        FileSource(FileConfiguration(name: "files", streams: [stream]), files: self, now: { noon })
    }

    func stamp(of path: String) -> FileStamp? {
        state.withLock { state in
            if let file = state.files[path] {
                return FileStamp(size: file.bytes.count, modified: file.modified)
            }
            guard state.files.keys.contains(where: { $0.hasPrefix(path + "/") }) else { return nil }
            return FileStamp(size: 0, modified: 0, isDirectory: true)
        }
    }

    func names(in directory: String) -> [String] {
        state.withLock { state in
            state.files.keys.filter { $0.hasPrefix(directory + "/") }.map {
                String($0.dropFirst(directory.count + 1))
            }
        }
    }

    func read(_ path: String, from offset: Int, count: Int) -> [UInt8] {
        state.withLock { state in
            state.longestRead = max(state.longestRead, count)
            return Array((state.files[path]?.bytes ?? []).dropFirst(offset).prefix(count))
        }
    }
}
