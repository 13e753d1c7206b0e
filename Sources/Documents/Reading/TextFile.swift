import Foundation
import Model

/// Reading whole small text files.
enum TextFile {
    /// The UTF-8 text at `path`; refuses what is missing, a directory, too large, or not UTF-8.
    static func read(_ path: String, maxBytes: Int) throws(Fault) -> String {
        func fault(_ message: String) -> Fault {
            Fault(file: path, line: nil, column: nil, message: message)
        }
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else {
            throw Fault(
                file: path, line: nil, column: nil, message: "there is no such file", isMissing: true)
        }
        guard !isDirectory.boolValue else { throw fault("this is a directory; expected a file") }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw fault("the file cannot be opened; check its permissions")
        }
        defer { try? handle.close() }
        let data: Data
        do {
            data = try handle.read(upToCount: maxBytes + 1) ?? Data()
        } catch {
            throw fault("the file cannot be read: \(error.localizedDescription)")
        }
        guard data.count <= maxBytes else {
            throw fault("the file is larger than \(maxBytes) bytes, the most that is read")
        }
        guard let text = String(validating: data, as: UTF8.self) else {
            throw fault("the file is not UTF-8 text; save it as UTF-8")
        }
        return text
    }
}
