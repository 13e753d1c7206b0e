/// A gzip stream of `runs` × 258 + 1 zero bytes, at 13 bits a run: a small decompression bomb.
///
/// RFC 1951: one block of fixed Huffman codes, the literal 0, then matches of length 258 at distance 1.
package func gzipOfZeros(runs: Int) -> [UInt8] {
    var writer = BitWriter()
    writer.write(0b011, count: 3)  // final block, fixed codes
    writer.writeCode(0b0011_0000, count: 8)  // literal 0
    for _ in 0..<runs {
        writer.writeCode(0b1100_0101, count: 8)  // length 258
        writer.writeCode(0, count: 5)  // distance 1
    }
    writer.writeCode(0, count: 7)  // end of block
    let size = runs * 258 + 1
    let header: [UInt8] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]
    return header + writer.finished() + littleEndian(crc32OfZeros(size)) + littleEndian(UInt32(size))
}

private struct BitWriter {
    private var bytes: [UInt8] = []
    private var bits: UInt32 = 0
    private var count = 0

    /// Least significant bit first.
    mutating func write(_ value: UInt32, count added: Int) {
        bits |= value << count
        count += added
        while count >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
            count -= 8
        }
    }

    /// Huffman codes go most significant bit first.
    mutating func writeCode(_ code: UInt32, count: Int) {
        for shift in (0..<count).reversed() { write(code >> shift & 1, count: 1) }
    }

    func finished() -> [UInt8] { count == 0 ? bytes : bytes + [UInt8(truncatingIfNeeded: bits)] }
}

private func crc32OfZeros(_ count: Int) -> UInt32 {
    var crc: UInt32 = 0xffff_ffff
    for _ in 0..<(count * 8) { crc = crc & 1 == 1 ? crc >> 1 ^ 0xedb8_8320 : crc >> 1 }
    return ~crc
}

private func littleEndian(_ value: UInt32) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
}
