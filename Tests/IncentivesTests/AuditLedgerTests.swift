import Incentives
import Model
import Testing

/// What an audit says when it has only the book and the ledger.
@Suite struct AuditLedgerTests {
    /// A world whose payable lines are all posted, and of which nobody knows the payments.
    private func world(seed: UInt64) -> AuditWorld {
        var world = AuditWorld(seed: seed, partners: 6, contracts: 40)
        world.payments = []
        world.posted = []
        for line in world.lines where line.state == .payable { world.post(line) }
        return world
    }

    private let needPayments: Set<LeakageKind> = [.wrongPartner, .wrongCurrency, .roundingDrift]

    @Test func isCleanAndSaysWhatItCouldNotLookAt() {
        let audit = world(seed: 1).audit()
        #expect(audit.findings == [])
        #expect(Set(audit.notRun.map(\.kind)) == needPayments)
        #expect(audit.text.contains("no payments"))
    }

    @Test func aKeyPaidTwiceByTheLedgerIsADoubleCredit() throws {
        var world = world(seed: 2)
        let entry = try #require(world.posted.last { $0.payout.rule == .commission })
        world.posted.append(entry)
        let finding = try #require(world.audit().findings.first)
        #expect(world.audit().findings.count == 1)
        #expect(finding.kind == .doubleCredit && finding.side == .ledger)
        #expect(finding.amount.minorUnits == entry.amount)
        #expect(finding.evidence.entries == [entry.id] && finding.evidence.payments.isEmpty)
    }

    @Test func whatIsPostedAndWhatIsOwedNowAreHeldAgainstEachOther() {
        var world = world(seed: 3)
        world.posted[4].amount += 250
        world.posted[4].payout.amount += 250
        let findings = world.audit().findings
        #expect(findings.map(\.kind) == [.rateMismatch])
        #expect(findings.map(\.amount.minorUnits) == [250])
    }

    @Test func anAdjustmentBelongsToItsLine() {
        var world = world(seed: 3)
        var adjustment = world.posted[4]
        world.posted[4].amount -= 250
        (adjustment.id, adjustment.kind, adjustment.amount) = ("later", .adjustment, 250)
        world.posted.append(adjustment)
        #expect(world.audit().isClean)
    }

    @Test func aLineNeverPostedIsAnOrphanedPromise() throws {
        var world = world(seed: 4)
        let line = try #require(world.lines.first { $0.state == .payable && $0.rule == .commission })
        let related = world.lines.filter { $0.contract == line.contract && $0.component == .commission }
        world.posted.removeAll { $0.payout.contract == line.contract && $0.payout.component == .commission }
        let findings = world.audit().findings
        #expect(findings.map(\.kind) == [.orphanedPromise])
        #expect(findings.map(\.amount.minorUnits) == [-related.reduce(0) { $0 + $1.amount }])
    }

    @Test func whatFactsRestatedSinceTheCloseIsPendingAndNoFinding() {
        var world = world(seed: 5)
        let index = world.lines.firstIndex { $0.state == .payable && $0.rule == .renewalBonus } ?? 0
        world.lines[index].amount += 100
        world.lines[index].facts = [9000]
        let audit = world.audit()
        #expect(audit.isClean)
        #expect(audit.pending.map(\.amount.minorUnits) == [-100])
    }

    @Test func withoutPaymentsAndLedgerOnlyPromisesToLeaversAreSeen() throws {
        var world = world(seed: 6)
        world.posted = []
        #expect(world.audit().isClean)
        #expect(Set(world.audit().notRun.map(\.kind)) == Set(LeakageKind.allCases))
        var used: Set<Contract.ID> = []
        for _ in 0..<20 where world.deletedPartners.isEmpty {
            _ = world.plant(.orphanedPromise, avoiding: &used)
        }
        #expect(world.audit().findings.map(\.kind) == [.orphanedPromise])
    }

    @Test func patienceCountsFromThePayableDayOrFromTheQuartersEnd() throws {
        let world = AuditWorld(seed: 7)
        let index = try #require(world.lines.firstIndex { $0.rule == .commission })
        var line = world.lines[index]
        (line.component, line.rule, line.occasion, line.state) = (
            .milestoneBonus, .milestoneBonus, "live", .payable
        )
        func findings(payable days: Int, _ clock: AuditOptions.Clock) -> [LeakageKind] {
            var (world, line, options) = (world, line, AuditOptions())
            line.payableOn = world.asOf - days
            world.lines.append(line)
            options.clock = clock
            return world.audit(options: options).findings.map(\.kind)
        }
        #expect(findings(payable: 44, .payableDay).isEmpty)
        #expect(findings(payable: 45, .payableDay) == [.orphanedPromise])
        // 30 June and 1 July: the quarter of the latter is over on 30 September only.
        #expect(findings(payable: 92, .quarterEnd) == [.orphanedPromise])
        #expect(findings(payable: 91, .quarterEnd).isEmpty)
    }
}
