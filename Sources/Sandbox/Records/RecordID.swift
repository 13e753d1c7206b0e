/// An 18-character Salesforce record id: three characters of type, two of the organisation, ten of serial
/// number in base 62, and three that spell which of the first fifteen are upper case.
///
/// Ids of one type sort by their text exactly as by `serial`, because the base-62 digits are in ASCII order.
struct RecordID: Sendable, Hashable, Comparable {
    /// The types of record that have ids here.
    enum Prefix: UInt8, Sendable {
        case account, contract

        var text: StaticString {
            switch self {
            case .account: "001"
            case .contract: "800"
            }
        }

        /// The first half of a GUID of this type; the 4 says that it is of version 4.
        var guidHalf: UInt64 {
            switch self {
            case .account: 0xFA1E_0001_0000_4000
            case .contract: 0xFA1E_0002_0000_4000
            }
        }
    }

    let prefix: Prefix
    /// Below 2⁵⁹, so that it fits ten base-62 digits.
    let serial: UInt64

    private static let serialMask: UInt64 = (1 << 59) - 1
    private static let organisation: StaticString = "Fw"

    /// The id of a key below 2⁵⁹. Multiplying by an odd number modulo a power of two is one-to-one: keys never
    /// collide, and neighbouring keys do not get neighbouring ids.
    init(_ prefix: Prefix, key: UInt64) {
        self.prefix = prefix
        serial = (key &* 0x5851_F42D_4C95_7F2D) & RecordID.serialMask
    }

    /// Reads an id of 15 or 18 characters; `nil` for any other text, type or checksum.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 15 || bytes.count == 18 else { return nil }
        let prefixes = [Prefix.account, .contract]
        guard let prefix = prefixes.first(where: { bytes.starts(with: RecordID.bytes($0.text)) }),
            bytes[3...].starts(with: RecordID.bytes(RecordID.organisation))
        else { return nil }
        var serial: UInt64 = 0
        for byte in bytes[5..<15] {
            guard let digit = RecordID.alphabet.firstIndex(of: byte) else { return nil }
            let (product, overflow) = serial.multipliedReportingOverflow(by: 62)
            guard !overflow else { return nil }
            serial = product + UInt64(digit)
        }
        guard serial <= RecordID.serialMask else { return nil }
        self.prefix = prefix
        self.serial = serial
        guard bytes.count == 15 || utf8 == bytes else { return nil }
    }

    /// Reads a record's id as any of the vendors writes it: HubSpot's decimals carry no type, so `prefix`
    /// says which is meant.
    init?(anyVendor text: String, _ prefix: Prefix) {
        let named = RecordID(text) ?? RecordID(guid: text) ?? RecordID(stripe: text)
        guard let id = named ?? RecordID(hubSpot: text, prefix) else { return nil }
        self = id
    }

    /// The record of HubSpot's `hs_object_id` text.
    init?(hubSpot text: String, _ prefix: Prefix) {
        guard let number = UInt64(text), number >= RecordID.firstHubSpot,
            number - RecordID.firstHubSpot <= RecordID.serialMask
        else { return nil }
        self.prefix = prefix
        serial = number - RecordID.firstHubSpot
    }

    /// Reads Dataverse's form: a version-4 UUID whose first half tells the type.
    init?(guid text: String) {
        let hex = text.utf8.filter { $0 != UInt8(ascii: "-") }
        guard text.utf8.count == 36, hex.count == 32,
            let high = UInt64(String(decoding: hex[..<16], as: UTF8.self), radix: 16),
            let low = UInt64(String(decoding: hex[16...], as: UTF8.self), radix: 16),
            let prefix = [Prefix.account, .contract].first(where: { $0.guidHalf == high }),
            low & ~RecordID.serialMask == RecordID.guidVariant
        else { return nil }
        self.prefix = prefix
        serial = low & RecordID.serialMask
    }

    /// HubSpot's `hs_object_id`: beyond what 32 bits or a double hold, and never 0.
    var hubSpot: String { String(hubSpotNumber) }
    var hubSpotNumber: UInt64 { serial + RecordID.firstHubSpot }

    private static let firstHubSpot: UInt64 = 100_000_000_000

    /// `fa1e0001-0000-4000-8123-456789abcdef`.
    var guid: String {
        let digits = RecordID.hex(prefix.guidHalf) + RecordID.hex(RecordID.guidVariant | serial)
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        return groups.map { String(decoding: digits[$0], as: UTF8.self) }.joined(separator: "-")
    }

    private static let guidVariant: UInt64 = 1 << 63

    private static func hex(_ word: UInt64) -> [UInt8] {
        let digits = Array(String(word, radix: 16).utf8)
        return Array(repeating: UInt8(ascii: "0"), count: 16 - digits.count) + digits
    }

    /// The 18 characters.
    var utf8: [UInt8] {
        var text = [UInt8]()
        text.reserveCapacity(18)
        append(to: &text)
        return text
    }

    /// Appends the 18 characters to `output`.
    func append(to output: inout [UInt8]) {
        let start = output.count
        prefix.text.withUTF8Buffer { output.append(contentsOf: $0) }
        RecordID.organisation.withUTF8Buffer { output.append(contentsOf: $0) }
        var divisor: UInt64 = 13_537_086_546_263_552  // 62⁹
        var rest = serial
        for _ in 0..<10 {
            output.append(RecordID.alphabet[Int(rest / divisor)])
            rest %= divisor
            divisor /= 62
        }
        for group in 0..<3 {
            var capitals = 0
            for position in 0..<5 where (65...90).contains(output[start + group * 5 + position]) {
                capitals |= 1 << position
            }
            output.append(RecordID.checksumAlphabet[capitals])
        }
    }

    static func < (left: RecordID, right: RecordID) -> Bool {
        left.prefix == right.prefix
            ? left.serial < right.serial : left.prefix.rawValue < right.prefix.rawValue
    }

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)
    private static let checksumAlphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ012345".utf8)

    private static func bytes(_ text: StaticString) -> [UInt8] { text.withUTF8Buffer { Array($0) } }
}

extension RecordID: CustomStringConvertible {
    var description: String { String(decoding: utf8, as: UTF8.self) }
}
