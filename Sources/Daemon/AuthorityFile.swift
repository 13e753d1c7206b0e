import Foundation
import Model

/// Refuses a file of certificate authorities with which no connection could ever stand.
///
/// - Parameter key: the configuration's key that names the file.
func checkAuthorities(at path: String, key: String) throws(Fault) {
    func fault(_ message: String, isMissing: Bool = false) -> Fault {
        Fault(file: path, line: nil, column: nil, message: message, isMissing: isMissing)
    }
    guard FileManager.default.fileExists(atPath: path) else {
        throw fault("there is no such file; '\(key)' names it", isMissing: true)
    }
    guard let data = FileManager.default.contents(atPath: path) else {
        throw fault("the file cannot be read; '\(key)' names it: check its permissions")
    }
    let labels = ["CERTIFICATE", "TRUSTED CERTIFICATE", "X509 CERTIFICATE"]
    guard labels.contains(where: { data.range(of: Data("-----BEGIN \($0)-----".utf8)) != nil }) else {
        throw fault(
            "there is no certificate in the file, which '\(key)' names; expected PEM, with a line "
                + "-----BEGIN CERTIFICATE-----")
    }
}
