import Statistics
import Testing

@Suite struct PartnerTotalsTests {
    private struct Rows {
        var partner: [Int32] = []
        var numerator: [Int64] = []
        var denominator: [Int64] = []

        init(seed: UInt64, count: Int, partners: Int) {
            var random = SeededGenerator(seed: seed)
            for _ in 0..<count {
                partner.append(Int32.random(in: 0..<Int32(partners), using: &random))
                numerator.append(Int64.random(in: -1_000_000_000...9_000_000_000, using: &random))
                denominator.append(Int64.random(in: 0...9_000_000_000, using: &random))
            }
        }

        init(_ partner: [Int32], _ numerator: [Int64], _ denominator: [Int64]) {
            (self.partner, self.numerator, self.denominator) = (partner, numerator, denominator)
        }

        subscript(range: Range<Int>) -> Rows {
            Rows(Array(partner[range]), Array(numerator[range]), Array(denominator[range]))
        }
    }

    private let arms: [Int32] = (0..<40).map { $0 % 2 }

    private func totals(_ rows: Rows) throws -> PartnerTotals {
        var totals = PartnerTotals(
            arms: arms, columns: [.amount, .amount], products: [.square(of: 0), .init(1, 0)])
        try totals.add(partner: rows.partner, values: [rows.numerator, rows.denominator])
        return totals
    }

    @Test func sumsAreThoseOfTheRows() throws {
        var totals = PartnerTotals(arms: [0, 1, 0, 0], columns: [.amount], products: [.square(of: 0)])
        try totals.add(partner: [0, 1, 0, 3], values: [[150, 250, -50, 700]])
        #expect(
            totals.clusterTotals(ofArm: 0, numerator: 0, numeratorScale: 100) == [
                ClusterTotal(count: 2, numerator: 1, denominator: 2, sumOfSquares: 2.5), .empty,
                ClusterTotal(count: 1, numerator: 7, denominator: 1, sumOfSquares: 49),
            ])
        #expect(totals.clusterTotals(ofArm: 1, numerator: 0)[0].sumOfSquares == 62_500)
        #expect(totals.count(of: 0) == 2 && totals.partnerCount == 4)
    }

    @Test func anyNumberOfColumnsAndProductsGivesTheSumsOfTheRows() throws {
        var random = SeededGenerator(seed: 4)
        for columnCount in 0...9 {
            let all = (0..<columnCount).flatMap { left in
                (left..<columnCount).map { PartnerTotals.Product(left, $0) }
            }
            for productCount in 0...min(all.count, 9) {
                let products = Array(all.shuffled(using: &random).prefix(productCount))
                var totals = PartnerTotals(
                    arms: [0, 1, 0], columns: Array(repeating: .amount, count: columnCount),
                    products: products)
                let partner = (0..<50).map { _ in Int32.random(in: 0..<3, using: &random) }
                let values = (0..<columnCount).map { _ in
                    (0..<50).map { _ in Int64.random(in: -9_000_000_000...9_000_000_000, using: &random) }
                }
                try totals.add(partner: partner, values: values)
                for index in 0..<3 {
                    let rows = partner.indices.filter { partner[$0] == index }
                    #expect(totals.count(of: index) == rows.count)
                    for column in 0..<columnCount {
                        #expect(
                            totals.sum(of: column, partner: index)
                                == rows.reduce(0) { $0 + values[column][$1] })
                    }
                    for product in products {
                        let sum = rows.reduce(Int128(0)) {
                            $0 + Int128(values[product.left][$1]) * Int128(values[product.right][$1])
                        }
                        #expect(totals.sum(of: product, partner: index) == sum)
                    }
                }
                try totals.remove(partner: partner, values: values)
                #expect(
                    totals
                        == PartnerTotals(
                            arms: [0, 1, 0], columns: Array(repeating: .amount, count: columnCount),
                            products: products))
            }
        }
    }

    @Test func batchesMergeToTheWholeInAnyOrder() throws {
        let rows = Rows(seed: 1, count: 5000, partners: 40)
        let whole = try totals(rows)
        var merged = try totals(rows[3100..<5000])
        try merged.merge(totals(rows[0..<1700]))
        try merged.merge(totals(rows[1700..<3100]))
        #expect(merged == whole)
        var random = SeededGenerator(seed: 9)
        let order = rows.partner.indices.shuffled(using: &random)
        #expect(
            try totals(
                Rows(
                    order.map { rows.partner[$0] }, order.map { rows.numerator[$0] },
                    order.map { rows.denominator[$0] })) == whole)
    }

    @Test func replacingRowsEqualsARebuildBitForBit() throws {
        for seed in 0..<20 as Range<UInt64> {
            var rows = Rows(seed: seed, count: 2000, partners: 40)
            var current = try totals(rows)
            let changes = Rows(seed: seed + 100, count: 60, partners: 40)
            let old = rows[200..<260]
            try current.remove(partner: old.partner, values: [old.numerator, old.denominator])
            try current.add(partner: changes.partner, values: [changes.numerator, changes.denominator])
            for offset in 0..<60 {
                rows.partner[200 + offset] = changes.partner[offset]
                rows.numerator[200 + offset] = changes.numerator[offset]
                rows.denominator[200 + offset] = changes.denominator[offset]
            }
            let rebuilt = try totals(rows)
            #expect(current == rebuilt, "seed \(seed)")
            let lines = { (totals: PartnerTotals) in
                totals.clusterTotals(ofArm: 0, numerator: 0, denominator: 1)
            }
            #expect(lines(current) == lines(rebuilt), "seed \(seed)")
        }
    }

    @Test func refusedBatchesLeaveTheTotalsAsTheyWere() throws {
        var current = PartnerTotals(
            arms: arms, columns: [.amount, .indicator], products: [.square(of: 0)])
        try current.add(partner: [1, 2, 1], values: [[5, -6, 7], [1, 0, 1]])
        let before = current
        #expect(throws: EstimationError.unknownPartner(row: 1)) {
            try current.add(partner: [1, 40], values: [[5, 6], [0, 0]])
        }
        #expect(throws: EstimationError.unknownPartner(row: 0)) {
            try current.add(partner: [-1], values: [[1], [0]])
        }
        #expect(throws: EstimationError.unequalColumns(found: 2, expected: 1)) {
            try current.add(partner: [1], values: [[5, 6], [0]])
        }
        #expect(throws: EstimationError.notAnIndicator(row: 2)) {
            try current.add(partner: [1, 1, 1], values: [[5, 6, 7], [0, 1, -1]])
        }
        #expect(throws: EstimationError.totalOverflow(partner: 7)) {
            try current.add(partner: [7, 7, 7], values: [[.max, .max, .max], [0, 0, 0]])
        }
        #expect(throws: EstimationError.totalOverflow(partner: 3)) {
            try current.remove(partner: [3, 3], values: [[.max, .max], [0, 0]])
        }
        #expect(current == before)
    }

    @Test func refusedBatchesOfManyColumnsAreUndoneAsWell() throws {
        let pairs = (0..<6).map { PartnerTotals.Product.square(of: $0) }
        var current = PartnerTotals(
            arms: [0, 1], columns: Array(repeating: .amount, count: 5) + [.indicator], products: pairs)
        let rows = (0..<5).map { [Int64($0) + 3, -7, 11] } + [[1, 0, 1]]
        try current.add(partner: [0, 1, 0], values: rows)
        let before = current
        #expect(throws: EstimationError.unknownPartner(row: 2)) {
            try current.add(partner: [0, 1, 2], values: rows)
        }
        #expect(throws: EstimationError.notAnIndicator(row: 1)) {
            try current.add(partner: [0, 1, 0], values: rows.dropLast() + [[1, 2, 1]])
        }
        #expect(throws: EstimationError.totalOverflow(partner: 1)) {
            try current.add(partner: [0, 1, 1], values: rows.dropLast(2) + [[0, .max, .max], [0, 0, 0]])
        }
        #expect(current == before)
    }

    @Test func sumsThatOnlySeemedTooLargeAreKept() throws {
        // The bound of the values is exceeded, the sums are not.
        var totals = PartnerTotals(arms: [0, 0], columns: [.amount], products: [.square(of: 0)])
        try totals.add(partner: [0, 1, 0], values: [[.max, 3, .min]])
        #expect(totals.sum(of: 0, partner: 0) == -1)
        #expect(totals.sum(of: .square(of: 0), partner: 1) == 9)
        let (most, least) = (Int128(Int64.max), Int128(Int64.min))
        #expect(totals.sum(of: .square(of: 0), partner: 0) == most * most + least * least)
    }

    @Test func squaresOfLargeAmountsAreExact() throws {
        var totals = PartnerTotals(arms: [0], columns: [.amount], products: [.square(of: 0)])
        try totals.add(partner: [0, 0], values: [[3_000_000_000_000, 1]])
        try totals.remove(partner: [0], values: [[3_000_000_000_000]])
        // In doubles, 9e24 + 1 − 9e24 is 0.
        #expect(totals.clusterTotals(ofArm: 0, numerator: 0)[0].sumOfSquares == 1)
    }

    @Test func theLineOfAWeeklyLookTakes64Bytes() {
        // Renewals, revenue before and after with their products.
        let totals = PartnerTotals(
            arms: [0], columns: [.indicator, .amount, .amount], products: [.square(of: 2), .init(1, 2)])
        #expect(totals.bytesPerPartner == 64)
    }

    @Test func pairsAndProductsOfACovariateFollowTheRoster() throws {
        var totals = PartnerTotals(
            arms: [1, 0, 1], columns: [.indicator, .amount], products: [.square(of: 1), .init(0, 1)])
        try totals.add(partner: [0, 0, 2, 1], values: [[1, 0, 1, 1], [4, 3, 7, 100]])
        let pairs = totals.pairedTotals(ofArm: 1, outcome: 0, covariate: 1)
        #expect(pairs.map(\.outcome.numerator) == [1, 1])
        #expect(pairs.map(\.covariate.numerator) == [7, 7])
        #expect((0..<3).map { totals.sum(of: .init(1, 0), partner: $0) } == [4, 100, 7])
    }
}
