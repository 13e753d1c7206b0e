import Statistics

/// Arms of a few partners with binary outcomes whose rates differ between partners.
func randomTotals(
    seed: UInt64, partners: ClosedRange<Int> = 3...9, sizes: ClosedRange<Int> = 1...60
) -> (control: [ClusterTotal], treatment: [ClusterTotal]) {
    var random = SeededGenerator(seed: seed)
    func arm() -> [ClusterTotal] {
        (0..<Int.random(in: partners, using: &random)).map { _ in
            let size = Int.random(in: sizes, using: &random)
            return ClusterTotal(successes: Int.random(in: 0...size, using: &random), size: size)
        }
    }
    return (arm(), arm())
}

/// A partner's line of one number.
func single(_ value: Double) -> ClusterTotal {
    ClusterTotal(count: 1, numerator: value, denominator: 1, sumOfSquares: value * value)
}
