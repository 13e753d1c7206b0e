import Statistics
import Testing

@Suite struct ResampledTotalsTests {
    private let columns: [[Int64]] = [[1, 20, 300, 4_000, 50_000], [1, 1, 1, 1, 1], [-5, 0, 7, 0, 11]]

    @Test func aRangeOfDrawsIsTheSameHoweverItIsSplit() async {
        let whole = resampledTotals(columns, draws: 0..<200, seed: 7)
        let columns = columns
        let parts = await withTaskGroup(of: (Int, [[Double]]).self) { group in
            for part in 0..<8 {
                let first = UInt64(part) * 25
                group.addTask { (part, resampledTotals(columns, draws: first..<(first + 25), seed: 7)) }
            }
            var parts: [Int: [[Double]]] = [:]
            for await (part, totals) in group { parts[part] = totals }
            return parts
        }
        for column in columns.indices {
            #expect((0..<8).flatMap { parts[$0]?[column] ?? [] } == whole[column])
        }
    }

    @Test func everyDrawHasAsManyUnitsAndColumnsDrawTheSame() {
        let totals = resampledTotals(
            [columns[1], columns[0], columns[0].map { 2 * $0 }], draws: 0..<500, seed: 3)
        #expect(totals[0].allSatisfy { $0 == 5 })
        #expect(totals[2] == totals[1].map { 2 * $0 })
        #expect(Set(totals[1]).count > 50)
        #expect(resampledTotals([columns[0]], draws: 0..<500, seed: 4)[0] != totals[1])
    }

    @Test func theMeanOfTotalsIsTheTotal() {
        let totals = resampledTotals([[0, 0, 0, 1_000]], draws: 0..<20_000, seed: 1)[0]
        let mean = totals.reduce(0, +) / Double(totals.count)
        // A total is 1,000 × binomial(4, 1/4): standard error 1,000 × √0.75 / √20,000 = 6.1.
        #expect(abs(mean - 1_000) < 30)
    }

    @Test func quantilesAreInterpolated() {
        #expect(quantiles(of: [4, 1, 3, 2], at: [0, 0.5, 0.9, 1]) == [1, 2.5, 3.7, 4])
        #expect(quantiles(of: [], at: [0.5]) == nil)
    }
}
