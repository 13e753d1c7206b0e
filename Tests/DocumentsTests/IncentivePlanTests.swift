import Documents
import Foundation
import Model
import Testing

/// An incentive plan that is wrong in one way, and what its author is told.
struct PlanMutant: Sendable {
    let old: String
    let new: String
    let message: String
    let isVisibleToSchema: Bool

    init(_ old: String, _ new: String, schema: Bool = true, says message: String) {
        self.old = old
        self.new = new
        self.message = message
        isVisibleToSchema = schema
    }

    static let valid = """
        plan: ladder
        summary: You earn more the more you book.
        currency: EUR
        commission:
          basis: allBookings
          scheme: cliff
          period: year
          tiers:
            - {from: 0, rate: 5 %}
            - {from: 1000.50, rate: 0.075}
        renewalBonus: {rate: 4 %, cap: 49.90}

        """

    var text: String { Self.valid.replacingOccurrences(of: old, with: new) }

    static let all: [PlanMutant] = [
        .init("plan: ladder", "plan: Ladder", says: "small letters"),
        .init("plan: ladder", "plan: lader", schema: false, says: "expected the file 'lader.yaml'"),
        .init("EUR", "Euro", says: "'currency' is 'Euro'; expected an ISO 4217 currency code"),
        .init("summary: You earn more the more you book.\n", "", says: "the key 'summary' is missing"),
        .init("allBookings", "bookings", says: "one of newBookings, allBookings"),
        .init("cliff", "clif", says: "did you mean 'cliff'?"),
        .init("year", "week", says: "one of month, quarter, year"),
        .init("5 %", "105 %", says: "'commission.tiers[0].rate' is '105 %'"),
        .init("5 %", "-5 %", says: "'commission.tiers[0].rate' is '-5 %'"),
        .init("from: 0,", "from: 10,", says: "expected 'from: 0'"),
        .init("from: 1000.50", "from: 0", schema: false, says: "the tiers do not ascend"),
        .init("from: 1000.50", "from: 1000.505", schema: false, says: "an amount in EUR"),
        .init("from: 1000.50", "from: 1_000", says: "an amount in EUR"),
        .init("from: 1000.50, ", "", says: "the key 'from' is missing in 'commission.tiers[1]'"),
        .init("cap: 49.90", "cap: 0", says: "'renewalBonus.cap' is '0'"),
        .init("cap: 49.90", "cap: 50 EUR", says: "'renewalBonus.cap' is '50 EUR'"),
        .init("cap:", "max:", says: "unknown key 'max' in 'renewalBonus'"),
    ]
}

@Suite struct IncentivePlanTests {
    private func load(_ text: String) throws -> Result<IncentivePlan, Faults> {
        let directory = try TemporaryDirectory()
        let path = try directory.write(text, to: "ladder.yaml")
        do {
            return .success(try loadIncentivePlan(at: path))
        } catch {
            return .failure(error)
        }
    }

    @Test func amountsAreReadIntoMinorUnitsAndRatesIntoPartsPerMillion() throws {
        let plan = try load(PlanMutant.valid).get()
        #expect(
            plan.commission?.tiers == [
                TieredCommission.Tier(from: 0, rate: Rate(partsPerMillion: 50_000)),
                TieredCommission.Tier(from: 100_050, rate: Rate(partsPerMillion: 75_000)),
            ])
        #expect(plan.renewalBonus == RenewalBonus(rate: Rate(partsPerMillion: 40_000), cap: 4990))
    }

    @Test func amountsFollowTheCurrencysDigits() throws {
        let text = PlanMutant.valid.replacingOccurrences(of: "EUR", with: "JPY")
            .replacingOccurrences(of: "1000.50", with: "1000").replacingOccurrences(of: "49.90", with: "49")
        let plan = try load(text).get()
        #expect(plan.commission?.tiers[1].from == 1000 && plan.renewalBonus?.cap == 49)
    }

    @Test(arguments: PlanMutant.all)
    func eachMutantIsTold(_ mutant: PlanMutant) throws {
        try #require(mutant.text != PlanMutant.valid)
        guard case .failure(let faults) = try load(mutant.text) else {
            Issue.record("'\(mutant.new)' was accepted")
            return
        }
        #expect(faults.description.contains(mutant.message), "told instead: \(faults)")
        #expect(faults.faults.allSatisfy { $0.line != nil })
    }

    @Test func aPlanThatPaysNothingIsRefused() throws {
        let result = try load("plan: ladder\nsummary: Nothing.\ncurrency: EUR\n")
        #expect(throws: Faults.self) { try result.get() }
    }
}
