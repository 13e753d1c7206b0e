/// A decimal literal without its exponent: "1.25E4" is "12500", ".5" is "0.5". Exact.
///
/// `nil` for what is not a plain number (NaN, "1,234.5", "0x1F", "") or has more than forty digits written
/// out.
func plainDecimal(_ text: String) -> String? {
    var rest = text[...]
    let sign = rest.hasPrefix("-") ? "-" : ""
    if !sign.isEmpty { rest.removeFirst() }
    let halves = rest.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == "e" || $0 == "E" }
    let parts = halves[0].split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
    let whole = parts[0]
    let fraction = parts.count == 2 ? parts[1] : ""
    guard isDigits(whole) || (whole.isEmpty && parts.count == 2), parts.count == 1 || isDigits(fraction),
        whole.count + fraction.count <= 40,
        let exponent = halves.count == 2 ? exponent(halves[1]) : 0
    else { return nil }
    let digits = whole + fraction
    // The point's place counted from the first digit.
    let point = whole.count + exponent
    guard (-40...40).contains(point) else { return nil }
    let padded =
        String(repeating: "0", count: max(0, 1 - point)) + digits
        + String(repeating: "0", count: max(0, point - digits.count))
    let cut = padded.index(padded.startIndex, offsetBy: max(1, point))
    var result = String(padded[..<cut].drop { $0 == "0" })
    if result.isEmpty { result = "0" }
    let decimals = padded[cut...]
    return sign + (decimals.isEmpty ? result : result + "." + decimals)
}

private func isDigits(_ text: Substring) -> Bool {
    !text.isEmpty && text.utf8.allSatisfy { (48...57).contains($0) }
}

private func exponent(_ text: Substring) -> Int? {
    let digits = text.drop { $0 == "+" || $0 == "-" }
    guard text.count - digits.count <= 1, isDigits(digits), digits.count <= 3 else { return nil }
    return Int(text)
}
