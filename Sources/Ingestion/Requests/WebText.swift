/// Text from and for the web: query strings, and words of a server that end up in messages.
enum WebText {
    /// `name=value&…`, in the order given; names are ours, values are percent-encoded but for RFC 3986's unreserved
    /// characters.
    static func query(_ items: [(name: String, value: String)]) -> String {
        items.map { "\($0.name)=\(encoded($0.value))" }.joined(separator: "&")
    }

    static func encoded(_ text: String) -> String {
        let digits = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 48...57, 65...90, 97...122, 45, 46, 95, 126: bytes.append(byte)
            default: bytes += [37, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A server's code, words and request id in one line: printable, at most 200 characters.
    static func detail(code: String?, message: String?, requestID: String?) -> String {
        let words = [code, message].compactMap { $0 }.filter { !$0.isEmpty }.joined(separator: ": ")
        let id = requestID.map { printable($0, limit: 64) } ?? ""
        guard !id.isEmpty else { return printable(words, limit: 200) }
        let suffix = " [request \(id)]"
        return printable(words, limit: 200 - suffix.count) + suffix
    }

    private static func printable(_ text: String, limit: Int) -> String {
        let scalars = text.unicodeScalars.lazy.filter { $0.value >= 32 && !(127...159).contains($0.value) }
        return String(String.UnicodeScalarView(scalars.prefix(limit)))
    }
}
