internal import Transport

/// A link that a source gave for its next page, made a path of the same source.
///
/// Links are input from outside: one that leads to another scheme, host or port is never followed, because the
/// credentials would go there.
enum NextLink {
    enum Failure: Error, Hashable {
        case foreign
        case unusable
    }

    static let maximumBytes = 16_384

    /// Path and query below `origin`, resolved against the path and query it was found at (RFC 3986 section 5).
    static func resolve(_ link: String, origin: HTTPOrigin, target: String) throws(Failure) -> String {
        guard !link.isEmpty, link.utf8.count <= maximumBytes, URLText.isPlain(link) else { throw .unusable }
        let link = String(link.prefix { $0 != "#" })
        if hasScheme(link) { return try below(origin, absolute: link) }
        if link.hasPrefix("//") { return try below(origin, absolute: origin.scheme + ":" + link) }
        if link.hasPrefix("/") { return link }
        let path = String(target.prefix { $0 != "?" })
        if link.hasPrefix("?") { return path + link }
        guard let slash = path.lastIndex(of: "/") else { throw .unusable }
        return String(path[...slash]) + link
    }

    private static func hasScheme(_ link: String) -> Bool {
        guard let colon = link.firstIndex(of: ":") else { return false }
        return !link[..<colon].contains { "/?#".contains($0) }
    }

    private static func below(_ origin: HTTPOrigin, absolute link: String) throws(Failure) -> String {
        guard let other = HTTPOrigin(url: link) else { throw .foreign }
        guard other == origin, let authority = link.firstRange(of: "//") else { throw .foreign }
        let rest = link[authority.upperBound...]
        guard let start = rest.firstIndex(where: { $0 == "/" || $0 == "?" }) else { return "/" }
        return (rest[start] == "?" ? "/" : "") + rest[start...]
    }
}

/// The target of `rel="next"` in `Link` headers (RFC 8288).
enum LinkHeader {
    static func next(in values: [String]) -> String? {
        for value in values {
            var rest = value[...]
            while let open = rest.firstIndex(of: "<"), let close = rest[open...].firstIndex(of: ">") {
                let target = rest[rest.index(after: open)..<close]
                let (parameters, after) = takeParameters(rest[rest.index(after: close)...])
                if parameters.contains(where: isNext) { return String(target) }
                rest = after
            }
        }
        return nil
    }

    /// The parameters up to the comma that ends this link, split at semicolons outside of quotes.
    private static func takeParameters(_ text: Substring) -> ([String], Substring) {
        var parameters: [String] = []
        var current = ""
        var isQuoted = false
        var index = text.startIndex
        while index < text.endIndex {
            let character = text[index]
            index = text.index(after: index)
            if isQuoted, character == "\\", index < text.endIndex {
                current.append(text[index])
                index = text.index(after: index)
                continue
            }
            if character == "\"" { isQuoted.toggle() }
            if !isQuoted, character == "," { break }
            if !isQuoted, character == ";" {
                parameters.append(current)
                current = ""
            } else {
                current.append(character)
            }
        }
        return (parameters + [current], text[index...])
    }

    private static func isNext(_ parameter: String) -> Bool {
        let parts = parameter.split(separator: "=", maxSplits: 1)
        guard parts.count == 2, parts[0].filter({ !$0.isWhitespace }).lowercased() == "rel" else {
            return false
        }
        return parts[1].filter { $0 != "\"" }.lowercased().split(whereSeparator: \.isWhitespace)
            .contains("next")
    }
}
