import Foundation
import Model

/// JSON written byte by byte: a page of 2,000 records without an intermediate tree.
struct JSONText: Sendable {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 256) { bytes.reserveCapacity(capacity) }

    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    mutating func raw(_ text: some StringProtocol) { bytes.append(contentsOf: text.utf8) }

    /// `text` in quotes, escaped as RFC 8259 demands.
    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<32:
                raw("\\u00")
                bytes.append(JSONText.hexDigits[Int(byte >> 4)])
                bytes.append(JSONText.hexDigits[Int(byte & 15)])
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// `text` and an é in Latin-1, which is no UTF-8.
    mutating func latin1(_ text: String) {
        string(text)
        bytes.insert(0xE9, at: bytes.count - 1)
    }

    mutating func value(_ value: FieldValue) {
        switch value {
        case .null: raw("null")
        case .text(let text): string(text)
        case .boolean(let flag): raw(flag ? "true" : "false")
        case .number(let units, let scale): decimal(units, scale: scale)
        case .id(let id):
            bytes.append(UInt8(ascii: "\""))
            id.append(to: &bytes)
            bytes.append(UInt8(ascii: "\""))
        case .date(let day):
            bytes.append(UInt8(ascii: "\""))
            date(day)
            bytes.append(UInt8(ascii: "\""))
        case .dateTime(let milliseconds):
            bytes.append(UInt8(ascii: "\""))
            dateTime(milliseconds)
            bytes.append(UInt8(ascii: "\""))
        }
    }

    /// `2026-01-05`.
    mutating func date(_ day: Day) {
        let (year, month, date) = day.civil
        digits(year, width: 4)
        bytes.append(UInt8(ascii: "-"))
        digits(month, width: 2)
        bytes.append(UInt8(ascii: "-"))
        digits(date, width: 2)
    }

    /// `2026-01-05T10:00:00.000+0000`, or with another ending such as `Z`; without the fraction when that is not
    /// wanted.
    mutating func dateTime(_ milliseconds: Int64, fraction: Bool = true, zone: StaticString = "+0000") {
        let dayNumber = milliseconds.dividedDown(by: 86_400_000)
        let rest = Int(milliseconds - dayNumber * 86_400_000)
        date(Day(number: Int32(dayNumber)))
        bytes.append(UInt8(ascii: "T"))
        digits(rest / 3_600_000, width: 2)
        bytes.append(UInt8(ascii: ":"))
        digits(rest / 60_000 % 60, width: 2)
        bytes.append(UInt8(ascii: ":"))
        digits(rest / 1000 % 60, width: 2)
        if fraction {
            bytes.append(UInt8(ascii: "."))
            digits(rest % 1000, width: 3)
        }
        raw(zone)
    }

    /// `units` ÷ `scale`, a power of ten, with all its decimals: 12345 of 100ths is `123.45`.
    mutating func decimal(_ units: Int64, scale: Int64) {
        if units < 0 { bytes.append(UInt8(ascii: "-")) }
        let magnitude = units.magnitude
        let (whole, fraction) = magnitude.quotientAndRemainder(dividingBy: UInt64(scale))
        raw(String(whole))
        guard scale > 1 else { return }
        bytes.append(UInt8(ascii: "."))
        var width = 0
        var power = scale
        while power > 1 {
            width += 1
            power /= 10
        }
        digits(Int(fraction), width: width)
    }

    mutating func digits(_ number: Int, width: Int) {
        var divisor = 1
        for _ in 1..<max(1, width) { divisor *= 10 }
        var rest = number
        for _ in 0..<width {
            bytes.append(UInt8(ascii: "0") + UInt8(rest / divisor % 10))
            rest %= divisor
            divisor = max(1, divisor / 10)
        }
    }

    private static let hexDigits = Array("0123456789abcdef".utf8)
}
