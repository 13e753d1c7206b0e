import Foundation
import Incentives
import Model
import Testing

@Suite struct AuditTests {
    private func found(_ audit: LeakageAudit) -> [Planted: Int] {
        audit.findings.reduce(into: [:]) { $0[Planted($1), default: 0] += 1 }
    }

    @Test(arguments: 0..<25) func findsNothingWhereEverythingAgrees(seed: UInt64) {
        let world = AuditWorld(seed: seed)
        let audit = world.audit()
        #expect(audit.findings == [])
        #expect(audit.isClean && audit.totals.isEmpty && audit.notRun.isEmpty)
        #expect(audit.lines > 300 && audit.payments > 200)
    }

    @Test(arguments: LeakageKind.allCases) func findsEachKindAloneWithItsAmount(kind: LeakageKind) {
        var plantings = 0
        for seed in 0..<15 as Range<UInt64> {
            var world = AuditWorld(seed: seed &* 977 &+ UInt64(kind.precedence))
            var used: Set<Contract.ID> = []
            guard let planted = world.plant(kind, avoiding: &used) else { continue }
            plantings += 1
            let audit = world.audit()
            #expect(found(audit) == [planted: 1], "seed \(seed)")
            #expect(!audit.isClean)
        }
        #expect(plantings >= 12)
    }

    @Test(arguments: 0..<25) func findsAllKindsAtOnceAndNothingElse(seed: UInt64) {
        var world = AuditWorld(seed: 5000 + seed)
        var used: Set<Contract.ID> = []
        var planted: [Planted: Int] = [:]
        // Drift takes whole partners, so it comes while some are untouched.
        let kinds =
            [.roundingDrift] + (0..<3).flatMap { _ in LeakageKind.allCases.filter { $0 != .roundingDrift } }
        for kind in kinds {
            if let one = world.plant(kind, avoiding: &used) { planted[one, default: 0] += 1 }
        }
        let audit = world.audit()
        let found = found(audit)
        #expect(planted.filter { found[$0.key] != $0.value } == [:], "not found")
        #expect(found.filter { planted[$0.key] != $0.value } == [:], "not planted")
        #expect(Set(audit.findings.map(\.kind)).count >= 11)
        #expect(audit.findings.allSatisfy { !$0.sentence.isEmpty })
        for total in audit.totals {
            let own = planted.filter { $0.key.kind == total.kind && $0.key.amount.currency == total.currency }
            #expect(total.findings == own.values.reduce(0, +))
            let sum = own.reduce(0) { $0 + $1.key.amount.minorUnits * Int64($1.value) }
            #expect(total.overpaid + total.underpaid == sum)
        }
    }

    @Test func whatNoPlanSpeaksOfIsToldAsideAndIsNoFinding() {
        var world = AuditWorld(seed: 13)
        var stranger = world.lines[0]
        stranger.partner = "stranger"
        stranger.contract = nil
        world.pay(stranger, 900, on: world.asOf, isWhole: true)
        var rebate = world.lines[0]
        (rebate.component, rebate.rule) = (.rebate, .rebate)
        world.pay(rebate, 100, on: world.asOf)
        let audit = world.audit()
        #expect(audit.findings == [])
        #expect(Set(audit.outside.map(\.amount)) == [900, 100])
        #expect(audit.text.contains("no plan known here"))
    }

    @Test func aBonusForAContractThatEarnsNoneIsADifferenceOfRate() {
        var world = AuditWorld(seed: 14)
        guard let line = world.lines.first(where: { $0.rule == .commission }) else { return }
        var bonus = line
        (bonus.component, bonus.rule) = (.renewalBonus, .renewalBonus)
        world.pay(bonus, 4321, on: world.asOf)
        let findings = world.audit().findings
        #expect(findings.map(\.kind) == [.rateMismatch])
        #expect(findings.map(\.amount.minorUnits) == [4321])
    }

    @Test func doesNotDependOnTheOrderOfItsInput() {
        var world = AuditWorld(seed: 3)
        var used: Set<Contract.ID> = []
        for kind in LeakageKind.allCases { _ = world.plant(kind, avoiding: &used) }
        let audit = world.audit()
        world.lines.reverse()
        world.contracts.reverse()
        #expect(world.audit() == audit)
    }

    @Test func evidenceNamesThePaymentsAndFacts() throws {
        var world = AuditWorld(seed: 11)
        var used: Set<Contract.ID> = []
        let planted = try #require(world.plant(.doubleCredit, avoiding: &used))
        let finding = try #require(world.audit().findings.first)
        #expect(finding.evidence.payments.count == 2)
        #expect(finding.evidence.payments.contains("pay\(world.payments.count - 1)"))
        let sequence = try #require(planted.contract.flatMap { world.sequences[$0] })
        #expect(finding.evidence.facts.contains(sequence))
        #expect(finding.evidence.facts.contains(5000 + Int64(world.payments.count - 1)))
    }

    @Test func saysSoInTextAndInJSON() throws {
        var world = AuditWorld(seed: 11)
        #expect(world.audit().text.contains("Nothing found."))
        var used: Set<Contract.ID> = []
        for kind in LeakageKind.allCases { _ = world.plant(kind, avoiding: &used) }
        let audit = world.audit()
        for kind in LeakageKind.allCases { #expect(audit.text.contains(kind.title)) }
        let json = try audit.json()
        #expect(String(decoding: json, as: UTF8.self).contains("\"isClean\":false"))
        #expect(try JSONDecoder().decode(LeakageAudit.self, from: json) == audit)
    }
}
