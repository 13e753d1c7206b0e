import Foundation
package import Model

/// Where a secret is found. Its value never stands in a configuration file or in a message.
package enum SecretReference: Sendable, Hashable {
    /// A file that only its owner may read.
    case file(String)
    /// An environment variable.
    case environment(String)

    /// The secret, one trailing line break removed.
    ///
    /// - Parameters:
    ///   - key: the configuration's key that the secret is for, such as `sources.crm.clientSecret`.
    ///   - directory: what a relative file path is relative to.
    /// - Throws: a fault that names the key and the file or the variable, never the value.
    package func resolve(
        for key: String, environment: [String: String], directory: String = ""
    ) throws(Fault) -> String {
        do throws(Fault) {
            return try value(environment: environment, directory: directory)
        } catch {
            var fault = error
            fault.message = "the secret of '\(key)': \(fault.message)"
            throw fault
        }
    }

    private func value(environment: [String: String], directory: String) throws(Fault) -> String {
        switch self {
        case .environment(let name):
            guard let value = environment[name], !value.isEmpty else {
                throw Fault(
                    file: "$\(name)", line: nil, column: nil,
                    message: "the environment variable is not set; set it to the secret",
                    isMissing: true)
            }
            return try Self.trimmed(value, from: "$\(name)")
        case .file(let path):
            let path = ConfigurationPath.resolve(path, in: directory)
            let text = try TextFile.read(path, maxBytes: 64 * 1024)
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            guard let mode = attributes?[.posixPermissions] as? Int, mode & 0o077 == 0 else {
                throw Fault(
                    file: path, line: nil, column: nil,
                    message: "others than the owner may read this secret; run 'chmod 600 \(path)'")
            }
            return try Self.trimmed(text, from: path)
        }
    }

    private static func trimmed(_ text: String, from place: String) throws(Fault) -> String {
        let value = text.last?.isNewline == true ? String(text.dropLast()) : text
        guard !value.isEmpty else {
            throw Fault(file: place, line: nil, column: nil, message: "the secret is empty")
        }
        return value
    }
}

extension Section {
    /// `clientSecret: {file: path}` or `{environment: NAME}`, exactly one of them. A secret written out is
    /// refused without being repeated.
    func requiredSecret(_ key: String, directory: String) -> SecretReference? {
        let expectation = "{file: secrets/\(key)} or {environment: FAIRWAY_SECRET}"
        guard let field = requiredField(key, expecting: expectation) else { return nil }
        guard field.isSection, let section = field.section() else {
            field.fault("'\(field.path)' must not hold the secret itself; expected \(expectation)")
            return nil
        }
        defer { section.finish() }
        let file = section.optional("file", .path)
        let variable = section.optional("environment", .environmentName)
        switch (section.contains("file"), section.contains("environment")) {
        case (true, false): return file.map { .file(ConfigurationPath.resolve($0, in: directory)) }
        case (false, true): return variable.map { .environment($0) }
        case (true, true), (false, false):
            field.fault("'\(field.path)' needs exactly one source; expected \(expectation)")
            return nil
        }
    }
}
