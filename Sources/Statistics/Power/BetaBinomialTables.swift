/// How many of a partner's customers have the outcome, ready to be drawn from one uniform number; one table
/// for every distinct pair of size and mean rate.
///
/// A partner's own rate is beta distributed with the given mean, so that two of its customers correlate by ρ;
/// the count is drawn directly, by inverting its distribution function. The same uniform number under a
/// higher mean never gives a smaller count, which couples effects tightly.
struct BetaBinomialTables {
    /// P(Y ≤ k) of each table in turn, ascending; the last is 1.
    private var cumulative: [Double] = []
    /// For `intervalsPerCount` times as many equally wide intervals of uniform numbers as a table has counts, the count
    /// at the lower end.
    private var guide: [Int32] = []
    private var tables: [(start: Int, count: Int)] = []
    /// So many that most intervals lie within one count, and a draw rarely has to search.
    private static let intervalsPerCount = 4
    private var known: [Key: Int] = [:]
    private let correlation: Double

    private struct Key: Hashable {
        var size: Int
        var mean: Double
    }

    /// Prepares tables for correlation ρ in 0..<1.
    init(correlation: Double) { self.correlation = correlation }

    /// The table of a partner with `size` customers and mean rate `mean`.
    mutating func table(size: Int, mean: Double) -> Int {
        let key = Key(size: size, mean: mean)
        if let index = known[key] { return index }
        known[key] = tables.count
        tables.append((cumulative.count, size + 1))
        var sum = 0.0
        let masses = masses(size: size, mean: mean)
        let total = masses.reduce(0, +)
        let start = cumulative.count
        for mass in masses {
            sum += mass
            cumulative.append(sum / total)
        }
        cumulative[start + size] = 1
        var count = 0
        let intervals = Self.intervalsPerCount * (size + 1)
        for interval in 0..<intervals {
            let uniform = Double(interval) / Double(intervals)
            while cumulative[start + count] <= uniform { count += 1 }
            guide.append(Int32(count))
        }
        return tables.count - 1
    }

    /// The count of a table for a uniform number in 0..<1.
    @inline(__always)
    func count(table index: Int, _ uniform: Double) -> Int {
        let (start, length) = tables[index]
        return unsafe cumulative.withUnsafeBufferPointer { cumulative in
            let interval = Int(uniform * Double(Self.intervalsPerCount &* length))
            var count = Int(guide[Self.intervalsPerCount &* start &+ interval])
            while unsafe cumulative[start &+ count] <= uniform { count &+= 1 }
            return count
        }
    }

    /// Masses of 0...size up to a factor, by ratios of neighbours outwards from near the mean.
    private func masses(size: Int, mean: Double) -> [Double] {
        var masses = [Double](repeating: 0, count: size + 1)
        guard mean > 0, mean < 1, size > 0 else {
            masses[mean >= 1 ? size : 0] = 1
            return masses
        }
        // In units of the sum of the shapes, so that ρ = 0, the binomial, is no special case.
        let scale = correlation / (1 - correlation)
        func ratio(_ k: Int) -> Double {
            let (below, above) = (Double(k), Double(size - k - 1))
            return (above + 1) * (mean + below * scale) / ((below + 1) * (1 - mean + above * scale))
        }
        let start = min(size, Int(mean * Double(size)))
        masses[start] = 1
        for k in stride(from: start, to: size, by: 1) { masses[k + 1] = masses[k] * ratio(k) }
        for k in stride(from: start - 1, through: 0, by: -1) { masses[k] = masses[k + 1] / ratio(k) }
        return masses
    }
}
