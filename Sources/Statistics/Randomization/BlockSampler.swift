/// Draws assignments of permuted blocks, hundreds at a time, straight to their sums.
///
/// Small blocks have all their orders tabulated; several of them share one drawn number and one look-up. A
/// large block of two labels is drawn as random bits whose number of ones is then made exact, and its sums
/// are looked up a byte of partners at a time. What is left, large blocks of three or more labels, is
/// shuffled.
///
/// The draws of a batch depend on the seed and the batch's number alone, and are added up in one fixed order.
///
/// - Source: byte tables: Arlazarov et al. (1970), the "four Russians".
struct BlockSampler<Lanes: SIMD & Sendable>: Sendable where Lanes.Scalar == Double {
    /// A table of orders never has more entries: it has to stay in the processor's nearest cache.
    private static var largestTable: Int { 256 }

    private let laneCount: Int
    /// Vectors an assignment.
    private let chunkCount: Int
    /// Sums of the blocks that cannot move.
    private var fixed: [Lanes]
    /// Small blocks whose orders combine to at most `largestTable`: tables of sums.
    private var groups: [[[Lanes]]] = []
    private var subsets: [LabelledPositions] = []
    private var shuffles: [LabelledPositions] = []

    /// A block too large to tabulate.
    private struct LabelledPositions: Sendable {
        var labels: [Int]
        /// `chunkCount` vectors for each position and label 1, 2, ….
        var vectors: [Lanes]
    }

    init(blocks: [RandomizationBlock], columns: PartnerColumns) {
        laneCount = columns.laneCount
        chunkCount = (columns.laneCount + Lanes.scalarCount - 1) / Lanes.scalarCount
        fixed = [Lanes](repeating: .zero, count: chunkCount)
        var combined = Self.largestTable + 1
        for block in blocks {
            let orders = block.arrangementCount
            if orders == 1 {
                let sums = packed(block.arrangementSums(columns))
                for chunk in 0..<chunkCount { fixed[chunk] += sums[chunk] }
            } else if orders <= Double(Self.largestTable) {
                let table = packed(block.arrangementSums(columns))
                if combined * Int(orders) > Self.largestTable {
                    groups.append([])
                    combined = 1
                }
                combined *= Int(orders)
                groups[groups.count - 1].append(table)
            } else if columns.labelCount == 2 {
                subsets.append(positions(of: block, columns))
            } else {
                shuffles.append(positions(of: block, columns))
            }
        }
    }

    /// The sums of `count` draws of a batch.
    func draw(batch: Int, count: Int, seed: UInt64) -> AssignmentSums {
        var random = ResamplingGenerator(seed: seed, draw: UInt64(batch))
        var sums = [Lanes](repeating: .zero, count: count * chunkCount)
        unsafe sums.withUnsafeMutableBufferPointer { sums in
            for draw in 0..<count {
                for chunk in 0..<chunkCount { unsafe sums[draw * chunkCount + chunk] = fixed[chunk] }
            }
            for group in groups { unsafe add(group: group, to: sums, count: count, using: &random) }
            for block in subsets { unsafe add(subset: block, to: sums, count: count, using: &random) }
            for block in shuffles { unsafe add(shuffle: block, to: sums, count: count, using: &random) }
        }
        var result = AssignmentSums(laneCount: laneCount)
        result.count = count
        result.values = unpacked(sums, count: count)
        return result
    }

    // MARK: Small blocks

    private func add(
        group: [[Lanes]], to sums: UnsafeMutableBufferPointer<Lanes>, count: Int,
        using random: inout ResamplingGenerator
    ) {
        let table = combined(group)
        let entries = table.count / chunkCount
        unsafe table.withUnsafeBufferPointer { table in
            if chunkCount == 1 {
                for draw in 0..<count { unsafe sums[draw] += table[random.below(entries)] }
            } else {
                for draw in 0..<count {
                    let entry = random.below(entries) &* chunkCount
                    for chunk in 0..<chunkCount {
                        unsafe sums[draw &* chunkCount &+ chunk] += table[entry &+ chunk]
                    }
                }
            }
        }
    }

    /// The sums of every combination of the blocks' orders.
    private func combined(_ group: [[Lanes]]) -> [Lanes] {
        group.dropFirst().reduce(group[0]) { table, block in
            var product: [Lanes] = []
            product.reserveCapacity(table.count * block.count / chunkCount)
            for first in stride(from: 0, to: table.count, by: chunkCount) {
                for second in stride(from: 0, to: block.count, by: chunkCount) {
                    for chunk in 0..<chunkCount {
                        product.append(table[first + chunk] + block[second + chunk])
                    }
                }
            }
            return product
        }
    }

    // MARK: Large blocks of two labels

    private func add(
        subset block: LabelledPositions, to sums: UnsafeMutableBufferPointer<Lanes>, count: Int,
        using random: inout ResamplingGenerator
    ) {
        let size = block.labels.count
        let subsets = RandomSubsets(
            size: size, chosen: block.labels.reduce(0, +), count: count, using: &random)
        let tables = UnsafeMutablePointer<Lanes>.allocate(capacity: 4 * 256)
        defer { unsafe tables.deallocate() }
        unsafe block.vectors.withUnsafeBufferPointer { vectors in
            for start in stride(from: 0, to: size, by: 32) {
                for chunk in 0..<chunkCount {
                    for byte in 0..<4 {
                        unsafe fill(tables + 256 * byte) { bit in
                            let position = start + 8 * byte + bit
                            return position < size ? unsafe vectors[position * chunkCount + chunk] : .zero
                        }
                    }
                    subsets.withHalfWords(at: start / 32) { draw, bits in
                        let place = draw &* chunkCount &+ chunk
                        var sum = unsafe sums[place]
                        unsafe sum += tables[Int(bits & 255)]
                        unsafe sum += tables[256 + Int(bits >> 8 & 255)]
                        unsafe sum += tables[512 + Int(bits >> 16 & 255)]
                        unsafe sum += tables[768 + Int(bits >> 24)]
                        unsafe sums[place] = sum
                    }
                }
            }
        }
    }

    /// Fills a table with the sums of all 256 subsets of eight vectors.
    @inline(__always)
    private func fill(_ table: UnsafeMutablePointer<Lanes>, vector: (_ bit: Int) -> Lanes) {
        unsafe table.initialize(to: .zero)
        for bit in 0..<8 {
            let half = 1 << bit
            let added = vector(bit)
            for entry in 0..<half { unsafe (table + half + entry).initialize(to: table[entry] + added) }
        }
    }

    // MARK: Large blocks of more labels

    private func add(
        shuffle block: LabelledPositions, to sums: UnsafeMutableBufferPointer<Lanes>, count: Int,
        using random: inout ResamplingGenerator
    ) {
        let labelled = block.vectors.count / chunkCount / block.labels.count
        var labels = block.labels
        unsafe block.vectors.withUnsafeBufferPointer { vectors in
            for draw in 0..<count {
                for position in stride(from: labels.count - 1, through: 0, by: -1) {
                    labels.swapAt(position, random.below(position + 1))
                    let label = labels[position]
                    if label == 0 { continue }
                    for chunk in 0..<chunkCount {
                        unsafe sums[draw * chunkCount + chunk] +=
                            vectors[(position * labelled + label - 1) * chunkCount + chunk]
                    }
                }
            }
        }
    }

    // MARK: Layout

    /// Rows of lanes as rows of vectors, filled up with zeros.
    private func packed(_ rows: [Double]) -> [Lanes] {
        var vectors = [Lanes](repeating: .zero, count: rows.count / laneCount * chunkCount)
        for (index, value) in rows.enumerated() {
            let (row, lane) = index.quotientAndRemainder(dividingBy: laneCount)
            vectors[row * chunkCount + lane / Lanes.scalarCount][lane % Lanes.scalarCount] = value
        }
        return vectors
    }

    /// Rows of vectors as rows of lanes.
    private func unpacked(_ vectors: [Lanes], count: Int) -> [Double] {
        let padded = chunkCount * Lanes.scalarCount
        return unsafe [Double](unsafeUninitializedCapacity: count * laneCount) { buffer, initialized in
            unsafe vectors.withUnsafeBytes { bytes in
                let lanes = unsafe bytes.assumingMemoryBound(to: Double.self)
                for row in 0..<count {
                    for lane in 0..<laneCount {
                        unsafe buffer.initializeElement(
                            at: row * laneCount + lane, to: lanes[row * padded + lane])
                    }
                }
            }
            initialized = count * laneCount
        }
    }

    private func positions(of block: RandomizationBlock, _ columns: PartnerColumns) -> LabelledPositions {
        var rows: [Double] = []
        for cluster in block.clusters {
            for label in 1..<columns.labelCount {
                var row = [Double](repeating: 0, count: laneCount)
                if let cluster { columns.add(cluster, label: label, to: &row) }
                rows += row
            }
        }
        return LabelledPositions(labels: block.labels, vectors: packed(rows))
    }
}
