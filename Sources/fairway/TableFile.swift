import Foundation
import Model

/// The bytes of a table: a file, mapped; a pipe or other stream, read to its end; standard input for "-".
///
/// - Throws: A `Fault` that says why nothing can be read.
func contents(ofTable path: String) throws -> Data {
    func fault(_ message: String, isMissing: Bool = false) -> Fault {
        Fault(file: path, line: nil, column: nil, message: message, isMissing: isMissing)
    }
    if path == "-" {
        do { return try FileHandle.standardInput.readToEnd() ?? Data() } catch {
            throw fault("standard input cannot be read: \(reason(of: error))")
        }
    }
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else {
        switch errno {
        case ENOENT: throw fault("there is no such file; check the path", isMissing: true)
        case EACCES: throw fault("permission to read the file is denied")
        default: throw fault("the file cannot be opened: \(String(cString: strerror(errno)))")
        }
    }
    let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    var status = stat()
    guard fstat(descriptor, &status) == 0 else {
        throw fault("the file cannot be read: \(String(cString: strerror(errno)))")
    }
    switch status.st_mode & S_IFMT {
    case S_IFDIR: throw fault("this is a directory, expected a CSV file")
    case S_IFREG:
        if let mapped = try? Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped) {
            return mapped
        }
    default: break
    }
    // A pipe says nothing of its length and cannot be mapped.
    do { return try handle.readToEnd() ?? Data() } catch {
        throw fault("the file cannot be read: \(reason(of: error))")
    }
}

/// What the system says about a failure.
private func reason(of error: any Error) -> String {
    let error = error as NSError
    let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
    return underlying.domain == NSPOSIXErrorDomain
        ? String(cString: strerror(Int32(underlying.code))) : error.localizedDescription
}
