package import Foundation

/// A moment, in milliseconds since 1970-01-01T00:00:00Z; written as ISO 8601 in UTC.
package struct Instant: Sendable, Hashable, Comparable {
    package var milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package init(_ date: Date) { milliseconds = Int64((date.timeIntervalSince1970 * 1000).rounded()) }

    package var date: Date { Date(timeIntervalSince1970: Double(milliseconds) / 1000) }

    /// Parses `yyyy-MM-ddTHH:mm:ss[.fraction](Z|±hh:mm|±hhmm)`, the forms CRMs send; `nil` otherwise.
    ///
    /// Fractions finer than a millisecond are truncated. An instant without an offset is refused: it is not
    /// a moment.
    package init?(iso text: some StringProtocol) { self.init(isoBytes: ArraySlice(text.utf8)) }

    /// Parses UTF-8 as ``init(iso:)`` does.
    package init?(isoBytes bytes: ArraySlice<UInt8>) {
        let start = bytes.startIndex
        func number(_ range: Range<Int>) -> Int? {
            decimal(bytes[(start + range.lowerBound)..<(start + range.upperBound)])
        }
        guard bytes.count >= 20, let day = Day(isoBytes: bytes.prefix(10)),
            bytes[start + 10] == 84 || bytes[start + 10] == 32, bytes[start + 13] == 58,
            bytes[start + 16] == 58, let hour = number(11..<13), let minute = number(14..<16),
            let second = number(17..<19), hour < 24, minute < 60, second <= 60
        else { return nil }
        var index = start + 19
        var fraction: Int64 = 0
        if bytes[index] == 46 {
            var scale: Int64 = 100
            index += 1
            let first = index
            while index < bytes.endIndex, (48...57).contains(bytes[index]) {
                fraction += Int64(bytes[index] - 48) * scale
                scale /= 10
                index += 1
            }
            guard index > first else { return nil }
        }
        guard let offset = Instant.offsetSeconds(bytes[index...]) else { return nil }
        let seconds = Int64(day.number) * 86_400 + Int64(hour * 3600 + minute * 60 + second) - offset
        milliseconds = seconds * 1000 + fraction
    }

    private static func offsetSeconds(_ bytes: ArraySlice<UInt8>) -> Int64? {
        guard let sign = bytes.first else { return nil }
        if sign == 90 || sign == 122 { return bytes.count == 1 ? 0 : nil }
        guard sign == 43 || sign == 45 else { return nil }
        let digits = ArraySlice(bytes.dropFirst().filter { $0 != 58 })
        guard digits.count == 4, let hours = decimal(digits.prefix(2)),
            let minutes = decimal(digits.suffix(2)), hours < 24, minutes < 60
        else { return nil }
        return Int64(hours * 3600 + minutes * 60) * (sign == 45 ? -1 : 1)
    }

    package func adding(seconds: Double) -> Instant {
        Instant(milliseconds: milliseconds + Int64((seconds * 1000).rounded()))
    }

    package static func < (left: Instant, right: Instant) -> Bool { left.milliseconds < right.milliseconds }
}

extension Instant: CustomStringConvertible, Codable {
    /// `yyyy-MM-ddTHH:mm:ss.SSSZ`; the milliseconds are left out when zero.
    package var description: String {
        let (days, remainder) = milliseconds.flooredQuotientAndRemainder(by: 86_400_000)
        let seconds = Int(remainder / 1000)
        let fraction = Int(remainder % 1000)
        let time =
            "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
        return "\(Day(number: Int32(days)))T\(time)\(fraction == 0 ? "" : "." + padded(fraction, 3))Z"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let instant = Instant(iso: text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "'\(text)' is not an ISO 8601 instant with an offset")
        }
        self = instant
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

extension Int64 {
    fileprivate func flooredQuotientAndRemainder(by divisor: Int64) -> (Int64, Int64) {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? (quotient - 1, remainder + divisor) : (quotient, remainder)
    }
}
