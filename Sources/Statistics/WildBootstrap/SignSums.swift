/// Sums over partners of coefficients with random signs, for many sets of signs at once.
///
/// Signs are bits. For every eight partners a table of the 256 possible partial sums is built once and then
/// looked up for each set of signs, an eighth of the additions (the "four Russians" of Arlazarov, Dinic,
/// Kronrod & Faradzhev, 1970). Sets are drawn in blocks, each from a generator of its own, so that they
/// depend on the seed and their number alone.
struct SignSums {
    /// Sets in a block: sums, bits and a table fit the first-level cache.
    static let blockSize = 1024

    private let world: WildBootstrapWorld
    /// Nil to enumerate: set i has the signs of i's bits.
    private let seed: UInt64?

    init(_ world: WildBootstrapWorld, seed: UInt64?) {
        self.world = world
        self.seed = seed
    }

    /// How many of the first `draws` sets reach, and how many pass, the sample's statistic.
    func exceedances(draws: Int) -> (reached: Int, passed: Int) {
        var reached = 0
        var passed = 0
        let order = world.order
        var sums = BlockSums(order: order, sets: SignSums.blockSize)
        for block in 0..<(draws + SignSums.blockSize - 1) / SignSums.blockSize {
            fill(&sums, block: block)
            let sets = min(SignSums.blockSize, draws - block * SignSums.blockSize)
            unsafe sums.values.withUnsafeBufferPointer { values in
                for set in 0..<sets {
                    let start = set * 2 * order
                    let outcome = unsafe world.compare(
                        coefficients: UnsafeBufferPointer(rebasing: values[start..<(start + order)]),
                        products: UnsafeBufferPointer(
                            rebasing: values[(start + order)..<(start + 2 * order)]))
                    if outcome.reached { reached += 1 }
                    if outcome.passed { passed += 1 }
                }
            }
        }
        return (reached, passed)
    }

    private func fill(_ sums: inout BlockSums, block: Int) {
        var generator = seed.map { ResamplingGenerator(seed: $0, draw: UInt64(block)) }
        var bits = [UInt64](repeating: 0, count: SignSums.blockSize)
        var enumeratedBits = 0
        for k in sums.values.indices { sums.values[k] = 0 }
        for cell in world.cells {
            let partners = cell.squares.count
            var cellSums = CellSums(width: cell.width, sets: SignSums.blockSize)
            for start in stride(from: 0, to: partners, by: 64) {
                if generator == nil {
                    for set in bits.indices {
                        bits[set] = UInt64(block * SignSums.blockSize + set) >> UInt64(enumeratedBits)
                    }
                } else {
                    generator?.fill(&bits)
                }
                let end = min(start + 64, partners)
                for first in stride(from: start, to: end, by: 8 * CellSums.tableCount) {
                    cellSums.add(
                        cell.coefficients, partners: first..<min(first + 8 * CellSums.tableCount, end),
                        bits: bits, shift: UInt64(first - start))
                }
                enumeratedBits += end - start
            }
            sums.scatter(cellSums, to: cell.coordinates)
        }
    }
}

/// The sums of a block of sets: for each β*, then Σ v·a·m.
private struct BlockSums {
    let order: Int
    var values: [Double]

    init(order: Int, sets: Int) {
        self.order = order
        values = [Double](repeating: 0, count: sets * 2 * order)
    }

    /// Adds one cell's sums at its coordinates.
    mutating func scatter(_ sums: CellSums, to coordinates: [Int]) {
        for set in 0..<(values.count / (2 * order)) {
            for (k, coordinate) in coordinates.enumerated() {
                let target = set * 2 * order + coordinate
                values[target] += sums.value(set: set, index: k)
                values[target + order] += sums.value(set: set, index: coordinates.count + k)
            }
        }
    }
}

/// Signed sums of the coefficients of one cell, an even number a partner, in pairs.
private struct CellSums {
    /// Bytes of partners that are looked up one after the other before a sum goes back to memory.
    static var tableCount: Int { 4 }

    private let pairs: Int
    private var totals: [SIMD2<Double>]
    /// A table a byte, each with 256 times `pairs` entries.
    private var tables: [SIMD2<Double>]

    init(width: Int, sets: Int) {
        precondition(width.isMultiple(of: 2), "coefficients come in pairs")
        pairs = width / 2
        totals = [SIMD2<Double>](repeating: .zero, count: sets * pairs)
        tables = [SIMD2<Double>](repeating: .zero, count: Self.tableCount * 256 * pairs)
    }

    func value(set: Int, index: Int) -> Double { totals[set * pairs + index / 2][index % 2] }

    /// Adds up to `tableCount` bytes of partners: those with their bit set, minus the others.
    mutating func add(_ coefficients: [Double], partners: Range<Int>, bits: [UInt64], shift: UInt64) {
        for byte in 0..<Self.tableCount {
            let first = min(partners.upperBound, partners.lowerBound + 8 * byte)
            fillTable(byte, coefficients, partners: first..<min(partners.upperBound, first + 8))
        }
        let pairs = pairs
        unsafe totals.withUnsafeMutableBufferPointer { totals in
            unsafe tables.withUnsafeBufferPointer { tables in
                unsafe bits.withUnsafeBufferPointer { bits in
                    if pairs == 1 {
                        for set in bits.indices {
                            let word = unsafe bits[set] >> shift
                            var total = unsafe totals[set]
                            unsafe total += tables[Int(word & 255)]
                            unsafe total += tables[256 + Int(word >> 8 & 255)]
                            unsafe total += tables[512 + Int(word >> 16 & 255)]
                            unsafe total += tables[768 + Int(word >> 24 & 255)]
                            unsafe totals[set] = total
                        }
                    } else {
                        for set in bits.indices {
                            for byte in 0..<Self.tableCount {
                                let index = unsafe Int(bits[set] >> (shift + UInt64(8 * byte)) & 255)
                                let entry = (256 * byte + index) * pairs
                                for k in 0..<pairs { unsafe totals[set * pairs + k] += tables[entry + k] }
                            }
                        }
                    }
                }
            }
        }
    }

    private mutating func fillTable(_ byte: Int, _ coefficients: [Double], partners: Range<Int>) {
        let pairs = pairs
        unsafe tables.withUnsafeMutableBufferPointer { tables in
            let table = unsafe UnsafeMutableBufferPointer(
                rebasing: tables[256 * pairs * byte..<256 * pairs * (byte + 1)])
            for k in 0..<pairs { unsafe table[k] = .zero }
            // Bits beyond the last partner may be set: their coefficients are 0.
            for bit in 0..<8 {
                let partner = partners.lowerBound + bit
                let size = (1 << bit) * pairs
                for k in 0..<pairs {
                    var coefficient = SIMD2<Double>.zero
                    if partner < partners.upperBound {
                        let position = (partner * pairs + k) * 2
                        coefficient = SIMD2(coefficients[position], coefficients[position + 1])
                    }
                    for entry in stride(from: k, to: size, by: pairs) {
                        let without = unsafe table[entry]
                        unsafe table[size + entry] = without + coefficient
                        unsafe table[entry] = without - coefficient
                    }
                }
            }
        }
    }
}
