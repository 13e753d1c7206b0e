package import Foundation

/// A file that somebody named for a result and that cannot be written.
package struct UnwritableFile: Error, CustomStringConvertible {
    package let path: String
    let reason: String
    /// What holds all the same, or what to do next; nothing where the reason says all.
    var consequence: String?

    package var description: String {
        "writing '\(path)': \(([reason] + (consequence.map { [$0] } ?? [])).joined(separator: "; "))"
    }

    /// The same failure after something was done that stays done.
    package func after(_ done: String) -> UnwritableFile {
        var error = self
        error.consequence = done
        return error
    }
}

/// Prints a result on standard output, and makes sure that it arrived: one that nobody got is a failure.
package func printResult(
    _ text: String, to output: FileHandle = .standardOutput
) throws(UnwritableFile) {
    do {
        try output.write(contentsOf: Data((text + "\n").utf8))
    } catch {
        throw UnwritableFile(
            path: "standard output", reason: "not all of the result could be written; check the space left")
    }
}

/// Writes a result to the file that somebody named for it: all of it, or nothing.
package func writeResult(_ data: Data, to path: String) throws(UnwritableFile) {
    let folder = (path as NSString).deletingLastPathComponent
    guard folder.isEmpty || FileManager.default.fileExists(atPath: folder) else {
        throw UnwritableFile(
            path: path, reason: "there is no folder '\(folder)'; make it first, or name another file",
            consequence: "nothing was written")
    }
    do {
        try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
        throw UnwritableFile(
            path: path,
            reason:
                "it cannot be written; check that it is no folder, who may write there, and the space left",
            consequence: "nothing was written")
    }
}

/// Refuses a folder that takes no results, before anything is done that stays done.
package func requireWritable(folder: String) throws(UnwritableFile) {
    var isDirectory: ObjCBool = false
    let reason: String
    if !FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory) {
        reason = "there is no such folder; make it first, or name another"
    } else if !isDirectory.boolValue {
        reason = "it is no folder; name one"
    } else if !FileManager.default.isWritableFile(atPath: folder) {
        reason = "you may not write there; name another folder"
    } else {
        return
    }
    throw UnwritableFile(path: folder, reason: reason, consequence: "nothing was done")
}
