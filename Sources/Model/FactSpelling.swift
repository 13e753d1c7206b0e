import Crypto
import Foundation

/// Writes facts as canonical JSON and hashes them: the bytes of ``CanonicalJSON/encode(_:)``, several times faster.
///
/// Every stored fact is told apart from its next version by this hash, so that not one byte may ever differ: keys in
/// the order of their bytes, absent values left out, only `"`, `\` and control characters escaped.
package struct FactSpelling {
    /// What was written last.
    package private(set) var bytes: [UInt8] = []
    /// The SHA-256 of what was hashed last, as 64 lower-case hexadecimal digits.
    package private(set) var digits = [UInt8](repeating: 0, count: 64)

    package init() { bytes.reserveCapacity(1024) }

    /// Writes `body` and its hash, over what was written before.
    package mutating func hash(_ body: FactBody) throws {
        try write(body)
        var place = 0
        for byte in SHA256.hash(data: bytes) {
            digits[place] = hexadecimal(byte >> 4)
            digits[place + 1] = hexadecimal(byte & 15)
            place += 2
        }
    }

    /// Writes some attributes alone, over what was written before.
    package mutating func write(_ attributes: [String: String]) {
        bytes.removeAll(keepingCapacity: true)
        value(attributes)
    }

    package mutating func write(_ body: FactBody) throws {
        bytes.removeAll(keepingCapacity: true)
        switch body {
        case .partner(let fact): write(fact)
        case .contract(let fact): write(fact)
        case .observation(let fact):
            if fact.baseline == nil {
                write(fact)
            } else {
                // How a real number is spelled, and which one is refused, is the encoder's business.
                bytes += try CanonicalJSON.encode(body)
            }
        case .milestone(let fact): write(fact)
        case .reading(let fact): write(fact)
        case .payment(let fact): write(fact)
        case .renewal(let fact): write(fact)
        case .churn(let fact): write(fact)
        case .discount(let fact): write(fact)
        case .opportunity(let fact): write(fact)
        case .forecast(let fact): write(fact)
        case .attribution(let fact): write(fact)
        case .deleted(let kind):
            raw("{\"deleted\":{\"_0\":")
            value(kind.rawValue)
            raw("}}")
        }
    }
}

// MARK: Values

extension FactSpelling {
    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func value(_ text: String) {
        bytes.append(quote)
        let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { escape($0) }
        if isWritten == nil { Array(text.utf8).withUnsafeBufferPointer { escape($0) } }
        bytes.append(quote)
    }

    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for place in text.indices {
            let byte = text[place]
            guard byte < 0x20 || byte == quote || byte == backslash else { continue }
            bytes.append(contentsOf: text[start..<place])
            start = place + 1
            bytes.append(backslash)
            switch byte {
            case quote, backslash: bytes.append(byte)
            case 0x08: bytes.append(UInt8(ascii: "b"))
            case 0x09: bytes.append(UInt8(ascii: "t"))
            case 0x0A: bytes.append(UInt8(ascii: "n"))
            case 0x0C: bytes.append(UInt8(ascii: "f"))
            case 0x0D: bytes.append(UInt8(ascii: "r"))
            default:
                raw("u00")
                bytes.append(hexadecimal(byte >> 4))
                bytes.append(hexadecimal(byte & 15))
            }
        }
        bytes.append(contentsOf: text[start...])
    }

    mutating func value<Subject>(_ id: Identifier<Subject>) { value(id.rawValue) }

    mutating func value(_ number: Int64) { bytes.append(contentsOf: String(number).utf8) }

    mutating func value(_ rate: Rate) { value(rate.partsPerMillion) }

    mutating func value(_ day: Day) {
        let (year, month, dayOfMonth) = day.civil
        bytes.append(quote)
        if (0...9999).contains(year) {
            digits(year / 100)
            digits(year % 100)
            bytes.append(UInt8(ascii: "-"))
            digits(month)
            bytes.append(UInt8(ascii: "-"))
            digits(dayOfMonth)
        } else {
            bytes.append(contentsOf: day.description.utf8)
        }
        bytes.append(quote)
    }

    /// A number below 100 in two digits.
    private mutating func digits(_ number: Int) {
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10))
        bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
    }

    mutating func value(_ money: Money) {
        raw("{\"currency\":")
        value(money.currency.code)
        raw(",\"minorUnits\":")
        value(money.minorUnits)
        raw("}")
    }

    mutating func value(_ attributes: [String: String]) {
        raw("{")
        let sorted = attributes.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        for (place, attribute) in sorted.enumerated() {
            if place > 0 { raw(",") }
            value(attribute.key)
            raw(":")
            value(attribute.value)
        }
        raw("}")
    }
}

private let quote = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")

/// The digit of a number below 16.
private func hexadecimal(_ number: UInt8) -> UInt8 {
    number < 10 ? UInt8(ascii: "0") + number : UInt8(ascii: "a") + number - 10
}
