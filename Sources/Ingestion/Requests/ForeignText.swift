/// Words of another system, made fit for a message.
enum ForeignText {
    static let maximumLength = 200

    /// Printable, at most 200 characters, without the secrets, should the other side repeat them.
    static func printable(_ text: String, without secrets: [String]) -> String {
        var clean = text
        // A user name of one or two letters is no secret worth tearing words apart for.
        for secret in secrets.sorted(by: { $0.utf8.count > $1.utf8.count }) where secret.utf8.count > 2 {
            clean = clean.replacing(secret, with: "<redacted>")
        }
        let scalars = clean.unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                Unicode.Scalar(32 as UInt8)
            default: scalar
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars.prefix(maximumLength))
        return String(view)
    }
}
