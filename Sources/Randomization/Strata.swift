package import Model

/// The cut points between small, medium and large partners: terciles of active contracts.
///
/// Cut j (1, 2) is the value at rank ⌈j·n/3⌉ of the n counts in ascending order (the inverse of the empirical
/// distribution function; Hyndman & Fan 1996, definition 1). Partners with at most the first cut are small,
/// with at most the second medium. Counts 1, 2, …, 9 are cut at 3 and 6; an empty roster is cut at 0 and 0.
package func sizeCuts(of roster: [RosterEntry]) -> [Int] {
    let counts = roster.map(\.activeContracts).sorted()
    return [1, 2].map { cut in
        let rank = (cut * counts.count + 2) / 3
        return rank == 0 ? 0 : counts[rank - 1]
    }
}

/// The name of the stratum a partner belongs to: "region=emea,size=large", fields in the design's order.
///
/// A field that the roster lacks or leaves blank reads "unknown". The field `size` is small, medium or large
/// by `sizeCuts`, and "unknown" without two cuts. A design without strata has one, "all". The characters
/// `%`, `=` and `,` of fields and values are percent-encoded, so that two strata never share a name.
package func stratum(of entry: RosterEntry, design: Design, sizeCuts: [Int]) -> String {
    guard !design.strata.isEmpty else { return "all" }
    return design.strata.map { field in
        let value = field == "size" ? sizeClass(of: entry, cuts: sizeCuts) : entry.attributes[field]
        let known = value.flatMap { $0.isEmpty ? nil : $0 } ?? "unknown"
        return "\(percentEncoded(field))=\(percentEncoded(known))"
    }.joined(separator: ",")
}

private func sizeClass(of entry: RosterEntry, cuts: [Int]) -> String? {
    guard cuts.count == 2 else { return nil }
    return if entry.activeContracts <= cuts[0] {
        "small"
    } else if entry.activeContracts <= cuts[1] {
        "medium"
    } else {
        "large"
    }
}

private func percentEncoded(_ text: String) -> String {
    String(
        text.unicodeScalars.reduce(into: String.UnicodeScalarView()) { encoded, scalar in
            switch scalar {
            case "%": encoded.append(contentsOf: "%25".unicodeScalars)
            case "=": encoded.append(contentsOf: "%3D".unicodeScalars)
            case ",": encoded.append(contentsOf: "%2C".unicodeScalars)
            default: encoded.append(scalar)
            }
        })
}
