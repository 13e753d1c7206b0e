/// A decimal number as it was written: exact, at most 38 digits.
struct DecimalNumber: Hashable {
    /// A number times a power of ten, as a whole number.
    enum Scaled: Hashable {
        case exact(Int64)
        /// It has more decimals; the number below it and whether rounding half to even goes one up.
        case between(Int64, roundsUp: Bool)
        case tooLarge
    }

    private(set) var isNegative = false
    private var digits: UInt128 = 0
    /// The number is `digits` times ten to this power.
    private var power = 0

    /// `nil` for what is not a plain number ("NaN", "1,234.5", "0x1F", "5.", "+1", ""), for more than 38 digits
    /// and for exponents of more than three digits. ".5" and "007" are numbers.
    init?(_ bytes: ArraySlice<UInt8>) {
        var index = bytes.startIndex
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: "-") {
            isNegative = true
            index += 1
        }
        guard let whole = takeDigits(bytes, &index) else { return nil }
        var fraction = 0
        if index < bytes.endIndex, bytes[index] == UInt8(ascii: ".") {
            index += 1
            guard let count = takeDigits(bytes, &index), count > 0 else { return nil }
            fraction = count
        }
        guard whole + fraction > 0 else { return nil }
        guard let exponent = DecimalNumber.exponent(bytes[index...]) else { return nil }
        power = exponent - fraction
    }

    /// The number without an exponent and leading zeros; decimals stay as they are. `nil` for one of more than 40
    /// digits on one side of the point.
    var written: String? {
        guard digits != 0 || power < 0 else { return isNegative ? "-0" : "0" }
        let text = String(digits)
        guard -40...40 ~= power, text.count + power <= 40 else { return nil }
        let sign = isNegative ? "-" : ""
        if power >= 0 { return sign + text + String(repeating: "0", count: power) }
        let padded = String(repeating: "0", count: max(0, 1 - power - text.count)) + text
        return sign + padded.dropLast(-power) + "." + padded.suffix(-power)
    }

    /// The one way to write the number: as ``written``, without zeros at the end of its decimals. Sources write one
    /// number as 1200, 1200.0 and 1.2e3, the same source by different interfaces.
    var canonical: String? {
        guard let written, written.contains(".") else { return digits == 0 ? "0" : written }
        let text = written.prefix(through: written.lastIndex { $0 != "0" } ?? written.startIndex)
        return digits == 0 ? "0" : String(text.last == "." ? text.dropLast() : text)
    }

    /// Takes digits from `index` on; their number, or `nil` when they are too many.
    private mutating func takeDigits(_ bytes: ArraySlice<UInt8>, _ index: inout Int) -> Int? {
        let start = index
        while index < bytes.endIndex, (48...57).contains(bytes[index]) {
            let (tenfold, overflow) = digits.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tenfold.addingReportingOverflow(UInt128(bytes[index] - 48))
            guard !overflow, !carry else { return nil }
            digits = sum
            index += 1
        }
        return index - start
    }

    private static func exponent(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard let first = bytes.first else { return 0 }
        guard first | 0x20 == UInt8(ascii: "e") else { return nil }
        var rest = bytes.dropFirst()
        var sign = 1
        if let mark = rest.first, mark == UInt8(ascii: "+") || mark == UInt8(ascii: "-") {
            sign = mark == UInt8(ascii: "-") ? -1 : 1
            rest = rest.dropFirst()
        }
        guard (1...3).contains(rest.count), rest.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return sign * rest.reduce(0) { $0 * 10 + Int($1 - 48) }
    }

    /// The number times ten to the power of `decimals`.
    func scaled(by decimals: Int) -> Scaled {
        let shift = power + decimals
        guard digits != 0 else { return .exact(0) }
        if shift >= 0 {
            var result = digits
            for _ in 0..<min(shift, 40) {
                let (tenfold, overflow) = result.multipliedReportingOverflow(by: 10)
                guard !overflow else { return .tooLarge }
                result = tenfold
            }
            guard result <= UInt128(Int64.max) else { return .tooLarge }
            return .exact(isNegative ? -Int64(result) : Int64(result))
        }
        guard shift >= -38 else { return .between(isNegative ? -1 : 0, roundsUp: isNegative) }
        let divisor = (0..<(-shift)).reduce(UInt128(1)) { product, _ in product * 10 }
        let (quotient, remainder) = digits.quotientAndRemainder(dividingBy: divisor)
        guard quotient < UInt128(Int64.max) else { return .tooLarge }
        let below = Int64(quotient)
        guard remainder != 0 else { return .exact(isNegative ? -below : below) }
        let isHalf = remainder == divisor - remainder
        let isAway = remainder > divisor - remainder || (isHalf && below % 2 != 0)
        return isNegative
            ? .between(-below - 1, roundsUp: !isAway) : .between(below, roundsUp: isAway)
    }
}
