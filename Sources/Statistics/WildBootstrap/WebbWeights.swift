/// How many of `draws` sets of Webb's six-point weights reach, and how many pass, the sample's statistic.
func webbExceedances(
    _ world: WildBootstrapWorld, draws: Int, seed: UInt64
) -> (reached: Int, passed: Int) {
    let points = [-1.5.squareRoot(), -1, -0.5.squareRoot(), 0.5.squareRoot(), 1, 1.5.squareRoot()]
    var reached = 0
    var passed = 0
    let order = world.order
    var sums = [Double](repeating: 0, count: 2 * order)
    for draw in 0..<draws {
        var generator = ResamplingGenerator(seed: seed, draw: UInt64(draw))
        for k in sums.indices { sums[k] = 0 }
        var squares = 0.0
        for cell in world.cells {
            let size = cell.coordinates.count
            for partner in cell.squares.indices {
                let weight = points[generator.below(points.count)]
                squares += weight * weight * cell.squares[partner]
                for (k, coordinate) in cell.coordinates.enumerated() {
                    let position = partner * 2 * size + k
                    sums[coordinate] += weight * cell.coefficients[position]
                    sums[order + coordinate] += weight * cell.coefficients[position + size]
                }
            }
        }
        let outcome = unsafe sums.withUnsafeBufferPointer { sums in
            unsafe world.compare(
                coefficients: UnsafeBufferPointer(rebasing: sums[..<order]),
                products: UnsafeBufferPointer(rebasing: sums[order...]), squares: squares)
        }
        if outcome.reached { reached += 1 }
        if outcome.passed { passed += 1 }
    }
    return (reached, passed)
}
