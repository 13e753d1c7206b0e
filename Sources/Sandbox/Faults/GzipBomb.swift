/// A gzip member that swells from about a 159th of its size: spaces, which JSON allows anywhere, and `{}`.
enum GzipBomb {
    static let bytes = 256 << 20

    /// The compressed form of about `size` bytes, in one deflate block of fixed codes (RFC 1951 §3.2.6): a space,
    /// then matches of 258 bytes at distance 1.
    static func compressed(size: Int) -> [UInt8] {
        let matches = max(1, size / 258)
        var bits = BitWriter(bytes: [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255])
        bits.reserve(matches * 13 / 8 + 64)
        bits.low(1, count: 1)  // the last block
        bits.low(1, count: 2)  // of fixed codes
        bits.literal(UInt8(ascii: " "))
        for _ in 0..<matches {
            bits.code(0b1100_0101, count: 8)  // length 258
            bits.code(0, count: 5)  // distance 1
        }
        for byte in "{}".utf8 { bits.literal(byte) }
        bits.code(0, count: 7)  // the end of the block
        bits.align()
        let spaces = 1 + matches * 258
        var checksum = CRC32()
        checksum.update(UInt8(ascii: " "), times: spaces)
        for byte in "{}".utf8 { checksum.update(byte, times: 1) }
        bits.low(checksum.value, count: 32)
        bits.low(UInt32(truncatingIfNeeded: spaces + 2), count: 32)
        return bits.bytes
    }
}

/// Bits in the order of deflate: numbers from the lowest bit, Huffman codes from the highest.
private struct BitWriter {
    private(set) var bytes: [UInt8]
    private var pending: UInt64 = 0
    private var width: UInt64 = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func reserve(_ count: Int) { bytes.reserveCapacity(bytes.count + count) }

    mutating func low(_ value: UInt32, count: UInt64) {
        pending |= UInt64(value) << width
        width += count
        while width >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            width -= 8
        }
    }

    mutating func code(_ value: UInt32, count: Int) {
        var reversed: UInt32 = 0
        for bit in 0..<count where value & (1 << UInt32(bit)) != 0 {
            reversed |= 1 << UInt32(count - 1 - bit)
        }
        low(reversed, count: UInt64(count))
    }

    /// A byte below 144.
    mutating func literal(_ byte: UInt8) { code(0b0011_0000 + UInt32(byte), count: 8) }

    mutating func align() {
        if width > 0 { low(0, count: 8 - width) }
    }
}

/// The checksum of gzip (RFC 1952 §8). A run of equal bytes is an affine map of the register, which is squared
/// instead of being applied a hundred million times.
private struct CRC32 {
    private var register: UInt32 = .max

    var value: UInt32 { ~register }

    mutating func update(_ byte: UInt8, times: Int) {
        let constant = CRC32.step(0, byte)
        var map = Affine(columns: (0..<32).map { CRC32.step(1 << $0, byte) ^ constant }, constant: constant)
        var rest = times
        while rest > 0 {
            if rest & 1 == 1 { register = map.applied(to: register) }
            map = map.squared
            rest >>= 1
        }
    }

    private static func step(_ register: UInt32, _ byte: UInt8) -> UInt32 {
        var word = register ^ UInt32(byte)
        for _ in 0..<8 { word = word & 1 == 1 ? word >> 1 ^ 0xEDB8_8320 : word >> 1 }
        return word
    }

    /// x ↦ Mx + c over GF(2)³².
    private struct Affine {
        var columns: [UInt32]
        var constant: UInt32

        func linear(_ word: UInt32) -> UInt32 {
            columns.indices.reduce(0) { word & (1 << UInt32($1)) == 0 ? $0 : $0 ^ columns[$1] }
        }

        func applied(to word: UInt32) -> UInt32 { linear(word) ^ constant }

        var squared: Affine {
            Affine(columns: columns.map(linear), constant: linear(constant) ^ constant)
        }
    }
}
