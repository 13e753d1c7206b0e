import Crypto
package import Model

/// The lots: a sequence of draws that a seed and a name determine.
///
/// Draw k, from 0, is the first eight bytes, big-endian, of
/// SHA-256(seed (16 bytes) ‖ utf8(name) ‖ 0x00 ‖ u64be(k)). Streams of different names are independent,
/// and nothing but a SHA-256 is needed to repeat one.
package struct DrawStream: Sendable {
    private let prefix: [UInt8]
    private var drawn: UInt64 = 0

    package init(seed: Seed, name: String) {
        prefix = seed.bytes + Array(name.utf8) + [0]
    }

    /// The next draw, uniform over all 64-bit words.
    package mutating func next() -> UInt64 {
        var hash = SHA256()
        hash.update(data: prefix)
        hash.update(data: DrawStream.bigEndianBytes(drawn))
        drawn += 1
        return hash.finalize().prefix(8).reduce(0) { word, byte in word << 8 | UInt64(byte) }
    }

    /// The next number below `bound`, exactly uniform: draws at or above ⌊2⁶⁴/bound⌋·bound are rejected, the
    /// others taken modulo `bound`.
    ///
    /// - Precondition: `bound` is positive.
    package mutating func next(below bound: UInt64) -> UInt64 {
        precondition(bound > 0, "a draw needs a positive bound")
        let excess = (UInt64.max % bound + 1) % bound
        var draw = next()
        while draw > UInt64.max - excess { draw = next() }
        return draw % bound
    }

    /// Shuffles by Fisher–Yates from the end (Durstenfeld 1964, CACM 7:420): the last element changes places
    /// with one drawn from all, itself included, then the last but one, down to the second.
    package mutating func shuffle(_ elements: inout [some Any]) {
        for last in stride(from: elements.count - 1, to: 0, by: -1) {
            elements.swapAt(last, Int(next(below: UInt64(last) + 1)))
        }
    }

    private static func bigEndianBytes(_ word: UInt64) -> [UInt8] {
        stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> UInt64($0)) }
    }
}
