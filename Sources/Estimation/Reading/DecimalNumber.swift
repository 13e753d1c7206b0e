/// Reads a decimal number at the pointer, to the last bit as `Double(_: String)` would, and moves past it.
///
/// Digits are gathered in 64 bits. Up to 19 of them, below 2⁵³, over a power of ten up to 10²², are two exact doubles
/// whose quotient is rounded once, and so correctly; everything else is left to the slow path.
///
/// - Precondition: a byte that is neither a digit, a sign nor a point follows somewhere.
/// - Returns: nil, the pointer anywhere, when what stands there is not such a number; what follows it is not looked
///   at.
/// - Source: Clinger (1990), PLDI, "How to read floating point numbers accurately", sec. 2.
@inline(__always)
func plainDecimal(_ p: inout UnsafePointer<UInt8>) -> Double? {
    let isNegative = unsafe p[0] == UInt8(ascii: "-")
    if isNegative { unsafe p += 1 }
    let start = unsafe p
    var digits: UInt64 = 0
    while true {
        let digit = unsafe p[0] &- UInt8(ascii: "0")
        guard digit < 10 else { break }
        digits = digits &* 10 &+ UInt64(digit)
        unsafe p += 1
    }
    var count = unsafe p - start
    var value: Double
    if unsafe p[0] == UInt8(ascii: ".") {
        unsafe p += 1
        let fraction = unsafe p
        while true {
            let digit = unsafe p[0] &- UInt8(ascii: "0")
            guard digit < 10 else { break }
            digits = digits &* 10 &+ UInt64(digit)
            unsafe p += 1
        }
        let places = unsafe p - fraction
        count += places
        guard count > 0, count <= 19, digits <= 1 << 53 else { return nil }
        value = Double(digits) / powerOfTen(places)
    } else {
        guard count > 0, count <= 19, digits <= 1 << 53 else { return nil }
        value = Double(digits)
    }
    return isNegative ? -value : value
}

/// The exact powers of ten.
private let powersOfTen: InlineArray<23, Double> = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
    1e20, 1e21, 1e22,
]

@inline(__always)
private func powerOfTen(_ exponent: Int) -> Double { powersOfTen[exponent] }

/// Reads a whole cell as a number the slow way: any number of digits, an exponent, blanks around it, and the words
/// true and false as 1 and 0.
///
/// Words such as "inf" and hexadecimal digits are not numbers here.
func decimal(_ cell: UnsafeBufferPointer<UInt8>) -> Double? {
    let text = unsafe String(decoding: cell, as: UTF8.self)
        .drop(while: { $0 == " " || $0 == "\t" })
        .reversed().drop(while: { $0 == " " || $0 == "\t" }).reversed()
    let word = String(text)
    switch word.lowercased() {
    case "true": return 1
    case "false": return 0
    default: break
    }
    guard word.utf8.allSatisfy({ isNumberByte($0) }), let value = Double(word), value.isFinite else {
        return nil
    }
    return value
}

private func isNumberByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."),
        UInt8(ascii: "e"), UInt8(ascii: "E"):
        true
    default: false
    }
}
