import Testing

@testable import Statistics

@Suite struct LinearModelInvarianceTests {
    private let customers = RandomCustomers(partners: 12, seed: 21)
    private let formula = LinearModelFormula(outcome: "y", regressors: ["arm", "x"])

    private func estimate(_ table: ClusterCrossProducts) throws -> Estimate {
        try #require(try table.fit(formula).estimate(of: "arm").estimate)
    }

    private func expectSame(_ left: Estimate, _ right: Estimate, scale: Double = 1) {
        #expect(isClose(left.value * scale, right.value, within: 1e-9))
        #expect(isClose(left.standardError * abs(scale), right.standardError, within: 1e-9))
        #expect(isClose(left.degreesOfFreedom, right.degreesOfFreedom, within: 1e-8))
    }

    private func table(
        clusters: [Int], clusterCount: Int = 12, rows: [Int]? = nil,
        _ change: (NamedColumn) -> [Double] = { $0.values }
    ) throws -> ClusterCrossProducts {
        try ClusterCrossProducts(
            clusters: clusters, clusterCount: clusterCount,
            columns: customers.columns.map { column in
                let values = change(column)
                return NamedColumn(name: column.name, values: rows?.map { values[$0] } ?? values)
            })
    }

    @Test func neitherOrderNorNamesOfPartnersMatter() throws {
        let original = try estimate(customers.crossProducts())
        let order = Array(customers.outcome.indices.reversed())
        expectSame(
            original, try estimate(table(clusters: order.map { 11 - customers.clusters[$0] }, rows: order)))
    }

    @Test func batchesAddUp() throws {
        let half = customers.outcome.count / 2
        let first = Array(0..<half)
        let second = Array(half..<customers.outcome.count)
        let merged = try table(clusters: first.map { customers.clusters[$0] }, rows: first)
            .merging(table(clusters: second.map { customers.clusters[$0] }, rows: second))
        expectSame(try estimate(customers.crossProducts()), try estimate(merged))
    }

    @Test func aPartnerWithoutCustomersChangesNothing() throws {
        expectSame(
            try estimate(customers.crossProducts()),
            try estimate(table(clusters: customers.clusters, clusterCount: 15)))
    }

    @Test func swappingArmsTurnsTheSign() throws {
        let swapped = try table(clusters: customers.clusters) {
            $0.name == "arm" ? $0.values.map { 1 - $0 } : $0.values
        }
        expectSame(try estimate(customers.crossProducts()), try estimate(swapped), scale: -1)
    }

    @Test func unitsOfTheOutcomeScaleAndThoseOfTheCovariateDoNotMatter() throws {
        let scaled = try table(clusters: customers.clusters) {
            switch $0.name {
            case "y": $0.values.map { 100 * $0 + 7 }
            case "x": $0.values.map { 1000 * $0 - 40 }
            default: $0.values
            }
        }
        expectSame(try estimate(customers.crossProducts()), try estimate(scaled), scale: 100)
    }

    @Test("Trap 1: copying every customer makes independent customers look surer, partners not")
    func duplication() throws {
        let copies = customers.outcome.indices.flatMap { [$0, $0, $0, $0] }
        let clusters = copies.map { customers.clusters[$0] }
        let model = try customers.model(on: ["arm"])
        let copied = try table(clusters: clusters, rows: copies)
            .fit(LinearModelFormula(outcome: "y", regressors: ["arm"]))
        for correction in [ClusterVarianceCorrection.cr0, .cr1, .cr2, .cr3] {
            #expect(isClose(copied.covariance(correction)[1][1], model.covariance(correction)[1][1]))
        }
        let naive = try table(clusters: Array(copies.indices), clusterCount: copies.count, rows: copies)
            .fit(LinearModelFormula(outcome: "y", regressors: ["arm"]))
        let before = try table(
            clusters: Array(customers.clusters.indices), clusterCount: customers.clusters.count
        ).fit(LinearModelFormula(outcome: "y", regressors: ["arm"]))
        #expect(isClose(naive.covariance(.cr0)[1][1], before.covariance(.cr0)[1][1] / 4))
    }
}
