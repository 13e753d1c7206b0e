import Estimation
import Statistics
import Testing

@Suite struct ReplayTests {
    @Test("equal results leave nothing to test, which is not the same as an assignment nobody knows")
    func tellsNothingToTestFromExternal() throws {
        let equal = "partner,arm,renewed\n" + (0..<24).map { "p\($0),\($0 % 2),1\n" }.joined()
        let nothing = try analysis(equal, renewal).metrics[0].comparisons[0]
        #expect(nothing.recommended == nil && nothing.reason.contains("nothing to test"))
        #expect(!nothing.reason.contains("replayed"))
        let external = try analysis(trial([("a", 20, 0), ("b", 20, 1)]), renewal, .init(design: .external))
        #expect(external.metrics[0].comparisons[0].reason.hasPrefix("the assignment cannot be replayed"))
    }

    @Test("three comparisons raise the smallest p-value that four partners a variant can give above 5 %")
    func countsComparisonsInTheAttainableLevel() throws {
        let text = trial([("a", 4, 0), ("b", 4, 1), ("c", 4, 2), ("d", 4, 3)])
        let comparisons = try analysis(text, renewal).metrics[0].comparisons
        #expect(comparisons.allSatisfy { $0.recommended == nil && close($0.smallestAttainable, 2.0 / 70) })
        #expect(comparisons[0].reason.contains("3 comparisons raise to 0.086"))
        let two = try analysis(trial([("a", 4, 0), ("b", 4, 1)]), renewal).metrics[0].comparisons[0]
        #expect(two.recommended != nil)
        // Holm's second step asks less of the comparison of few partners.
        let uneven = try analysis(trial([("a", 4, 0), ("b", 30, 1), ("c", 3, 2)]), renewal).metrics[0]
            .comparisons
        #expect(uneven.allSatisfy { $0.recommended != nil })
    }

    @Test func saysThatIntervalsOfSeveralVariantsAreNotAdjusted() throws {
        let text = trial([("a", 8, 0), ("b", 8, 1), ("c", 8, 2)])
        #expect(try analysis(text, renewal).warnings.contains { $0.hasPrefix("intervals are not adjusted") })
        #expect(
            try !analysis(trial([("a", 8, 0), ("b", 8, 1)]), renewal).warnings
                .contains { $0.hasPrefix("intervals are not adjusted") })
    }

    @Test("joint tests name their working model")
    func labelsTheJointTests() throws {
        let result = try analysis(try golden("p24_three_arms"), renewal)
        let names = result.metrics[0].jointTests.map(\.method)
        #expect(
            names.contains { $0.contains("exchangeable") } && names.contains { $0.contains("clubSandwich") })
    }
}

@Suite struct PairTests {
    /// Six pairs; a row a partner, so that differences within pairs are 1, 2, 3, 4, 5, 0.
    private func pairs(_ rows: [String] = []) -> String {
        let differences = [1, 2, 3, 4, 5, 0]
        return
            (["partner,arm,renewed,pair"]
            + differences.enumerated().flatMap { pair, difference in
                ["c\(pair),control,\(10 * pair),\(pair)", "t\(pair),gift,\(10 * pair + difference),\(pair)"]
            } + rows).joined(separator: "\n")
    }

    private var paired: TableRoles {
        var roles = renewal
        roles.stratum = "pair"
        return roles
    }

    @Test("the paired t: mean 2.5, standard deviation √3.5, five degrees of freedom")
    func comparesWithinPairs() throws {
        let result = try analysis(pairs(), paired, .init(design: .paired))
        let row = try #require(result.row("paired t", .partnerAverage))
        #expect(close(row.value, 2.5, 1e-12) && row.degreesOfFreedom == 5)
        #expect(close(row.standardError, (3.5 / 6).squareRoot(), 1e-12))
        // With a row a partner, customers and partners are the same.
        let pooled = try #require(result.row("pair-clustered"))
        #expect(close(pooled.value, 2.5, 1e-12) && close(pooled.standardError, (3.5 / 6).squareRoot(), 1e-9))
        let ignoring = result.metrics[0].comparisons[0].rows.filter {
            $0.note?.contains("ignores the pairs") ?? false
        }
        #expect(
            ignoring.contains { $0.method == .cr2Exchangeable }
                && ignoring.contains { $0.method == .partnerWelch })
        #expect(try analysis(pairs(), paired).row("paired t", .partnerAverage) == nil)
    }

    @Test func tellsEveryPartnerOfAPairThatIsNone() throws {
        do throws(TableFaults) {
            _ = try analysis(pairs(["extra,gift,3,0"]), paired, .init(design: .paired))
            Issue.record("expected a fault")
        } catch {
            #expect(error.count == 1)
            #expect(
                error.description.contains(
                    "pair '0' has 3 partners (line 2: 'c0', control; line 14: 'extra', gift;"))
        }
    }

    @Test func saysThatStrataAreNotUsed() throws {
        let result = try analysis(pairs(), paired, .init(design: .external))
        #expect(result.warnings.contains { $0.contains("external design makes no use of the strata") })
        let lone = try analysis(pairs(["x,gift,1,9", "y,gift,2,9"]), paired)
        #expect(
            lone.warnings.contains { $0.contains("1 stratum holds one variant only") && $0.contains("'9'") })
    }
}
