import Crypto
import Foundation

/// Writes facts as canonical JSON and hashes them: the bytes of ``CanonicalJSON/encode(_:)``, several times faster.
///
/// Every stored fact is told apart from its next version by this hash, so that not one byte may ever differ: keys in
/// the order of their bytes, absent values left out, only `"`, `\` and control characters escaped.
package struct FactSpelling {
    /// Room for what is written, of which `count` bytes are.
    private var room = [UInt8](repeating: 0, count: 1024)
    private var count = 0
    /// The SHA-256 of what was hashed last, as 64 lower-case hexadecimal digits.
    package private(set) var digits = [UInt8](repeating: 0, count: 64)

    package init() {}

    /// What was written last.
    package var bytes: [UInt8] { Array(room[..<count]) }

    /// Writes `body` and its hash, over what was written before.
    package mutating func hash(_ body: FactBody) throws { spell(try fingerprint(of: body)) }

    /// Writes the hash of `record`, which it may know already, over what was written before.
    package mutating func hash(_ record: MappedRecord) throws {
        spell(try record.fingerprint ?? fingerprint(of: record.body))
    }

    /// Writes `body`, and gives its SHA-256.
    mutating func fingerprint(of body: FactBody) throws -> FactFingerprint {
        try write(body)
        var hasher = SHA256()
        room.withUnsafeBytes { hasher.update(bufferPointer: UnsafeRawBufferPointer(rebasing: $0[..<count])) }
        return hasher.finalize().withUnsafeBytes { FactFingerprint(bytes: $0) }
    }

    private mutating func spell(_ fingerprint: FactFingerprint) {
        digits.withUnsafeMutableBufferPointer { digits in
            withUnsafeBytes(of: fingerprint) { bytes in
                for place in 0..<min(bytes.count, digits.count / 2) {
                    digits[2 * place] = hexadecimal(bytes[place] >> 4)
                    digits[2 * place + 1] = hexadecimal(bytes[place] & 15)
                }
            }
        }
    }

    /// Writes some attributes alone, over what was written before.
    package mutating func write(_ attributes: [String: String]) {
        count = 0
        value(attributes)
    }

    package mutating func write(_ body: FactBody) throws {
        count = 0
        switch body {
        case .partner(let fact): write(fact)
        case .contract(let fact): write(fact)
        case .observation(let fact):
            if fact.baseline == nil {
                write(fact)
            } else {
                // How a real number is spelled, and which one is refused, is the encoder's business.
                put(Array(try CanonicalJSON.encode(body)))
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

/// The SHA-256 of a fact's canonical JSON, in the order of its bytes.
struct FactFingerprint: Sendable {
    private let words: SIMD4<UInt64>

    fileprivate init(bytes: UnsafeRawBufferPointer) { words = bytes.loadUnaligned(as: SIMD4<UInt64>.self) }
}

extension MappedRecord {
    /// Hashes the body ahead of its storing, while the page before is being stored. One that cannot be hashed is
    /// left to the store, which says why.
    package mutating func hashAhead(with spelling: inout FactSpelling) {
        fingerprint = try? spelling.fingerprint(of: body)
    }
}

// MARK: Values

extension FactSpelling {
    private mutating func makeRoom(_ added: Int) {
        guard room.count - count < added else { return }
        room += [UInt8](repeating: 0, count: max(added, room.count))
    }

    private mutating func put(_ text: UnsafeBufferPointer<UInt8>) {
        guard let base = text.baseAddress else { return }
        makeRoom(text.count)
        let start = count
        room.withUnsafeMutableBufferPointer { room in
            room.baseAddress.map { ($0 + start).update(from: base, count: text.count) }
        }
        count += text.count
    }

    private mutating func put(_ text: [UInt8]) { text.withUnsafeBufferPointer { put($0) } }

    private mutating func put(_ byte: UInt8) {
        makeRoom(1)
        room[count] = byte
        count += 1
    }

    mutating func raw(_ text: StaticString) { text.withUTF8Buffer { put($0) } }

    mutating func value(_ text: String) {
        put(quote)
        let isWritten: Void? = text.utf8.withContiguousStorageIfAvailable { escape($0) }
        if isWritten == nil { Array(text.utf8).withUnsafeBufferPointer { escape($0) } }
        put(quote)
    }

    private mutating func escape(_ text: UnsafeBufferPointer<UInt8>) {
        var start = 0
        for place in text.indices {
            let byte = text[place]
            guard byte < 0x20 || byte == quote || byte == backslash else { continue }
            put(UnsafeBufferPointer(rebasing: text[start..<place]))
            start = place + 1
            put(backslash)
            switch byte {
            case quote, backslash: put(byte)
            case 0x08: put(UInt8(ascii: "b"))
            case 0x09: put(UInt8(ascii: "t"))
            case 0x0A: put(UInt8(ascii: "n"))
            case 0x0C: put(UInt8(ascii: "f"))
            case 0x0D: put(UInt8(ascii: "r"))
            default:
                raw("u00")
                put(hexadecimal(byte >> 4))
                put(hexadecimal(byte & 15))
            }
        }
        put(UnsafeBufferPointer(rebasing: text[start...]))
    }

    mutating func value<Subject>(_ id: Identifier<Subject>) { value(id.rawValue) }

    mutating func value(_ number: Int64) {
        // The smallest has nineteen digits and a sign.
        makeRoom(20)
        var rest = number.magnitude
        var length = number < 0 ? 1 : 0
        repeat {
            length += 1
            rest /= 10
        } while rest > 0
        rest = number.magnitude
        if number < 0 { room[count] = UInt8(ascii: "-") }
        var place = count + length
        repeat {
            place -= 1
            room[place] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        } while rest > 0
        count += length
    }

    mutating func value(_ rate: Rate) { value(rate.partsPerMillion) }

    mutating func value(_ day: Day) {
        let (year, month, dayOfMonth) = day.civil
        guard (0...9999).contains(year) else { return value(day.description) }
        put(quote)
        digits(year / 100)
        digits(year % 100)
        put(UInt8(ascii: "-"))
        digits(month)
        put(UInt8(ascii: "-"))
        digits(dayOfMonth)
        put(quote)
    }

    /// A number below 100 in two digits.
    private mutating func digits(_ number: Int) {
        put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number / 10))
        put(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: number % 10))
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
