package import Foundation

/// A file that somebody named for a result and that cannot be written.
package struct UnwritableFile: Error, CustomStringConvertible {
    package let path: String
    let reason: String

    package var description: String { "writing '\(path)': \(reason)" }
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
    var isDirectory: ObjCBool = false
    guard folder.isEmpty || FileManager.default.fileExists(atPath: folder, isDirectory: &isDirectory) else {
        throw UnwritableFile(
            path: path,
            reason: "there is no folder '\(folder)'; make it first, or name another file; nothing was written"
        )
    }
    do {
        try data.write(to: URL(fileURLWithPath: path), options: .atomic)
    } catch {
        throw UnwritableFile(
            path: path,
            reason:
                "it cannot be written; check that it is no folder, who may write there, and the space left; "
                + "nothing was written")
    }
}
