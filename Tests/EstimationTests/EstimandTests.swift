import Estimation
import Foundation
import Statistics
import Testing

/// m partners an arm with four rows each; partner k of the arm has k mod 4 + shift of them, at most four.
func trial(_ arms: [(name: String, partners: Int, shift: Int)]) -> String {
    var lines = ["partner,arm,renewed"]
    for arm in arms {
        for k in 0..<arm.partners {
            let renewed = min(4, k % 4 + arm.shift)
            for customer in 0..<4 {
                lines.append("\(arm.name)\(k),\(arm.name),\(customer < renewed ? 1 : 0)")
            }
        }
    }
    return lines.joined(separator: "\n") + "\n"
}

@Suite struct EstimandTests {
    private let ratio = TableRoles(
        partner: "partner", variant: "arm", numerator: "after", denominator: "before")

    /// Twelve partners an arm; the third of each has money after and none before.
    private func money() -> String {
        var lines = ["partner,arm,after,before"]
        for arm in ["control", "gift"] {
            for k in 0..<12 {
                let before = k == 3 ? 0 : 10 + k * k
                lines.append("\(arm)\(k),\(arm),\(20 + 3 * k + (arm == "gift" ? k % 3 : 0)),\(before)")
            }
        }
        return lines.joined(separator: "\n")
    }

    @Test("a partner with a numerator and no denominator counts in every row of the ratio, and is named")
    func keepsOneEstimateForOneEstimand() throws {
        let result = try analysis(money(), ratio)
        let rows = result.metrics[0].comparisons[0].rows
            .filter { $0.estimand == .revenueWeighted && $0.scale == .difference }
            .filter { $0.method.rawValue != "customer − partner average, jackknife" && $0.value != nil }
        let value = try #require(rows[0].value)
        #expect(rows.count >= 5 && rows.allSatisfy { close($0.value, value, 1e-12) })
        #expect(
            result.warnings.contains { $0.contains("'control3', 'gift3'") && $0.contains("averages leave") })
    }

    @Test("numbers far from 0 give what the same numbers near 0 give")
    func keepsTheDigitsOfLargeNumbers() throws {
        func mean(_ offset: Double) -> String {
            var lines = ["partner,arm,renewed"]
            var random = SystemlessGenerator(state: 5)
            for k in 0..<24 {
                for _ in 0..<(3 + k % 5) {
                    // Multiples of 1/4 are exact at any of the offsets.
                    lines.append("p\(k),\(k % 2),\(offset + Double(random.next() % 64) / 4)")
                }
            }
            return lines.joined(separator: "\n")
        }
        let plain = try analysis(mean(0.25), renewal)
        for offset in [1e6, 1.7e12, -1.7e12] {
            let far = try analysis(mean(offset), renewal)
            #expect(
                close(
                    far.metrics[0].arms[0].value, (plain.metrics[0].arms[0].value ?? 0) + offset - 0.25, 1e-12
                ))
            for (left, right) in zip(plain.metrics[0].comparisons[0].rows, far.metrics[0].comparisons[0].rows)
            where left.scale == .difference {
                #expect(left.value.map { close(right.value, $0, 1e-9) } ?? (right.value == nil))
                #expect(left.pValue.map { close(right.pValue, $0, 1e-9) } ?? (right.pValue == nil))
                #expect(left.unavailable == right.unavailable)
            }
        }
    }

    @Test("where partners are averaged, their row is marked: replayed up to 40, the adjusted one beyond")
    func marksThePartnerAverage() throws {
        func marked(_ partners: Int, _ design: TableDesign? = nil) throws -> MethodRow? {
            try analysis(
                trial([("a", partners, 0), ("b", partners, 1)]), renewal,
                .init(design: design, estimand: .partners, draws: 499)
            ).metrics[0].comparisons[0].recommended
        }
        for (partners, id) in [
            (6, "randomization.partnerAverage"), (20, "randomization.partnerAverage"),
            (50, "welch.partnerAverage"),
        ] { #expect(try marked(partners)?.id == id) }
        #expect(try marked(6)?.interval != nil)
        #expect(try marked(6, .external)?.id == "cv3-min.partnerAverage")
        #expect(try marked(20, .external)?.id == "welch.partnerAverage")
    }

    @Test func marksTheAdjustedPartnerAverageOfManyPartners() throws {
        var roles = renewal
        roles.covariate = "x"
        let text = trial([("a", 50, 0), ("b", 50, 1)]).split(separator: "\n").enumerated()
            .map { $0 == 0 ? "\($1),x" : "\($1),\(($0 - 1) / 4 * 7 % 11)" }.joined(separator: "\n")
        let result = try analysis(text, roles, .init(estimand: .partners, draws: 99))
        #expect(result.metrics[0].comparisons[0].recommended?.id == "lin.partnerAverage")
    }

    @Test("from ten partners on another row's interval is to be read")
    func namesTheIntervalToRead() throws {
        let comparison = try analysis(trial([("a", 20, 0), ("b", 20, 1)]), renewal).metrics[0].comparisons[0]
        #expect(comparison.interval?.id == "cr2-ik.customerAverage")
        #expect(comparison.reason.contains("'CR2, Imbens–Kolesár df' (↔)"))
        let few = try analysis(trial([("a", 6, 0), ("b", 6, 1)]), renewal).metrics[0].comparisons[0]
        #expect(few.interval?.id == "randomization.customerAverage")
    }

    @Test("where a few partners dominate and nothing can be replayed, CV3 on corrected degrees of freedom")
    func marksTheJackknifeUnderHeavyTails() throws {
        let text =
            trial([("a", 20, 0), ("b", 20, 1)])
            + (0..<60).map { "a7,a,\($0 % 2)\n" }.joined()
        let comparison = try analysis(text, renewal, .init(design: .external)).metrics[0].comparisons[0]
        #expect(comparison.recommended?.id == "cv3-ik.customerAverage")
        #expect(!comparison.rows.contains { $0.note?.contains("safe side") ?? false })
    }

    @Test("ids are unique, and stay")
    func givesEveryRowAnID() throws {
        let roles = TableRoles(
            partner: "partner", variant: "arm", outcome: "renewed", covariate: "xpre", time: "time",
            event: "event", numerator: "arr_after", denominator: "arr_before")
        for metric in try analysis(try golden("p30"), roles).metrics {
            let ids = metric.comparisons[0].rows.map(\.id)
            #expect(Set(ids).count == ids.count, "\(ids)")
        }
    }

    @Test("a covariate that says nothing is named, and partners without a value are counted")
    func tellsWhatTheCovariateLacks() throws {
        var roles = renewal
        roles.covariate = "x"
        func noted(_ value: (Int) -> String) throws -> [String] {
            let text = trial([("a", 12, 0), ("b", 12, 1)]).split(separator: "\n").enumerated()
                .map { $0 == 0 ? "\($1),x" : "\($1),\(value(($0 - 1) / 4))" }.joined(separator: "\n")
            return try analysis(text, roles).metrics[0].comparisons[0].rows
                .filter { $0.method == .partnerAncova }.compactMap { $0.unavailable ?? $0.note }
        }
        #expect(try noted { _ in "7" }[0].hasPrefix("the covariate 'x' is the same for every partner"))
        #expect(try noted { _ in "" }[0] == "the covariate 'x' has no value")
        #expect(
            try noted { $0 == 3 ? "NA" : String($0 * 7 % 5) }[0].contains(
                "1 partner without a value got the mean"))
    }
}
