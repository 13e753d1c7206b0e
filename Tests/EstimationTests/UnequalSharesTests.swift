import Estimation
import Statistics
import Testing

/// Simpson's paradox: nine of ten renew in stratum A and four of ten in B, whatever the terms, and most partners of A
/// were treated while most of B were not.
@Suite struct UnequalSharesTests {
    private let roles = TableRoles(partner: "partner", variant: "arm", outcome: "renewed", stratum: "stratum")

    private func table(treatedOfA: Int, treatedOfB: Int) -> String {
        var lines = ["partner,arm,stratum,renewed"]
        for (stratum, rate, treated) in [("A", 9, treatedOfA), ("B", 4, treatedOfB)] {
            for partner in 0..<20 {
                // Partners differ a little, in pairs around the stratum's rate.
                let renewed = rate + (partner % 4 == 0 ? 1 : partner % 4 == 2 ? -1 : 0)
                for customer in 0..<10 {
                    lines.append(
                        "\(stratum)\(partner),\(partner < treated ? "new" : "control"),\(stratum),"
                            + (customer < renewed ? "1" : "0"))
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test("Trap 25 in a table: partners are weighted by the shares of their stratum before they are pooled")
    func strataDoNotStandForTheTerms() throws {
        for design in [TableDesign.stratified, .external] {
            let options = AnalysisOptions(design: design, draws: 499)
            let result = try analysis(table(treatedOfA: 16, treatedOfB: 4), roles, options)
            let comparison = result.metrics[0].comparisons[0]
            let marked = try #require(comparison.recommended)
            #expect(abs(try #require(marked.value)) < 1e-12, "\(design)")
            #expect(try #require(marked.pValue) > 0.9, "\(design)")
            // What the strata alone make of it.
            let pooled = try #require(result.row("CR2, Imbens"))
            #expect(close(pooled.value, 0.3))
            #expect(pooled.note?.contains("confounded") == true)
            for row in comparison.rows where !(row.note ?? "").contains("confounded") && row.value != nil {
                #expect(abs(row.value ?? .nan) < 1e-12, "\(row.method.rawValue)")
            }
        }
    }

    @Test func equalSharesAreComparedAsBefore() throws {
        let result = try analysis(table(treatedOfA: 12, treatedOfB: 12), roles)
        #expect(result.row("stratified Hájek") == nil)
        #expect(!result.metrics[0].comparisons[0].rows.contains { $0.note?.contains("confounded") == true })
    }

    /// Three of ten are lost in A and eight in B, whatever the terms.
    private func losses() -> String {
        var lines = ["partner,arm,stratum,time,event"]
        for (stratum, lost, treated) in [("A", 3, 16), ("B", 8, 4)] {
            for partner in 0..<20 {
                let losses = lost + (partner % 4 == 0 ? 1 : partner % 4 == 2 ? -1 : 0)
                for customer in 0..<10 {
                    let isLost = customer < losses
                    lines.append(
                        "\(stratum)\(partner),\(partner < treated ? "new" : "control"),\(stratum),"
                            + "\(isLost ? customer + 1 : 12),\(isLost ? 1 : 0)")
                }
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    @Test func lossesAreComparedWithinStrataOfUnequalShares() throws {
        let roles = TableRoles(
            partner: "partner", variant: "arm", stratum: "stratum", time: "time", event: "event")
        for design in [TableDesign.stratified, .external] {
            let result = try analysis(losses(), roles, AnalysisOptions(design: design, draws: 499))
            let comparison = result.metrics[0].comparisons[0]
            let marked = try #require(comparison.recommended, "\(design)")
            #expect(abs(try #require(marked.value)) < 4, "\(design)")
            #expect(try #require(marked.pValue) > 0.3, "\(design)")
            #expect(marked.note?.contains("within strata") == true)
            // The restricted mean pools arms, and is not to be read.
            let restricted = try #require(comparison.rows.first { $0.method == .restrictedMeanCR2 })
            #expect(!restricted.hasIntervalToRead && restricted.note?.contains("confounded") == true)
        }
    }

    @Test func anOddPartnerMakesNoShareUnequal() throws {
        let result = try analysis(table(treatedOfA: 10, treatedOfB: 11), roles)
        #expect(result.row("stratified Hájek") == nil)
    }
}
