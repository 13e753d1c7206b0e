import Incentives
import Model
import Testing

/// What an audit passes over is told with its sums.
@Suite struct AuditNoteTests {
    @Test func paymentsAfterTheDayOfTheAuditAreTold() {
        var world = AuditWorld(seed: 21)
        let before = world.payments.count
        for index in 0..<2 {
            world.pay(world.lines[index], 150_000, on: world.asOf)
            world.payments[before + index].paidOn = world.asOf + 3 + index
            world.payments[before + index].amount.currency = world.payments[before].amount.currency
        }
        let audit = world.audit()
        #expect(audit.isClean && audit.payments == before)
        let note = audit.notes.first { $0.kind == .paidLater }
        #expect(note?.count == 2 && note?.amount?.minorUnits == 300_000)
        #expect(audit.text.contains("Not looked at:"))
        #expect(audit.text.contains("- 2 payments, 3,000.00 "))
        #expect(audit.text.contains("made from 2027-10-03 to 2027-10-04, after the day of the audit."))
    }

    @Test func rowsSetAsideAreTold() {
        let world = AuditWorld(seed: 22)
        let rows = [
            QuarantinedRow(
                place: "line 3", reason: "field 'amount': 'x' is not an amount of EUR", payload: "",
                summary: "field 'amount': is not an amount of EUR"),
            QuarantinedRow(place: "line 9", reason: "field 'paidOn': is empty", payload: ""),
        ]
        let book = Book(sequence: 1, partners: world.partners, contracts: world.contracts, observations: [:])
        let audit = leakageAudit(
            book: book, terms: world.terms, owed: [], posted: [], setAside: rows, asOf: world.asOf)
        #expect(audit.notes.map(\.kind) == [.setAside])
        #expect(audit.notes[0].count == 2 && audit.notes[0].amount == nil)
        #expect(audit.text.contains("- 2 rows of payments: could not be read"))
        #expect(audit.text.contains("the first is line 3: field 'amount': is not an amount of EUR."))
    }

    @Test func renewalsOfContractsTheBookDoesNotHaveAreANoteAndNoDefect() {
        let world = AuditWorld(seed: 23)
        let audit = world.audit()
        let renewals = world.payments.filter { $0.component == .renewalBonus }
        let notes = audit.notes.filter { $0.kind == .renewsUnknown }
        #expect(audit.isClean && !renewals.isEmpty)
        #expect(notes.reduce(0) { $0 + $1.count } == renewals.count)
        #expect(
            notes.reduce(0) { $0 + ($1.amount?.minorUnits ?? 0) }
                == renewals.reduce(0) { $0 + $1.amount.minorUnits })
        #expect(audit.text.contains("renewal of a contract the book does not have"))
    }

    @Test func renewalsOfContractsInTheBookAreNoNote() throws {
        var world = AuditWorld(seed: 24)
        for index in world.contracts.indices where world.contracts[index].renews != nil {
            world.contracts[index].renews = world.contracts[(index + 1) % world.contracts.count].contract
        }
        #expect(world.audit().notes.isEmpty)
    }

    @Test func whatNoPlanSpeaksOfIsToldWithIDPartnerAndContract() {
        var world = AuditWorld(seed: 13)
        var stranger = world.lines[0]
        (stranger.partner, stranger.contract) = ("stranger", nil)
        world.pay(stranger, 123_456, on: world.asOf, isWhole: true)
        let id = world.payments.last?.payment ?? ""
        let one = world.audit()
        #expect(one.outside.first?.paid.map(\.payment) == [id])
        #expect(one.text.contains("in 1 payment (\(id) to stranger, no contract)"))
        #expect(one.text.contains("1,234.56 "))
        for _ in 0..<4 { world.pay(stranger, 100, on: world.asOf, isWhole: true) }
        let five = world.audit().text
        #expect(five.contains("in 5 payments (") && five.contains("; 2 more)"))
    }

    @Test func aPendingDifferenceSaysWhatItIs() throws {
        var world = AuditWorld(seed: 5, partners: 6, contracts: 40)
        world.payments = []
        world.posted = []
        for line in world.lines where line.state == .payable { world.post(line) }
        let index = try #require(
            world.lines.firstIndex { $0.state == .payable && $0.rule == .renewalBonus })
        world.lines[index].occasion = "renewal"
        let entry = try #require(
            world.posted.firstIndex {
                $0.payout.contract == world.lines[index].contract && $0.payout.rule == .renewalBonus
            })
        world.posted[entry].payout.occasion = "renewal"
        world.lines[index].amount += 100
        world.lines[index].facts = [9000]
        let audit = world.audit()
        let pending = try #require(audit.pending.first)
        #expect(audit.isClean && pending.rules == [.renewalBonus] && pending.occasions == ["renewal"])
        #expect(pending.reason.contains("by facts learned since the last close"))
        #expect(audit.text.contains("renewalBonus, renewal: −1.00 "))
    }

    @Test func whatTheLastCloseDidNotKnowIsOverdueAfterTheNext() throws {
        let plan = try incentives(renewalBonus: RenewalBonus(rate: percent(10), cap: nil))
        let contracts = [
            try contract("known", signed: "2027-01-10", renewal: true, minorUnits: 100_000),
            try contract("late", signed: "2027-02-10", renewal: true, minorUnits: 50_000),
        ]
        let owed = try payouts(for: contracts, under: plan, asOf: "2027-03-31")
        let atClose = Array(owed.prefix(1))
        let quarter = CalendarPeriod(containing: try day("2027-03-31"), .quarter)
        var options = AuditOptions()
        options.clock = .quarterEnd
        func audit(_ asOf: String) throws -> LeakageAudit {
            leakageAudit(
                book: book(contracts), terms: [:], owed: owed,
                posted: try ledgerEntries(for: atClose, posted: [], closing: quarter), owedAtClose: atClose,
                asOf: try day(asOf), options: options)
        }
        #expect(try audit("2027-06-20").isClean)
        let overdue = try audit("2027-08-20")
        #expect(overdue.findings.map(\.kind) == [.orphanedPromise])
        #expect(overdue.findings.map(\.amount.minorUnits) == [-5_000])
    }
}
