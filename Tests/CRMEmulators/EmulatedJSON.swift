import Model

/// JSON text from parts; texts are escaped, everything else is written as given.
enum EmulatedJSON {
    static func text(_ value: String?) -> String {
        guard let value else { return "null" }
        var result = "\""
        for scalar in value.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }

    static func object(_ members: [(String, String)]) -> String {
        "{" + members.map { "\(text($0.0)):\($0.1)" }.joined(separator: ",") + "}"
    }

    static func list(_ items: [String]) -> String { "[" + items.joined(separator: ",") + "]" }
}

/// A page cut from a result, bent where a fault says so.
struct EmulatedSlice {
    var records: ArraySlice<EmulatedRecord>
    /// Where the next page begins; `nil` on the last.
    var next: Int?
    var isForeign = false

    init(_ result: [EmulatedRecord], from offset: Int, size: Int, bentBy fault: EmulatedFault?) {
        var size = size
        var start = offset
        switch fault {
        case .smallPage: size = max(1, size / 2)
        case .emptyPage: size = 0
        case .duplicateRows: start = max(0, offset - 1)
        case .foreignNext: isForeign = true
        default: break
        }
        let end = min(result.count, offset + size)
        records = result[min(start, result.count)..<end]
        next = end < result.count ? end : nil
        if fault == .sameNext, next != nil { next = offset }
        if fault == .hugeField, let first = records.indices.first {
            records[first].note = String(repeating: "x", count: 3_000_000)
            records[first].partner = String(repeating: "p", count: 200_000)
        }
    }
}

extension Int64 {
    /// `2026-03-01T10:00:00` of seconds since 1970.
    var isoSeconds: String { String(Instant(milliseconds: self * 1000).description.prefix(19)) }
}
