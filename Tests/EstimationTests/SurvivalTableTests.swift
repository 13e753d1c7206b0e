import Estimation
import Statistics
import Testing

@Suite struct SurvivalTableTests {
    private let roles = TableRoles(partner: "partner", variant: "arm", time: "time", event: "event")

    /// 24 partners an arm with four customers each; the gift's are lost later.
    private func times(_ time: (_ partner: Int, _ customer: Int, _ isGift: Bool) -> Int) -> String {
        var lines = ["partner,arm,time,event,entry,stratum"]
        for partner in 0..<48 {
            for customer in 0..<4 {
                let time = time(partner, customer, partner % 2 == 1)
                lines.append(
                    "p\(partner),\(partner % 2 == 1 ? "gift" : "control"),\(time),\(time < 12 ? 1 : 0),0,\(partner / 24)"
                )
            }
        }
        return lines.joined(separator: "\n")
    }

    private func spread(_ partner: Int, _ customer: Int, _ isGift: Bool) -> Int {
        min(12, (partner * 5 + customer * 3) % 11 + (isGift ? 2 : 1))
    }

    @Test("a loss at time 0 counts without entries: all tests equal those of the same data a day later")
    func countsLossesAtTheOrigin() throws {
        let later = try analysis(times(spread), roles)
        let origin = try analysis(
            times { spread($0, $1, $2) - 1 }.replacing(",11,1,0", with: ",11,0,0"), roles)
        let (left, right) = (later.metrics[0].comparisons[0].rows, origin.metrics[0].comparisons[0].rows)
        #expect(origin.metrics[0].rowCount == 192 && origin.metrics[0].leftOutRows == 0)
        #expect(origin.metrics[0].arms.map(\.events) == later.metrics[0].arms.map(\.events))
        for (one, other) in zip(left, right) {
            #expect(one.value.map { close(other.value, $0, 1e-9) } ?? (other.value == nil), "\(one.method)")
            #expect(
                one.pValue.map { close(other.pValue, $0, 1e-9) } ?? (other.pValue == nil), "\(one.method)")
        }
        #expect(later.metrics[0].horizon == (origin.metrics[0].horizon ?? 0) + 1)
    }

    @Test("rows that end before they begin are faults with both numbers, and so are negative times")
    func refusesTimesBeforeTheirEntry() {
        var roles = roles
        roles.entry = "entry"
        let text = "partner,arm,time,event,entry\np,a,5,1,0\nq,b,3,0,3\nr,a,2,1,7.5\ns,b,-1,0,0\n"
        let told = rosterFaults(text, roles)
        #expect(told.contains("line 3: the row ends at 3 and begins at 3; expected a time after the entry"))
        #expect(told.contains("line 4: the row ends at 2 and begins at 7.5; expected a time after the entry"))
        #expect(told.contains("line 5: column 'time' holds '-1', expected a number that is not negative"))
        #expect(told.count == 3)
    }

    @Test func comparesWithinLargeStrata() throws {
        var stratified = roles
        stratified.stratum = "stratum"
        let result = try analysis(times(spread), stratified)
        let rows = result.metrics[0].comparisons[0].rows
        let logRank = try #require(rows.first { $0.method == .clusteredLogRank })
        let plain = try #require(
            try analysis(times(spread), roles).metrics[0].comparisons[0].rows
                .first { $0.method == .clusteredLogRank })
        #expect(logRank.note?.contains("within strata") == true && logRank.value != plain.value)
        #expect(
            rows.first { $0.method == .restrictedMeanCR2 }?.note?.contains("ignores the strata") == true)
    }

    @Test func givesTheHazardRatioItself() throws {
        let rows = try analysis(times(spread), roles).metrics[0].comparisons[0].rows
        let cox = try #require(rows.first { $0.scale == .logHazardRatio })
        #expect(close(cox.hazardRatio?.value, exponential(cox.value ?? 0), 1e-12))
        #expect(cox.note?.hasPrefix("hazard ratio ") == true)
    }

    private func exponential(_ x: Double) -> Double {
        (0..<40).reversed().reduce(1) { 1 + x * $0 / Double($1 + 1) }
    }
}
