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
        var totals = PartnerTotals(arms: arms)
        try totals.add(
            partner: rows.partner.span, numerator: rows.numerator.span, denominator: rows.denominator.span)
        return totals
    }

    @Test func sumsAreThoseOfTheRows() throws {
        var totals = PartnerTotals(arms: [0, 1, 0, 0])
        let (partner, numerator): ([Int32], [Int64]) = ([0, 1, 0, 3], [150, 250, -50, 700])
        try totals.add(partner: partner.span, numerator: numerator.span)
        #expect(
            totals.clusterTotals(ofArm: 0, numeratorScale: 100) == [
                ClusterTotal(count: 2, numerator: 1, denominator: 2, sumOfSquares: 2.5), .empty,
                ClusterTotal(count: 1, numerator: 7, denominator: 1, sumOfSquares: 49),
            ])
        #expect(totals.clusterTotals(ofArm: 1)[0].sumOfSquares == 62_500)
        #expect(totals.count(of: 0) == 2 && totals.partnerCount == 4)
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
            try current.remove(
                partner: old.partner.span, numerator: old.numerator.span, denominator: old.denominator.span)
            try current.add(
                partner: changes.partner.span, numerator: changes.numerator.span,
                denominator: changes.denominator.span)
            for offset in 0..<60 {
                rows.partner[200 + offset] = changes.partner[offset]
                rows.numerator[200 + offset] = changes.numerator[offset]
                rows.denominator[200 + offset] = changes.denominator[offset]
            }
            let rebuilt = try totals(rows)
            #expect(current == rebuilt, "seed \(seed)")
            #expect(current.clusterTotals(ofArm: 0) == rebuilt.clusterTotals(ofArm: 0), "seed \(seed)")
        }
    }

    @Test func refusedBatchesLeaveTheTotalsAsTheyWere() throws {
        let rows = Rows(seed: 3, count: 100, partners: 40)
        var current = try totals(rows)
        let before = current
        let (two, one): ([Int32], [Int32]) = ([1, 40], [1])
        let (values, huge): ([Int64], [Int64]) = ([5, 6], [.max, .max, .max])
        #expect(throws: EstimationError.unknownPartner(row: 1)) {
            try current.add(partner: two.span, numerator: values.span)
        }
        #expect(throws: EstimationError.unequalColumns(found: 2, expected: 1)) {
            try current.add(partner: one.span, numerator: values.span)
        }
        let same: [Int32] = [7, 7, 7]
        #expect(throws: EstimationError.totalOverflow(partner: 7)) {
            try current.add(partner: same.span, numerator: huge.span)
        }
        let negative: [Int32] = [-1]
        let value: [Int64] = [1]
        #expect(throws: EstimationError.unknownPartner(row: 0)) {
            try current.add(partner: negative.span, numerator: value.span)
        }
        #expect(current == before)
    }

    @Test func squaresOfLargeAmountsAreExact() throws {
        var totals = PartnerTotals(arms: [0])
        let (partner, numerator): ([Int32], [Int64]) = ([0, 0], [3_000_000_000_000, 1])
        try totals.add(partner: partner.span, numerator: numerator.span)
        let large: [Int32] = [0]
        let amount: [Int64] = [3_000_000_000_000]
        try totals.remove(partner: large.span, numerator: amount.span)
        // In doubles, 9e24 + 1 − 9e24 is 0.
        #expect(totals.clusterTotals(ofArm: 0)[0].sumOfSquares == 1)
    }

    @Test func aLineTakesNoMoreThan64Bytes() {
        #expect(PartnerTotals.bytesPerPartner <= 64)
    }

    @Test func pairsAndProductsOfACovariateFollowTheRoster() throws {
        var (outcome, covariate) = (PartnerTotals(arms: [1, 0, 1]), PartnerTotals(arms: [1, 0, 1]))
        var products = PartnerCrossProducts(arms: [1, 0, 1])
        let partner: [Int32] = [0, 0, 2, 1]
        let (y, x): ([Int64], [Int64]) = ([1, 0, 1, 1], [4, 3, 7, 100])
        try outcome.add(partner: partner.span, numerator: y.span)
        try covariate.add(partner: partner.span, numerator: x.span)
        try products.add(partner: partner.span, outcome: y.span, covariate: x.span)
        let pairs = outcome.pairedTotals(with: covariate, ofArm: 1)
        #expect(pairs.map(\.outcome.numerator) == [1, 1])
        #expect(pairs.map(\.covariate.numerator) == [7, 7])
        #expect(products.values(ofArm: 1) == [4, 7])
        #expect(products.values(ofArm: 0, scale: 10) == [10])
        try products.remove(partner: partner.span, outcome: y.span, covariate: x.span)
        #expect(products == PartnerCrossProducts(arms: [1, 0, 1]))
    }
}
