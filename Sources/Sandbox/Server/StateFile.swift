import Foundation
import Model

/// The commands a practice CRM has obeyed, one JSON object a line, each on disk before it is answered.
///
/// Replaying them from the start gives the same state, because the vendor is a function of them. A last line
/// without its line feed was never acknowledged and is cut off.
struct StateFile: Sendable {
    enum Command: Sendable, Hashable, Codable {
        /// The first line: which vendor the others belong to.
        case vendor(configuration: ContentHash, seed: UInt64)
        case clock(now: Instant)
        case terms([PostedTerms])
        case records(RecordChange)
    }

    let path: String

    /// The commands of an existing file; none when there is no file yet.
    func load() throws(StateFileError) -> [Command] {
        guard let data = FileManager.default.contents(atPath: path) else {
            guard !FileManager.default.fileExists(atPath: path) else {
                throw StateFileError("state file '\(path)' cannot be read; check its permissions")
            }
            return []
        }
        var commands: [Command] = []
        let whole = data.lastIndex(of: UInt8(ascii: "\n")).map { data.prefix(through: $0) } ?? data.prefix(0)
        for (number, line) in whole.split(separator: UInt8(ascii: "\n")).enumerated() {
            do {
                commands.append(try JSONDecoder().decode(Command.self, from: Data(line)))
            } catch {
                throw StateFileError(
                    "state file '\(path)', line \(number + 1): this is no command of a practice CRM; restore "
                        + "the file, or remove it to start the practice from the beginning")
            }
        }
        if whole.count < data.count { try truncate(to: UInt64(whole.count)) }
        return commands
    }

    /// Adds a command and waits until it is on disk.
    func append(_ command: Command) throws(StateFileError) {
        do {
            if !FileManager.default.fileExists(atPath: path) {
                let folder = URL(fileURLWithPath: path).deletingLastPathComponent()
                try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
                try Data().write(to: URL(fileURLWithPath: path))
            }
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            try handle.seekToEnd()
            try handle.write(contentsOf: try CanonicalJSON.encode(command) + [UInt8(ascii: "\n")])
            try handle.synchronize()
        } catch {
            throw StateFileError(
                "state file '\(path)' cannot be written (\(error.localizedDescription)); check the rights of its "
                    + "folder, and its space", isUnwritable: true)
        }
    }

    private func truncate(to length: UInt64) throws(StateFileError) {
        do {
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            try handle.truncate(atOffset: length)
            try handle.synchronize()
        } catch {
            throw StateFileError(
                "state file '\(path)' ends in half a line, which cannot be cut off: \(error)")
        }
    }
}

/// Terms a partner was told, by account id.
struct PostedTerms: Sendable, Hashable, Codable {
    var partner: String
    var plan: IncentivePlan.ID
}

/// Why the state of a practice CRM cannot be read or kept.
package struct StateFileError: Error, Sendable, Hashable, CustomStringConvertible {
    package let description: String
    /// Whether the disk is at fault, and not what stands in the file.
    package let isUnwritable: Bool

    init(_ description: String, isUnwritable: Bool = false) {
        self.description = description
        self.isUnwritable = isUnwritable
    }
}
