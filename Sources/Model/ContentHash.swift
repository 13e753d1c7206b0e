import Crypto
package import Foundation

/// Hashes bytes that come in pieces.
package struct ContentHasher: Sendable {
    private var state = SHA256()

    package init() {}

    package mutating func update(_ bytes: some DataProtocol) { state.update(data: bytes) }

    /// The hash of everything so far.
    package var hash: ContentHash { ContentHash(digest: state.finalize()) }
}

/// The SHA-256 of some canonical bytes, in lower-case hexadecimal.
package struct ContentHash: Sendable, Hashable, Codable, CustomStringConvertible {
    package let hex: String

    package init(hex: String) { self.hex = hex }

    package init(of bytes: some DataProtocol) { self.init(digest: SHA256.hash(data: bytes)) }

    fileprivate init(digest: SHA256.Digest) {
        hex = digest.map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }.joined()
    }

    /// The hash of a value's canonical JSON.
    package init(ofCanonicalJSON value: some Encodable) throws {
        self.init(of: try CanonicalJSON.encode(value))
    }

    package init(from decoder: any Decoder) throws {
        hex = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }

    /// The first twelve digits, enough for people to compare.
    package var short: String { String(hex.prefix(12)) }
    package var description: String { hex }
}

/// One spelling for each value: keys sorted, no white space, shortest round-trip numbers, UTF-8.
package enum CanonicalJSON {
    package static func encode(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(value)
    }

    /// The same spelling, indented for people; not the bytes that are hashed.
    package static func encodePretty(_ value: some Encodable) throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes, .prettyPrinted]
        return try encoder.encode(value)
    }

    package static func decode<Value: Decodable>(_ type: Value.Type, from data: Data) throws -> Value {
        try JSONDecoder().decode(type, from: data)
    }
}
