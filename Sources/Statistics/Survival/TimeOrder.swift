/// The position of each value among the distinct values in order, and these.
///
/// - Precondition: no value is NaN.
func denseRanks(of values: [Double]) -> (ranks: [Int32], distinct: [Double]) {
    // Adding 0 turns −0 into 0; then the order of the keys is that of the values.
    let keys = values.map { value in
        let bits = (value + 0).bitPattern
        return bits >> 63 == 1 ? ~bits : bits | 1 << 63
    }
    var ranks = [Int32](repeating: 0, count: values.count)
    var distinct: [Double] = []
    var previous: UInt64?
    for position in radixSortedOrder(of: keys) {
        let index = Int(position)
        if keys[index] != previous {
            distinct.append(values[index] + 0)
            previous = keys[index]
        }
        ranks[index] = Int32(distinct.count - 1)
    }
    return (ranks, distinct)
}

/// The positions of the keys in ascending order of the keys; equal keys keep their order.
///
/// Least significant digit first, eleven bits at a time; digits all keys share cost nothing.
func radixSortedOrder(of keys: [UInt64]) -> [Int32] {
    let digitBits: UInt64 = 11
    let buckets = 1 << Int(digitBits)
    var order = keys.indices.map { Int32($0) }
    guard keys.count > buckets else {
        order.sort { (keys[Int($0)], $0) < (keys[Int($1)], $1) }
        return order
    }
    let varying = keys.reduce(0) { $0 | ($1 ^ keys[0]) }
    // Keys move along with their positions, so that every pass reads memory in order.
    var keys = keys
    var scratch = (keys: keys, order: order)
    var starts = [Int](repeating: 0, count: buckets)
    for shift in stride(from: UInt64(0), to: 64, by: Int(digitBits)) {
        let mask = UInt64(buckets - 1)
        guard varying >> shift & mask != 0 else { continue }
        for bucket in starts.indices { starts[bucket] = 0 }
        for key in keys { starts[Int(key >> shift & mask)] += 1 }
        var next = 0
        for bucket in starts.indices {
            let size = starts[bucket]
            starts[bucket] = next
            next += size
        }
        for (key, position) in zip(keys, order) {
            let bucket = Int(key >> shift & mask)
            scratch.keys[starts[bucket]] = key
            scratch.order[starts[bucket]] = position
            starts[bucket] += 1
        }
        swap(&keys, &scratch.keys)
        swap(&order, &scratch.order)
    }
    return order
}

/// The place of each key in ascending order, equal keys in their own order, and where each key begins.
///
/// - Precondition: keys lie in 0..<keyCount.
func countingPlaces(of keys: [Int32], keyCount: Int) -> (places: [Int32], starts: [Int]) {
    var starts = [Int](repeating: 0, count: keyCount + 1)
    for key in keys { starts[Int(key) + 1] += 1 }
    for key in 0..<keyCount { starts[key + 1] += starts[key] }
    var next = starts.map { Int32($0) }
    var places = [Int32](repeating: 0, count: keys.count)
    for (row, key) in keys.enumerated() {
        places[row] = next[Int(key)]
        next[Int(key)] += 1
    }
    return (places, starts)
}
