import Model

extension ScalarForm where Value == String {
    static var attributeName: ScalarForm { .text(example: "region", maxLength: 200) }

    /// A field of the source, possibly through a relation or object: `Partner__r.Name`, `@odata.etag`,
    /// `items.data.0.price`. The letters are a closed list, so that no name is ever more than a name.
    static var fieldName: ScalarForm {
        ScalarForm("a name of the source such as AnnualAmount__c") { text in
            guard let first = text.utf8.first, isLetter(first) || first == 95 || first == 64 else {
                return nil
            }
            return isName(text) ? text : nil
        }
    }

    /// An object of the source: `Contract`, `deals`, `2-3453932`.
    static var objectName: ScalarForm {
        ScalarForm("a name of the source such as Contract") { text in
            guard let first = text.utf8.first, isLetter(first) || isDigit(first) || first == 95 else {
                return nil
            }
            return isName(text) ? text : nil
        }
    }

    /// A query parameter: `updated_at[after]`, `$filter`.
    static var parameterName: ScalarForm {
        ScalarForm("a name of a query parameter such as updated_since") { text in
            let isSound = text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_.-[]$@".utf8.contains($0) }
            return isSound && (1...200).contains(text.utf8.count) ? text : nil
        }
    }

    /// A header that is not the client's own affair.
    static var requestHeaderName: ScalarForm {
        ScalarForm("a name of a header such as Accept") { text throws(Refusal) in
            let isSound = text.utf8.allSatisfy { isLetter($0) || isDigit($0) || $0 == 45 || $0 == 95 }
            guard isSound, (1...100).contains(text.utf8.count) else { throw Refusal() }
            let own = [
                "authorization", "proxy-authorization", "cookie", "host", "content-length", "connection",
                "transfer-encoding", "accept-encoding",
            ]
            guard !own.contains(text.lowercased()) else {
                throw Refusal(
                    hint: "credentials belong to the source's configuration, the rest is set by itself")
            }
            return text
        }
    }

    /// An RFC 6901 pointer; "" is the whole answer.
    static var pointer: ScalarForm {
        ScalarForm("a JSON pointer such as /data/items, or \"\" for the answer itself") { text in
            guard text.isEmpty || text.hasPrefix("/"), text.utf8.count <= 500, isOneLine(text) else {
                return nil
            }
            // "~" stands only in the escapes ~0 and ~1.
            let parts = text.split(separator: "~", omittingEmptySubsequences: false).dropFirst()
            return parts.allSatisfy { $0.hasPrefix("0") || $0.hasPrefix("1") } ? text : nil
        }
    }

    /// The path of a request below its source's address, perhaps with parameters: those that are sent several times
    /// under one name have no place in a mapping.
    static var requestPath: ScalarForm {
        ScalarForm("a path such as /api/v2/deals") { text throws(Refusal) in
            guard text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count <= 1000,
                text.utf8.allSatisfy({ (33...126).contains($0) && !"\"#<>\\^`|".utf8.contains($0) })
            else { throw Refusal() }
            guard !text.prefix(while: { $0 != "?" }).split(separator: "/").contains("..") else {
                throw Refusal(hint: "without '..'")
            }
            try Placeholder.check(text, allowed: .everyWalk)
            return text
        }
    }

    /// A text with placeholders from a closed list.
    static func template(allowing placeholders: Placeholders) -> ScalarForm {
        ScalarForm("a text such as \"{pageSize}\"") { text throws(Refusal) in
            guard !text.isEmpty, text.utf8.count <= 2000, isOneLine(text) else { throw Refusal() }
            try Placeholder.check(text, allowed: placeholders)
            return text
        }
    }
}

/// Which placeholders a template may have.
enum Placeholders {
    /// A first load has no window, so that there is nothing to write for its beginning.
    case everyWalk
    case windows

    var names: [String] {
        let all = ["upper", "cursor", "lastID", "offset", "page", "pageSize"]
        return self == .windows ? ["lower"] + all : all
    }
}

private enum Placeholder {
    /// Refuses `{name}` for a name that is none of `allowed`; other braces are text.
    static func check(_ text: String, allowed: Placeholders) throws(Refusal) {
        for part in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
            guard let end = part.firstIndex(of: "}") else { continue }
            let name = String(part[..<end])
            guard !name.isEmpty, name.utf8.allSatisfy(isLetter), !allowed.names.contains(name) else {
                continue
            }
            if name == "lower" {
                throw Refusal(hint: "'{lower}' has a meaning under 'changesQuery' only")
            }
            let known = allowed.names.map { "{\($0)}" }.joined(separator: ", ")
            let nearest = nearestName(to: name, among: allowed.names).map { "; did you mean '{\($0)}'?" }
            throw Refusal(hint: "'{\(name)}' is none of \(known)\(nearest ?? "")")
        }
    }
}

private func isLetter(_ byte: UInt8) -> Bool { (65...90).contains(byte) || (97...122).contains(byte) }

private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

/// Letters, digits, "_", "@" and "-" in parts that are separated by single dots.
private func isName(_ text: String) -> Bool {
    let isSound = text.utf8.allSatisfy { isLetter($0) || isDigit($0) || "_@-.".utf8.contains($0) }
    return isSound && text.utf8.count <= 200
        && !text.split(separator: ".", omittingEmptySubsequences: false).contains("")
}

private func isOneLine(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }
}
