import Documents
import Model
import Testing

@Suite struct ExamplePilotsTests {
    static let pilots = [
        "retention-bonus", "discount-freedom", "early-renewal-bonus", "volume-accelerator", "cai-2015",
    ]

    @Test(arguments: pilots)
    func loads(_ name: String) throws {
        let document = try loadPilot(at: Repository.path("experiments/\(name).yaml"))
        #expect(document.plan.pilot.rawValue == name)
        #expect(try document.plan.contentHash().hex.count == 64)
    }

    @Test func coverEveryFileInTheDirectory() throws {
        let files = try Repository.files(in: "experiments", suffix: ".yaml")
        #expect(files == Self.pilots.map { "\($0).yaml" }.sorted())
    }

    @Test func everyPlanFileLoads() throws {
        for file in try Repository.files(in: "experiments/plans", suffix: ".yaml") {
            let plan = try loadIncentivePlan(at: Repository.path("experiments/plans/\(file)"))
            #expect(plan.version == 1 ? "\(plan.id).yaml" == file : "\(plan.id)@\(plan.version).yaml" == file)
        }
    }

    @Test func thePlansNobodyPilotsYetSayWhatTheirFilesSay() throws {
        func plan(_ name: String) throws -> IncentivePlan {
            try loadIncentivePlan(at: Repository.path("experiments/plans/\(name).yaml"))
        }
        let growth = try plan("growth")
        #expect(growth.commissions.first?.tiers.count == 3 && growth.components == [.commission])
        #expect(growth.accelerator?.bands.map(\.from) == [1_050_000, 1_150_000])
        #expect(growth.clawback?.isProRata == true)
        let gated = try plan("value-gated")
        #expect(gated.gates.map(\.name) == ["onboarded", "value-proven"])
        #expect(gated.renewalBonus?.health?.bands.count == 3 && gated.milestoneBonuses.count == 2)
        let recurring = try plan("recurring-share")
        #expect(try recurring.noWorseOff?.plan == plan("today"))
        #expect(
            recurring.components == [.recurringBonus, .rebate, .diversificationBonus, .guarantee])
        let elsewhere = try plan("today-elsewhere")
        #expect(try elsewhere.paidBy == .external && elsewhere.commissions == plan("today").commissions)
    }

    /// The resolved text written to a file of its own is the same pilot, down to the hash and the bytes.
    @Test(arguments: pilots)
    func resolvesToAFixedPoint(_ name: String) throws {
        let first = try loadPilot(at: Repository.path("experiments/\(name).yaml"))
        let directory = try TemporaryDirectory()
        let copy = try directory.write(first.resolvedYAML, to: "\(name).yaml")
        let second = try loadPilot(at: copy, plansDirectory: Repository.path("experiments/plans"))
        #expect(second.plan == first.plan)
        #expect(try second.plan.contentHash() == first.plan.contentHash())
        #expect(second.resolvedYAML == first.resolvedYAML)
    }

    @Test func theRetentionPilotSaysWhatItsFileSays() throws {
        let plan = try loadPilot(at: Repository.path("experiments/retention-bonus.yaml")).plan
        #expect(plan.population == ["type": ["reseller"]])
        #expect(plan.schedule.ends == Day(iso: "2026-07-06"))
        #expect(plan.schedule.enrolUntil == Day(iso: "2026-02-02"))
        #expect(plan.schedule.lookDates.count == 26)
        #expect(plan.design == Design(kind: .stratified, strata: ["size"], blockSize: 4, mechanism: nil))
        #expect(plan.variants.map(\.id.rawValue) == ["control", "bonus"])
        #expect(plan.guardrails.map(\.maxHarm) == [0.03, 0.02])
        // 26 weeks; half of them are 91 days.
        #expect(plan.guardrails[0].metric.horizonDays == 91)
        let bonus = plan.variants[1].incentivePlan
        #expect(bonus?.renewalBonus == RenewalBonus(rate: Rate(partsPerMillion: 25_000), cap: 500_000))
        #expect(bonus?.components == [.commission, .renewalBonus])
    }

    @Test func theImportedTrialHasVariantsWithoutTerms() throws {
        let plan = try loadPilot(at: Repository.path("experiments/cai-2015.yaml")).plan
        #expect(plan.design.kind == .external && plan.design.mechanism == nil)
        #expect(plan.variants.map(\.id.rawValue) == ["control", "default"])
        #expect(plan.variants.allSatisfy { $0.incentivePlan == nil })
        #expect(plan.primary.kind == .binary && plan.guardrails.isEmpty)
        #expect(plan.schedule.lookDates == [plan.schedule.ends])
    }
}
